// The crash points around completion, for every design: all have acknowledged and nothing is stored, stored and not known,
// known and nobody notified. Read next: slowStorage.ts, completionByDesign.ts, notification.ts.
import { Job } from '../../impl/runtime/job.ts'
import { jobSteps } from '../../impl/runtime/steps.ts'
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'
import { storeSteps } from '../world/worldSteps.ts'
import type { Claim } from './claim.ts'
import { completionOf, ONE_EPOCH } from './completionSearch.ts'
import { Evidence } from './evidence.ts'
import { Run } from './run.ts'
import { fallsUnder, ONE_DEATH } from './searched.ts'
import { SlowStorage } from './slowStorage.ts'

interface CrashPoint {
  readonly name: string
  /** After all have acknowledged. */
  readonly goOn: (run: Run, storage: SlowStorage) => Promise<unknown>
  readonly restored: number
  /** Notices on their way to the sink. */
  readonly told: number
}

const CRASH_POINTS: readonly CrashPoint[] = [
  { name: 'all have acknowledged', goOn: async () => {}, restored: 0, told: 0 },
  { name: 'the metadata is being written', goOn: (run) => run.act('complete'), restored: 0, told: 0 },
  {
    name: 'it is stored, the coordinator does not know',
    goOn: (run, storage) => run.act('complete').then(storage.write),
    restored: 1,
    told: 0,
  },
  {
    name: 'it is stored, nobody is notified',
    async goOn(run, storage) {
      await run.act('complete')
      storage.write()
      storage.answer()
      await run.world.store.settle()
    },
    restored: 1,
    told: 1,
  },
]

/** A job whose first checkpoint all have acknowledged, the record's write put off for as long as the sink lets it. */
async function acknowledged(e: Evidence, design: string) {
  e.ran()
  const { world } = await Run.of(design, ONE_EPOCH)
  const storage = new SlowStorage()
  const job = new Job({ ...world.job.options, storage })
  if (job.start() !== undefined) await world.store.settle()
  const run = new Run(world, job, [...jobSteps(job), ...storeSteps(world)])
  await run.opened()
  await run.act('emit(0)', 'trigger', 'barrier(0)')
  await run.until(() => run.enabled('complete'), /^(receive|acknowledge|collect|apply|respond)\(/)
  return { run, storage }
}

const oneMoment: Claim = {
  id: 'C61',
  title: 'What a crash loses is decided when the completed checkpoint is stored',
  notes:
    'All have reported, the metadata is written, all are notified: the notes do not say what a crash in between does.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    for (const design of DESIGNS) {
      const { name } = design
      const withoutCrash = await acknowledged(e, name)
      withoutCrash.storage.quick = true
      await withoutCrash.run.drain()
      const anyway = withoutCrash.run.missing
      const held = !completionOf(e, design).moments.has('complete, in neither')
      for (const { name: point, goOn, restored, told } of CRASH_POINTS) {
        const { run, storage } = await acknowledged(e, name)
        await goOn(run, storage)
        const notices = run.job.notices[0]?.length ?? -1
        run.job.crash('death')
        await run.act('restore')
        const from = run.job.restored?.checkpointId ?? 0
        storage.quick = true
        await run.drain()
        const lost = restored === 0 || held ? anyway : [1]
        const seen = [notices, from, run.missing]
        e.same(`${name}, ${point}, death: notices lost, restored from, lost`, seen, [told, restored, lost])
      }
      if (anyway.length > 0) e.same(`${name}: lost without any crash`, anyway, [1])
    }
    const unstored = fallsUnder(e, 'flushOnSnapshot', 'S9', ONE_DEATH, 'completionNotStored')
    e.same('S9 where a checkpoint is notified and not stored falls under', unstored, ['F2d'])
    e.same('S9 of the same falls under', fallsUnder(e, 'flushOnSnapshot', 'S9', ONE_DEATH), [])
    return e.result()
  },
}

export const COMPLETION_CRASHES = [oneMoment]
