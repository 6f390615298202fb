// The question that the notes cite: when is a checkpoint complete, before or after the sink's writes? Answered for every
// row of the designs, by a search, and each answer is then run on the real sink. Read next: completionSearch.ts.
import { Job } from '../../impl/runtime/job.ts'
import { jobSteps } from '../../impl/runtime/steps.ts'
import { DESIGNS, FLUSH_ON_LAST_NOTIFY } from '../../model/pipeline/sinks/designs.ts'
import { storeSteps } from '../world/worldSteps.ts'
import type { Claim } from './claim.ts'
import { completionOf, type Moment, type Moments, ONE_EPOCH, searchCompletion } from './completionSearch.ts'
import { Evidence } from './evidence.ts'
import { Run } from './run.ts'
import { fallsUnder, ONE_DEATH } from './searched.ts'
import { SlowStorage } from './slowStorage.ts'

/** In the order of how much a complete checkpoint promises. */
const ANSWERS = ['written before', 'in the checkpoint, written after', 'perhaps in neither'] as const
type Answer = (typeof ANSWERS)[number]

const answerOf = (moments: Moments): Answer =>
  moments.has('complete, in neither')
    ? 'perhaps in neither'
    : moments.has('complete, in the checkpoint')
      ? 'in the checkpoint, written after'
      : 'written before'

/** Where record 1 is on the real side: from the store's history, and from what a death leaves of it. */
async function whereIsIt(run: Run): Promise<Moment> {
  if (run.written.includes(1)) return 'complete, written'
  await run.death()
  await run.drain()
  return run.missing.length === 0 ? 'complete, in the checkpoint' : 'complete, in neither'
}

const upToTheSink: Claim = {
  id: 'C59',
  title:
    'Whether a checkpoint completes before or after the sink’s writes is for the sink to say, in one of three ways',
  notes: 'The notes cite the question whether a checkpoint is complete before or after the sink function.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    const given = new Set<Answer>()
    for (const design of DESIGNS) {
      const { name } = design
      const { moments, falls } = completionOf(e, design)
      const answer = answerOf(moments)
      given.add(answer)
      const early = moments.has('acknowledged, not written')
        ? 'may be acknowledged unwritten'
        : 'acknowledged when written'
      e.holds(`${name}: ${early}; when the checkpoint is complete ${answer}`, moments.size > 0)
      for (const [moment, steps] of moments) {
        if (!moment.startsWith('complete')) continue
        e.ran()
        const run = await Run.of(name, ONE_EPOCH)
        await run.act(steps)
        e.same(`${name}, really, after ${steps.length} steps`, await whereIsIt(run), moment)
      }
      const loses = falls.some((each) => each.startsWith('S1 '))
      e.same(`${name}: a record can be lost where there are deaths`, loses, answer === 'perhaps in neither')
    }
    e.same(
      'answers given by some design',
      ANSWERS.filter((answer) => given.has(answer)),
      ANSWERS,
    )
    return e.result()
  },
}

const AHEAD = 'a write before its checkpoint is complete'
const BEHIND = 'a write after its checkpoint is complete'

const noEpochOfItsOwn: Claim = {
  id: 'C60',
  title: 'The writes of an epoch are out once its checkpoint is complete, and not before',
  notes: 'The epoch before the barrier is said to be out at the sinks, the one after it not to count yet.',
  verdict: 'false',
  condition:
    'nothing ties an at-least-once sink’s writes to an epoch: they may come before completion, and after it wherever a snapshot does not wait for them; before it never only where the sink waits to be notified',
  async run() {
    const e = new Evidence()
    for (const design of DESIGNS) {
      const { name } = design
      const { moments } = completionOf(e, design)
      for (const moment of [AHEAD, BEHIND] as const) {
        const steps = moments.get(moment)
        if (steps === undefined) continue
        e.ran()
        const run = await Run.of(name, ONE_EPOCH)
        await run.act(steps)
        const cut = run.completed?.sources[0]?.offset ?? 0
        e.same(
          `${name}, ${moment}: written, and the completed cut`,
          [run.written, cut],
          [[1], moment === AHEAD ? 0 : 1],
        )
      }
      const waits = !moments.has('acknowledged, not written')
      e.same(`${name}: a write can come after completion`, moments.has(BEHIND), !waits)
    }
    const { moments: single } = searchCompletion(FLUSH_ON_LAST_NOTIFY, { ...ONE_EPOCH, checkpoints: 0 })
    const seen = [AHEAD, BEHIND].map((moment) => single.has(moment as Moment))
    e.same('a sink that writes at the last notification only: before, after', seen, [false, true])
    return e.result()
  },
}

interface CrashPoint {
  readonly name: string
  /** After all have acknowledged. */
  readonly goOn: (run: Run, storage: SlowStorage) => Promise<unknown>
  readonly restored: number
}

const CRASH_POINTS: readonly CrashPoint[] = [
  { name: 'all have acknowledged', goOn: async () => {}, restored: 0 },
  { name: 'the metadata is being written', goOn: (run) => run.act('complete'), restored: 0 },
  {
    name: 'it is stored, the coordinator does not know',
    goOn: (run, storage) => run.act('complete').then(storage.write),
    restored: 1,
  },
  {
    name: 'it is stored, nobody is notified',
    async goOn(run, storage) {
      await run.act('complete')
      storage.write()
      storage.answer()
    },
    restored: 1,
  },
]

/** A job whose first checkpoint all have acknowledged, the record's write put off for as long as the sink lets it. */
async function acknowledged(e: Evidence, design: string) {
  e.ran()
  const { world } = await Run.of(design, ONE_EPOCH)
  const storage = new SlowStorage()
  const job = new Job({ ...world.job.options, storage })
  await job.start()
  const run = new Run(world, job, [...jobSteps(job), ...storeSteps(world)])
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
      const held = answerOf(completionOf(e, design).moments) !== 'perhaps in neither'
      for (const { name: point, goOn, restored } of CRASH_POINTS) {
        const { run, storage } = await acknowledged(e, name)
        await goOn(run, storage)
        run.job.crash('death')
        await run.act('restore')
        const from = run.job.restored?.checkpointId ?? 0
        storage.quick = true
        await run.drain()
        const lost = restored === 0 || held ? anyway : [1]
        e.same(`${name}, ${point}, death: restored from, lost`, [from, run.missing], [restored, lost])
      }
      if (anyway.length > 0) e.same(`${name}: lost without any crash`, anyway, [1])
    }
    const unstored = fallsUnder(e, 'flushOnSnapshot', 'S9', ONE_DEATH, 'completionNotStored')
    e.same('S9 where a checkpoint is notified and not stored falls under', unstored, ['F2d'])
    e.same('S9 of the same falls under', fallsUnder(e, 'flushOnSnapshot', 'S9', ONE_DEATH), [])
    return e.result()
  },
}

export const COMPLETION_BY_DESIGN = [upToTheSink, noEpochOfItsOwn, oneMoment]
