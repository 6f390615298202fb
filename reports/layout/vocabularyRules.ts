// One name everywhere: the sets of names that must be equal, and a function that says how two sets differ.
// Read next: ../layout.test.ts, ../../model/pipeline/vocabulary.ts.
import { SINK_DESIGNS } from '../../impl/sinks/designs.ts'
import { Walker } from '../../model/kernel/index.ts'
import { type Bounds, SMALL } from '../../model/pipeline/bounds.ts'
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'
import { pipelineSpec } from '../../model/pipeline/spec.ts'
import { ACTIONS, actionName } from '../../model/pipeline/vocabulary.ts'
import { memoryWorldStore } from '../../properties/world/store.ts'
import { World } from '../../properties/world/world.ts'

/** Every fault has a budget, two channels, an item refused for ever, and every mode: every action has a rule. */
const EVERYTHING: readonly Bounds[] = [
  { ...SMALL, sources: 2, poison: 1, savepoints: 1, budgets: { ...SMALL.budgets, F9: 1, F10: 1 } },
  { ...SMALL, parallelism: 2, budgets: { ...SMALL.budgets, F7: 1 }, alignment: 'alternating' },
  { ...SMALL, budgets: { F2d: 1, F8: 1 } },
]

export const vocabularyNames = (): string[] => ACTIONS.map(({ name }) => name)

export const modelNames = (): string[] =>
  EVERYTHING.flatMap((bounds) =>
    DESIGNS.flatMap((design) => new Walker(pipelineSpec(design, bounds)).ruleNames.map(actionName)),
  )

export function realNames(): string[] {
  const store = memoryWorldStore()
  return EVERYTHING.flatMap((bounds) =>
    SINK_DESIGNS.flatMap(({ name }) =>
      new World({ design: name, bounds, store: 'memory', hashOrder: 0 }, store).steps.map((step) =>
        actionName(step.name),
      ),
    ),
  )
}

export const modelDesigns = (): string[] => DESIGNS.map(({ name }) => name)
export const realDesigns = (): string[] => SINK_DESIGNS.map(({ name }) => name)

/** One sentence for each name that only one side has. */
export function differences(left: string, a: readonly string[], right: string, b: readonly string[]): string[] {
  const only = (here: string, names: readonly string[], others: readonly string[]) =>
    [...new Set(names)].filter((name) => !others.includes(name)).map((name) => `"${name}" is in ${here} only`)
  return [...only(left, a, b), ...only(right, b, a)]
}
