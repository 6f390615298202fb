// Two states side by side: every variable of the model but its ghosts, against what was read from the real pipeline.
// Read next: readout.ts (how the real side is read), lockstep.ts.
import type { Declaration } from '../../model/kernel/index.ts'
import { highestId } from '../../model/pipeline/bounds.ts'
import { designNamed, keepsBuffer } from '../../model/pipeline/sinks/designs.ts'
import {
  GHOSTS,
  hasGate,
  keepsChannelState,
  pendingSlots,
  pipelineVariables,
  zombieSlots,
} from '../../model/pipeline/variables.ts'
import { adds } from '../../model/pipeline/workloads.ts'
import type { WorldConfiguration } from './configuration.ts'
import type { Readout, Shape } from './readout.ts'

export class LockstepError extends Error {
  override readonly name = 'LockstepError'
  /** Steps performed before the difference was seen. */
  readonly steps: number

  constructor(message: string, steps = 0) {
    super(message)
    this.steps = steps
  }
}

const NOT_COMPARED: ReadonlySet<string> = new Set(GHOSTS)

/** One variable of the model as its view shows it: a number, or anything with `length` and `at`. */
type Viewed = number | { readonly length: number; at(index: number): number }

/** What a mode or a design leaves out has no room in the model, and nothing to be compared with. */
export const takesNoRoom = (declared: Declaration): boolean =>
  (declared.kind === 'fifo' && declared.capacity === 0) ||
  (declared.kind === 'vector' && (declared.length === 0 || declared.max === 0)) ||
  (declared.kind === 'scalar' && declared.max === 0)

/** Reads the model's views without copying them: for loops that compare at every step. */
export class Comparison {
  private readonly names: readonly string[]

  constructor(configuration: Pick<WorldConfiguration, 'bounds' | 'design'>) {
    const variables = pipelineVariables(configuration.bounds, designNamed(configuration.design))
    this.names = Object.entries(variables).flatMap(([name, declared]) =>
      NOT_COMPARED.has(name) || takesNoRoom(declared) ? [] : [name],
    )
  }

  /** @throws LockstepError where a variable differs; `dump` is the same state in plain form, for the message. */
  check(model: object, real: Readout, dump: () => Readout, log: readonly string[]): void {
    const views = model as Readonly<Record<string, Viewed>>
    for (const name of this.names) {
      if (sameAsView(views[name], real[name])) continue
      if (real[name] === undefined) throw new LockstepError(`${name} is not read from the real pipeline`)
      compareReadout(dump(), real, log)
      throw new LockstepError(`${name} differs in the model's views and not in its plain form: an error of the kernel`)
    }
  }
}

function sameAsView(view: Viewed | undefined, real: number | readonly number[] | undefined): boolean {
  if (typeof view === 'number' || typeof real === 'number' || view === undefined || real === undefined)
    return view === real
  if (view.length !== real.length) return false
  for (let i = 0; i < real.length; i++) if (view.at(i) !== real[i]) return false
  return true
}

/** @throws LockstepError showing every variable that differs, both sides, and the actions that led there. */
export function compareReadout(model: Readout, real: Readout, log: readonly string[]): void {
  // What has no room on one side and is not read on the other is no difference.
  const nothing = (value: Readout[string] | undefined) => value === undefined || value === 0 || same(value, [])
  const differs = (name: string) =>
    !NOT_COMPARED.has(name) && !same(model[name], real[name]) && !(real[name] === undefined && nothing(model[name]))
  for (const name in model) {
    if (!differs(name)) continue
    const rows = Object.keys(model)
      .filter(differs)
      .map((each) => `  ${each}: model ${JSON.stringify(model[each])}, real ${JSON.stringify(real[each])}`)
    throw new LockstepError(
      [`after ${log.length} steps the states differ`, ...rows, `  log: ${log.join(' ')}`].join('\n'),
      log.length,
    )
  }
}

export function same(a: number | readonly number[] | undefined, b: number | readonly number[] | undefined): boolean {
  if (typeof a === 'number' || typeof b === 'number' || a === undefined || b === undefined) return a === b
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** How a state of the model is shown, as far as the real side must know. */
export function shapeOf({ bounds, design }: Pick<WorldConfiguration, 'bounds' | 'design'>): Shape {
  const row = designNamed(design)
  return {
    sources: bounds.sources,
    parallelism: bounds.parallelism,
    slots: pendingSlots(bounds),
    overtaking: keepsChannelState(bounds),
    alternating: bounds.alignment === 'alternating',
    gated: hasGate(bounds),
    tracked: bounds.alignment === 'atLeastOnce',
    rescales: (bounds.budgets.F7 ?? 0) > 0,
    savepoints: bounds.savepoints > 0,
    updates: (bounds.budgets.F8 ?? 0) > 0,
    adds: adds(bounds),
    tears: (bounds.budgets.F9 ?? 0) > 0,
    recordsPerSource: bounds.records,
    ids: highestId(bounds),
    zombies: zombieSlots(bounds, row),
    buffer: row.buffer,
    inFlight: row.inFlight,
    stateful: keepsBuffer(row),
    staged: row.staged,
  }
}
