// A failing schedule shrinks to at most 1.5 times the model's shortest counterexample of the same guarantee under the
// same fault classes, in at least 18 of 20 seeds; fresh seeds gave 20 of 20 when this was written.
import { expect, it } from 'vitest'
import { Search } from '../../model/kernel/index.ts'
import { SMALL } from '../../model/pipeline/bounds.ts'
import { designNamed } from '../../model/pipeline/sinks/designs.ts'
import { pipelineSpec } from '../../model/pipeline/spec.ts'
import { faultsUsed, run, shrinkFailure } from './failure.ts'
import { randomSchedule, swarm } from './randomRun.ts'
import { stream } from './seeds.ts'
import { memoryWorldStore } from './store.ts'
import { World } from './world.ts'

const bounds = { ...SMALL, others: 2 }
const CASES = [
  ['hashSetTransient', 'S7'],
  ['hashSetTransient', 'S2'],
  ['writeThrough', 'S2'],
  ['flushOnSnapshot', 'S4'],
  ['flushOnNotify', 'S7'],
] as const
const SEEDS = 20

/** Length of the model's shortest counterexample that uses no class outside `faults`. */
function modelSteps(design: string): (guarantee: string, faults: number) => number {
  const search = new Search(pipelineSpec(designNamed(design), bounds), { onViolation: 'collect' })
  search.run()
  const { violations } = search.result()
  return (guarantee, faults) =>
    Math.min(...violations.filter((v) => v.property === guarantee && (v.classId & ~faults) === 0).map((v) => v.steps))
}

it(`at least 18 of ${SEEDS} failing schedules shrink to 1.5 times the model's shortest`, async () => {
  const store = memoryWorldStore()
  const shortest = new Map(CASES.map(([design]) => [design, modelSteps(design)]))
  const ratios: number[] = []
  for (let seed = 0; seed < SEEDS; seed++) {
    const [design, guarantee] = CASES[seed % CASES.length] ?? CASES[0]
    for (let number = 0; ratios.length === seed && number < 5_000; number++) {
      const random = stream(`shrink-${seed}`, design, number)
      const configuration = swarm({ design, bounds, store: 'memory', hashOrder: 0 }, random)
      const schedule = randomSchedule(new World(configuration, store), 400, random)
      const failing = await run(configuration, schedule, store)
      if (!failing.result.violations.some((violation) => violation.guarantee === guarantee)) continue
      const small = await shrinkFailure(configuration, schedule, guarantee, faultsUsed(failing.world), store)
      const again = await run(configuration, small.schedule, store)
      expect(again.result.violations.find((violation) => violation.guarantee === guarantee)?.step).toBe(small.steps)
      ratios.push(small.steps / (shortest.get(design)?.(guarantee, faultsUsed(again.world)) ?? 0))
    }
  }
  expect(ratios).toHaveLength(SEEDS)
  // Breadth-first search found nothing shorter: a ratio below 1 would be a run the model does not have.
  expect(Math.min(...ratios)).toBeGreaterThanOrEqual(1)
  expect(ratios.filter((ratio) => ratio <= 1.5).length).toBeGreaterThanOrEqual(18)
})
