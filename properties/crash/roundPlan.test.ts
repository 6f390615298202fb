// A round is what its seed, design and number say, and what must come about is dealt out. Read next: roundPlan.ts.
import { expect, test } from 'vitest'
import { RUN_MOMENTS } from '../../impl/runtime/pipelineEvents.ts'
import { DAMAGES } from './damage.ts'
import { FAULT_KINDS } from './faultKinds.ts'
import { KILLS_A_ROUND, roundPlan } from './roundPlan.ts'
import { STORE_KILL_PLACES } from './storeLine.ts'

const rounds = (count: number) => Array.from({ length: count }, (_, n) => roundPlan(7, 'flushOnSnapshot', n))

test('is the same for the same seed, design and number, and another for any other', () => {
  const plan = roundPlan(7, 'flushOnSnapshot', 3)
  expect(roundPlan(7, 'flushOnSnapshot', 3)).toEqual(plan)
  expect(roundPlan(8, 'flushOnSnapshot', 3).starts).not.toEqual(plan.starts)
  expect(roundPlan(7, 'writeThrough', 3).starts).not.toEqual(plan.starts)
})

test('two rounds have every kill once, four every workload, twelve every damage, all every fault', () => {
  const kills = rounds(2).flatMap(({ starts }) => starts.map(({ kill }) => kill.moment))
  expect(kills.length).toBe(2 * KILLS_A_ROUND)
  expect([...kills].sort()).toEqual([...RUN_MOMENTS].sort())
  expect(new Set(rounds(4).map(({ symbols }) => symbols)).size).toBe(3)
  const starts = rounds(12).flatMap((plan) => plan.starts)
  expect(new Set(starts.flatMap(({ damage }) => damage?.kind ?? []))).toEqual(new Set(DAMAGES))
  expect(new Set(starts.flatMap(({ storeKill }) => storeKill?.place ?? []))).toEqual(new Set(STORE_KILL_PLACES))
  expect(starts.filter(({ diskFull }) => diskFull).length).toBe(4)
  expect(rounds(1)[0]?.kinds).toEqual(FAULT_KINDS.map(({ name }) => name))
})

test('damage and a full disk come after a start, so that there is something to lose', () => {
  for (const { starts } of rounds(30)) {
    expect(starts[0]).toMatchObject({ damage: null, diskFull: null })
    expect(starts.some(({ damage }) => damage) && starts.some(({ diskFull }) => diskFull)).toBe(false)
  }
})
