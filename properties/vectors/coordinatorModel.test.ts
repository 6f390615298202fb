// The model's coordinator agrees with every recorded case of Flink's, and each planted bug is told from it by some.
// Read next: coordinatorModel.ts.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { CoordinatorCase } from './coordinatorCalls.ts'
import { replayCoordinatorModel, replayWithBug } from './coordinatorModel.ts'

const text = readFileSync(new URL('./flink/coordinator.json', import.meta.url), 'utf8')
const { cases } = JSON.parse(text) as { readonly cases: readonly CoordinatorCase[] }

it('agrees with all recorded cases', () => {
  expect(cases.length).toBe(235)
  expect(cases.map((recorded) => [recorded.name, replayCoordinatorModel(recorded)]).filter(([, it]) => it)).toEqual([])
})

it.each([
  ['noSubsumption', 'successful subsumes older pending', 6],
  ['savepointStored', 'simple savepoint', 3],
  ['ackCountedByTask', 'failover aborts all pending', 8],
  ['completeWithoutSink', 'one checkpoint, two tasks', 1],
  ['completionNotStored', 'one checkpoint, two tasks', 2],
  ['declineIgnored', 'decline complex', 2],
] as const)('tells %s from it, as in %s', (bug, name, step) => {
  expect(cases.filter((recorded) => replayWithBug(recorded, bug) !== null).length).toBeGreaterThan(15)
  const recorded = cases.find((some) => some.name === name) as CoordinatorCase
  expect(replayWithBug(recorded, bug)?.step).toBe(step)
})

it('names the step, what Flink gave and what came out', () => {
  const [first] = cases as [CoordinatorCase]
  const steps = first.steps.map((step, i) => (i === 2 ? { ...step, retained: [2] } : step))
  const found = replayWithBug({ ...first, steps }, null)
  expect(found).toMatchObject({ step: 2, expected: { retained: [2] }, seen: { retained: [1] } })
})
