// Random runs of the model by the names of their actions, through every mode and with every fault: what a reader's view of
// a run is tried on. Read next: timeline.test.ts, ../diagram/diagram.test.ts.
import { Walker } from '../../model/kernel/index.ts'
import { type Bounds, SMALL } from '../../model/pipeline/bounds.ts'
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'
import { pipelineSpec } from '../../model/pipeline/spec.ts'
import { actionName } from '../../model/pipeline/vocabulary.ts'

const LARGE: Bounds = { ...SMALL, sources: 2, keys: 2, checkpoints: 2, crashes: 2, others: 3, poison: 0 }
const budgets = { F1: 2, F2d: 1, F2f: 1, F3: 2, F4: 2, F5: 1, F6: 2 }

export const WALKED: readonly Bounds[] = [
  { ...LARGE, budgets },
  { ...LARGE, budgets, poison: 2 },
  { ...SMALL, budgets },
  { ...SMALL, budgets: { ...budgets, F7: 2 }, others: 3, parallelism: 2, keys: 2, savepoints: 1, concurrency: 2 },
  { ...LARGE, budgets, alignment: 'alternating' },
  { ...LARGE, budgets, records: 2, alignment: 'unaligned' },
  { ...SMALL, budgets: { ...budgets, F9: 2, F10: 1 }, checkpoints: 2, crashes: 2, others: 3 },
  { ...SMALL, budgets: { F1: 1, F2d: 1, F8: 2, F9: 1 }, crashes: 3, others: 2 },
  { ...SMALL, budgets: { F10: 2 }, checkpoints: 2, crashes: 2 },
  { ...SMALL, budgets, records: 3, workload: 'deletes' },
  { ...SMALL, budgets, records: 3, workload: 'append' },
]

/** Walks mostly without faults; when one may strike, what has been taken least goes first, so that rare ones come up. */
export function walk(design: string, bounds: Bounds, choices: readonly number[], taken: Map<string, number>): string[] {
  const walker = new Walker(
    pipelineSpec(DESIGNS.find(({ name }) => name === design) as (typeof DESIGNS)[number], bounds),
  )
  const names: string[] = []
  for (const choice of choices) {
    const all = walker.enabled().map((rule) => ({ rule, name: walker.ruleNames[rule] as string }))
    const benign = all.filter(({ rule }) => walker.ruleKinds[rule] !== 'fault')
    const enabled = choice % 5 === 0 || benign.length === 0 ? all : benign
    if (enabled.length === 0) break
    const count = (name: string) => taken.get(actionName(name)) ?? 0
    enabled.sort((a, b) => count(a.name) - count(b.name))
    const next = enabled[choice % 5 === 0 ? 0 : choice % enabled.length] as (typeof enabled)[number]
    walker.take(next.rule)
    names.push(next.name)
    taken.set(actionName(next.name), count(next.name) + 1)
  }
  return names
}
