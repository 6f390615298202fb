// The question that the notes cite: when is a checkpoint complete, before or after the sink's writes? Answered for every
// row of the designs, by a search, and each answer is then run on the real sink. Read next: completionSearch.ts,
// completionCrashes.ts.
import { DESIGNS, FLUSH_ON_LAST_NOTIFY } from '../../model/pipeline/sinks/designs.ts'
import type { Claim } from './claim.ts'
import { completionOf, type Moment, type Moments, ONE_EPOCH, searchCompletion } from './completionSearch.ts'
import { Evidence } from './evidence.ts'
import { Run } from './run.ts'

/** In the order of how much a complete checkpoint promises. */
const ANSWERS = ['written before', 'in the checkpoint, written after', 'perhaps in neither'] as const
type Answer = (typeof ANSWERS)[number]

function answerOf(moments: Moments): Answer {
  if (moments.has('complete, in neither')) return 'perhaps in neither'
  return moments.has('complete, in the checkpoint') ? 'in the checkpoint, written after' : 'written before'
}

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
    const some = (moment: Moment) => DESIGNS.some((design) => completionOf(e, design).moments.has(moment))
    e.same('some design writes before, some after', [some(AHEAD), some(BEHIND)], [true, true])
    const { moments: single } = searchCompletion(FLUSH_ON_LAST_NOTIFY, { ...ONE_EPOCH, checkpoints: 0 })
    const seen = ([AHEAD, BEHIND] as const).map((moment) => single.has(moment))
    e.same('a sink that writes at the last notification only: before, after', seen, [false, true])
    return e.result()
  },
}

export const COMPLETION_BY_DESIGN = [upToTheSink, noEpochOfItsOwn]
