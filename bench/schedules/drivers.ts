// Who chooses the order of one pipeline's steps: the world, by an array of numbers, or fast-check, by its scheduler alone
// or with its commands. The pipeline, its steps, the judge and the fair end are the same; each chooses about as often.
// Read next: orders.ts, ../suites/schedules.ts.
import fc from 'fast-check'
import { Judge } from '../../properties/world/judge.ts'
import { randomSchedule } from '../../properties/world/randomRun.ts'
import { endFairly, runSchedule } from '../../properties/world/schedule.ts'
import { stream } from '../../properties/world/seeds.ts'
import type { World } from '../../properties/world/world.ts'

export interface Driver {
  readonly name: string
  /** Runs so many schedules of new worlds; the log of each is handed over. */
  readonly run: (
    made: () => World,
    runs: number,
    seed: number,
    ended: (log: readonly string[]) => void,
  ) => Promise<void>
}

/** Choices a schedule makes; most name a step that is not enabled when its turn comes. */
const CHOICES = 300

export const DRIVERS: readonly Driver[] = [
  {
    name: 'world',
    async run(made, runs, seed, ended) {
      for (let number = 0; number < runs; number++) {
        const world = made()
        const random = stream('bench', 'drivers', seed, number)
        ended((await runSchedule(world, randomSchedule(world, CHOICES, random))).actions)
      }
    },
  },
  {
    // Each step is an actor that waits for its turn again and again; a turn ends when the step has, so none overlap.
    name: 'fc.scheduler',
    async run(made, runs, seed, ended) {
      const property = fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const { world, judge, perform } = await begun(made())
        const benign = benignSteps(world)
        const turns = Math.ceil(CHOICES / benign.length)
        const actors = benign.map(async (index) => {
          const turn = async () => {
            if (world.steps[index]?.enabled() === true) await perform(index)
          }
          for (let taken = 0; taken < turns; taken++) await scheduler.scheduleFunction(turn)()
        })
        await scheduler.waitFor(Promise.all(actors))
        await end(world, judge, perform, ended)
      })
      await fc.assert(property, { numRuns: runs, seed, endOnFailure: true })
    },
  },
  {
    name: 'fc.scheduledModelRun',
    async run(made, runs, seed, ended) {
      const world = made()
      const commands = benignSteps(world).map((index) =>
        fc.constant(new Step(index, (world.steps[index] as World['steps'][number]).name)),
      )
      const sequences = fc.commands(commands, { maxCommands: CHOICES, size: 'max', disableReplayLog: true })
      const property = fc.asyncProperty(fc.scheduler(), sequences, async (scheduler, sequence) => {
        const real = await begun(made())
        await fc.scheduledModelRun(scheduler, () => ({ model: real, real }), sequence)
        await end(real.world, real.judge, real.perform, ended)
      })
      await fc.assert(property, { numRuns: runs, seed, endOnFailure: true })
    },
  },
]

/** Places of the steps that are no faults: what the world chooses among too, where no class has a budget. */
const benignSteps = ({ steps }: World): number[] =>
  steps.flatMap(({ kind }, index) => (kind === 'fault' ? [] : [index]))

interface Begun {
  readonly world: World
  readonly judge: Judge
  readonly perform: (index: number) => Promise<void>
}

class Step implements fc.AsyncCommand<Begun, Begun> {
  private readonly index: number
  private readonly name: string

  constructor(index: number, name: string) {
    this.index = index
    this.name = name
  }
  check({ world }: Readonly<Begun>): boolean {
    return world.steps[this.index]?.enabled() === true
  }
  run(_: Begun, { perform }: Begun): Promise<void> {
    return perform(this.index)
  }
  toString(): string {
    return this.name
  }
}

async function begun(world: World): Promise<Begun> {
  const judge = new Judge(world)
  await world.start()
  judge.started()
  const perform = async (index: number) => {
    const step = world.steps[index] as World['steps'][number]
    await world.perform(step)
    judge.observe(step.name)
  }
  return { world, judge, perform }
}

async function end(
  world: World,
  judge: Judge,
  perform: Begun['perform'],
  ended: (log: readonly string[]) => void,
): Promise<void> {
  await endFairly(world, perform)
  judge.ended()
  ended(world.log)
}
