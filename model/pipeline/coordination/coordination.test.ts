// The coordinator alone, searched on packed words: its promises hold in every order of events, with several pending and
// with one, and each is broken by a planted bug. Read next: alone.ts.
import { expect, it } from 'vitest'
import { search } from '../../kernel/index.ts'
import { coordinatorAlone, ONE_AT_A_TIME, SEVERAL_PENDING } from './alone.ts'
import { type CoordinatorBug, type CoordinatorConfig, coordinatorVariables } from './index.ts'

const searched = (config: CoordinatorConfig, bug: CoordinatorBug | null) =>
  search(coordinatorAlone(config, bug), { onViolation: 'collect' })

it.each([
  ['several pending', SEVERAL_PENDING],
  ['one at a time', ONE_AT_A_TIME],
])('keeps its promises in every order, %s', (_name, config) => {
  const result = searched(config, null)
  expect(result.violations.map(({ property }) => property)).toEqual([])
  for (const { count } of Object.values(result.witnesses)) expect(count).toBeGreaterThan(0)
  expect(Object.entries(result.ruleCounts).filter(([, count]) => count === 0)).toEqual([])
})

it.each([
  ['noSubsumption', 'nothing older pending'],
  ['savepointStored', 'no savepoint stored'],
  ['ackCountedByTask', 'complete has all states'],
  ['completeWithoutSink', 'complete has all states'],
  ['completionNotStored', 'notified is stored'],
] as const)('%s breaks: %s', (bug, property) => {
  expect(searched(SEVERAL_PENDING, bug).violations.map((violation) => violation.property)).toContain(property)
})

it('with one at a time has the states that can be counted by hand', () => {
  // After i ids: nothing pending and one of i + 1 newest, or i pending with four sets of acknowledgements and one of i newest.
  const byHand = [0, 1, 2, 3].reduce((sum, i) => sum + (i + 1) + 4 * i, 0)
  expect(searched(ONE_AT_A_TIME, null).states).toBe(byHand)
})

it('takes no room for what a configuration leaves out', () => {
  const {
    queuedSavepoints,
    queuedCheckpoints,
    pendingSavepoint,
    olderRetained,
    failures,
    lastSucceeded,
    recentExpired,
  } = coordinatorVariables(ONE_AT_A_TIME)
  for (const none of [queuedSavepoints, queuedCheckpoints, failures, lastSucceeded]) expect(none.max).toBe(0)
  expect([pendingSavepoint.length, olderRetained.capacity, recentExpired.capacity]).toEqual([0, 0, 0])
})

it.each([
  [{ retained: 0 }, 'coordinator: expected retained to be at least 1, got 0'],
  [{ tasksToTrigger: 3 }, 'coordinator: expected tasks to be at least 3, got 2'],
  [{ unaligned: true }, 'coordinator: expected maxConcurrent 1 with unaligned barriers, got 2'],
])('refuses %o', (wrong, message) => {
  expect(() => coordinatorVariables({ ...SEVERAL_PENDING, ...wrong })).toThrow(new RangeError(message))
})
