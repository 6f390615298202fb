// The model beside the real pipeline, one action at a time: before each the enabled sets must be equal, after each every
// variable (ghosts apart). The first difference stops the run and shows both sides.
// Read next: compare.ts, tours.ts (every transition), campaign.ts (random schedules).
import { Walker } from '../../model/kernel/index.ts'
import { designNamed } from '../../model/pipeline/sinks/designs.ts'
import { pipelineSpec } from '../../model/pipeline/spec.ts'
import { Comparison, LockstepError, shapeOf } from './compare.ts'
import type { WorldConfiguration } from './configuration.ts'
import { type Readout, readout, type Shape } from './readout.ts'
import { type Rows, readRows } from './table.ts'
import type { World } from './world.ts'

/** The model's side, made once for a design and bounds and used for many runs. */
export class Lockstep {
  readonly walker: Walker
  readonly shape: Shape
  private readonly comparison: Comparison
  /** Guarantees that the last run's steps broke, as the model reports them. */
  readonly reported: string[] = []
  /** Of each step of a world the model's rule, -1 where the model has none. */
  private rules: readonly number[] | undefined

  constructor(configuration: Pick<WorldConfiguration, 'design' | 'bounds'>) {
    const spec = pipelineSpec(designNamed(configuration.design), configuration.bounds)
    this.walker = new Walker(spec) as unknown as Walker
    this.shape = shapeOf(configuration)
    this.comparison = new Comparison(configuration)
  }

  start(world: World): void | Promise<void> {
    this.walker.reset(world.configuration.hashOrder)
    this.reported.length = 0
    this.rules ??= world.steps.map((step) => this.walker.ruleNames.indexOf(step.name))
    return this.compare(world)
  }

  /** Performs step number `index` of the world on both sides. */
  async perform(world: World, index: number): Promise<void> {
    const step = world.steps[index]
    const rule = this.rules?.[index] ?? -1
    if (step === undefined) throw new LockstepError(`the real pipeline has no step number ${index}`)
    this.compareEnabled(world)
    if (rule < 0 || !this.walker.isEnabled(rule)) throw new LockstepError(`${step.name} is not enabled`)
    for (const guarantee of this.walker.take(rule)) this.reported.push(guarantee)
    const moving = world.perform(step)
    if (moving !== undefined) await moving
    const compared = this.compare(world)
    if (compared !== undefined) await compared
  }

  private compareEnabled(world: World): void {
    const rules = this.rules ?? []
    for (let i = 0; i < rules.length; i++) {
      const rule = rules[i] as number
      const step = world.steps[i] as World['steps'][number]
      const real = step.enabled()
      if (real !== (rule >= 0 && this.walker.isEnabled(rule)))
        throw new LockstepError(
          `after ${world.log.length} steps ${step.name} is enabled in the ${real ? 'real pipeline' : 'model'} only\n  log: ${world.log.join(' ')}`,
        )
    }
  }

  private compare(world: World): void | Promise<void> {
    const rows = readRows(world)
    if (rows instanceof Promise) return rows.then((read) => this.compareStates(world, read))
    this.compareStates(world, rows)
  }

  private compareStates(world: World, rows: Rows): void {
    const real = readout(world, this.shape, rows)
    this.comparison.check(this.walker.state, real, () => this.walker.dump() as unknown as Readout, world.log)
  }
}
