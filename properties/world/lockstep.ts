// The model beside the real pipeline, one action at a time: before each the enabled sets must be equal, after each every
// variable (ghosts apart). The first difference stops the run and shows both sides.
// Read next: tours.ts (every transition), randomRuns.ts (random schedules).
import { Walker } from '../../model/kernel/index.ts'
import { highestId, keyCount } from '../../model/pipeline/bounds.ts'
import { designNamed } from '../../model/pipeline/sinks/designs.ts'
import { pipelineSpec } from '../../model/pipeline/spec.ts'
import { GHOSTS, zombieSlots } from '../../model/pipeline/variables.ts'
import type { WorldConfiguration } from './configuration.ts'
import { type Readout, readout, type Shape } from './readout.ts'
import { readTable } from './table.ts'
import type { World } from './world.ts'

const NOT_COMPARED: ReadonlySet<string> = new Set(GHOSTS)

export class LockstepError extends Error {
  override readonly name = 'LockstepError'
}

export function shapeOf({ bounds, design }: WorldConfiguration): Shape {
  const row = designNamed(design)
  return {
    sources: bounds.sources,
    recordsPerSource: bounds.records,
    keys: keyCount(bounds),
    ids: highestId(bounds),
    zombies: zombieSlots(bounds),
    buffer: row.buffer,
    stateful: row.onSnapshot === 'copy',
  }
}

export class Lockstep {
  readonly walker: Walker
  readonly shape: Shape
  /** Steps of the model that broke a guarantee, as the model reports them. */
  readonly reported: string[] = []
  private readonly names: readonly string[]

  constructor(configuration: WorldConfiguration) {
    this.walker = new Walker(pipelineSpec(designNamed(configuration.design), configuration.bounds)) as unknown as Walker
    this.shape = shapeOf(configuration)
    this.names = this.walker.ruleNames
  }

  start(world: World): void | Promise<void> {
    this.walker.reset(world.configuration.hashOrder)
    this.reported.length = 0
    return this.compare(world)
  }

  /** Performs the step on both sides. `name` must be enabled. */
  async perform(world: World, name: string): Promise<void> {
    const step = world.steps.find((candidate) => candidate.name === name)
    const rule = this.walker.ruleNumber(name)
    if (step === undefined) throw new LockstepError(`the real pipeline has no step ${name}`)
    this.compareEnabled(world)
    if (!this.walker.isEnabled(rule)) throw new LockstepError(`${name} is not enabled`)
    this.reported.push(...this.walker.take(rule))
    const moving = world.perform(step)
    if (moving !== undefined) await moving
    const compared = this.compare(world)
    if (compared !== undefined) await compared
  }

  compareEnabled(world: World): void {
    for (const step of world.steps) {
      const number = this.names.indexOf(step.name)
      const real = step.enabled()
      const model = number >= 0 && this.walker.isEnabled(number)
      if (real !== model) throw this.difference(world, `${step.name} is enabled in the ${real ? 'real pipeline' : 'model'} only`)
    }
  }

  compare(world: World): void | Promise<void> {
    const table = readTable(world.store, this.shape.keys)
    if (table instanceof Promise) return table.then((rows) => this.compareStates(world, rows))
    this.compareStates(world, table)
  }

  private compareStates(world: World, table: readonly number[]): void {
    const real = readout(world, this.shape, table)
    const model = this.walker.dump() as unknown as Readout
    for (const name in model) {
      if (NOT_COMPARED.has(name)) continue
      if (!same(model[name], real[name])) throw this.difference(world, `${name} differs`, real)
    }
  }

  private difference(world: World, what: string, real?: Readout): LockstepError {
    const model = this.walker.dump() as unknown as Readout
    const rows = Object.keys(model)
      .filter((name) => real !== undefined && !NOT_COMPARED.has(name) && !same(model[name], real[name]))
      .map((name) => `  ${name}: model ${JSON.stringify(model[name])}, real ${JSON.stringify(real?.[name])}`)
    return new LockstepError([`after ${world.log.length} steps: ${what}`, ...rows, `  log: ${world.log.join(' ')}`].join('\n'))
  }
}

function same(a: number | readonly number[] | undefined, b: number | readonly number[] | undefined): boolean {
  if (typeof a === 'number' || typeof b === 'number' || a === undefined || b === undefined) return a === b
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
