// "In case the code needs to be updated": to be updated a job has to be stopped, and how it is stopped decides what is
// lost. Stop with savepoint, with drain or without, cancel and go on from the retained checkpoint, kill: each for every
// design, and what stopping with a savepoint promises. Read next: stopping.ts, measuredStops.ts, codeUpdate.ts.
import { startStop, stepStop } from '../../impl/runtime/stopWithSavepoint.ts'
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'
import type { Claim } from './claim.ts'
import { completionOf } from './completionSearch.ts'
import { ofDesign, upgrade } from './deploy.ts'
import { Evidence } from './evidence.ts'
import { MEASURED_KILLS } from './measuredStops.ts'
import { Run } from './run.ts'
import { endBy, stopWithSavepoint, WAYS, type Way } from './stopping.ts'

/** Of designs whose complete checkpoint may hold a record nowhere: the ways of stopping that lose it, the store answering last. */
const LOST_BY: Readonly<Record<string, readonly Way[]>> = {
  hashSetTransient: ['savepoint', 'cancel', 'kill'],
  hashSetCloseWrites: ['kill'],
  hashSetFinishDrops: WAYS,
  flushNotAwaited: ['savepoint', 'cancel', 'kill'],
  // The end waits for the savepoint's notification, and so for what is written on it. A checkpoint's may be too late.
  flushOnNotify: ['cancel', 'kill'],
}

/** Of 20 records the first 15 are the sink's when the job is ended that way: how many of them the same sink, going on, misses. */
async function lostAfter(e: Evidence, design: string, way: Way): Promise<number> {
  e.ran()
  const old = await Run.of(design, { records: 20, keys: 20, capacity: 20 })
  await old.act('emit(0) x15')
  const taken = () => old.channel().length === 0 && old.job.subtasks[0]?.mail === null
  await old.until(taken, /^(receive|apply|respond)\(/)
  await endBy(old, way)
  const next = await upgrade(old, ofDesign(design))
  await next.drain()
  return next.missing.filter((record) => record <= 15).length
}

const orderly: Claim = {
  id: 'C62',
  title: 'A job that is stopped in an orderly way for its update loses nothing',
  notes: 'A code update is said to lose the buffer, however the job is stopped.',
  verdict: 'true only if',
  condition:
    'the buffer is written or in the state at the snapshot, then no way of stopping loses it; else close() writes, or finish() and the stop drains, or the savepoint’s notification does',
  async run() {
    const e = new Evidence()
    for (const design of DESIGNS) {
      const { name } = design
      const held = !completionOf(e, design).moments.has('complete, in neither')
      const lossy = held ? [] : LOST_BY[name]
      e.holds(`${name}: a checkpoint holds all before its cut: ${held}`, lossy !== undefined)
      for (const way of WAYS) {
        const lost = await lostAfter(e, name, way)
        e.same(`${name}, ${way}: of 15 records lost`, lost, lossy?.includes(way) ? 15 : 0)
        const rows = way === 'kill' ? MEASURED_KILLS[name] : undefined
        if (rows !== undefined) e.same('as measured on Flink', lost, 50 - rows)
      }
    }
    return e.result()
  },
}

const callsOf = (run: Run): string[] =>
  run.world.calls.flatMap(({ call }) => (call === 'write' || call === 'crash' ? [] : [call]))

const finishIsCalled: Claim = {
  id: 'C63',
  title: 'A stop with savepoint lets the sink finish before its snapshot',
  notes: 'Whether a stop for an update ends the stream is not spoken of.',
  verdict: 'true only if',
  condition:
    'it drains: then finish() comes first, and what it writes is out before the snapshot; without drain it is not called, and a buffer in the state is in the savepoint alone',
  async run() {
    const e = new Evidence()
    for (const [mode, calls] of [
      ['suspend', ['open', 'checkpoint', 'notify', 'close']],
      ['drain', ['open', 'endInput', 'checkpoint', 'notify', 'close']],
    ] as const) {
      e.ran()
      const run = await Run.of('hashSetTransient')
      await run.act('emit(0) x2')
      const stopped = await stopWithSavepoint(run, mode)
      e.same(`${mode}: calls of the sink, records apart`, callsOf(run), calls)
      e.same(`${mode}: written when the job had ended`, run.written, mode === 'drain' ? [1, 2] : [])
      e.same(`${mode}: the stop`, stopped.outcome.type, 'stopped')
      e.ran()
      const keeps = await Run.of('listStateBuffer')
      await keeps.act('emit(0) x2')
      const { savepoint } = await stopWithSavepoint(keeps, mode)
      await keeps.job.options.storage.restartFrom(savepoint)
      const out = [keeps.written, keeps.inState]
      e.same(`${mode}, with ListState: written, in the savepoint`, out, mode === 'drain' ? [[1, 2], []] : [[], [1, 2]])
    }
    return e.result()
  },
}

/** The process dies when the savepoint is there and nobody has been told; the next version starts from it, where it is named. */
async function diesInBetween(e: Evidence, design: string, named: boolean) {
  e.ran()
  const run = await Run.of(design)
  await run.act('emit(0) x2')
  const { outcome, savepoint } = await stopWithSavepoint(run, 'suspend', true)
  if (named) await run.job.options.storage.restartFrom(savepoint)
  const next = await upgrade(run, ofDesign(design))
  await next.drain()
  return { outcome, next }
}

const createdIsNotStopped: Claim = {
  id: 'C64',
  title: 'Once its savepoint is created a job has stopped well',
  notes: 'The notes take a restart with a new version to be one step.',
  verdict: 'false',
  condition:
    'it has when every task has ended after being told; one that fails in between fails the job, which is not restarted by itself, and what it owed at its notification is not out',
  async run() {
    const e = new Evidence()
    for (const [design, lost] of [
      ['listStateBuffer', []],
      ['flushOnSnapshot', []],
      ['flushOnNotify', [1, 2]],
    ] as const) {
      const { outcome, next } = await diesInBetween(e, design, true)
      const error = outcome.type === 'failed' ? outcome.error : null
      e.same(`${design}, dead before it is told: the stop ends with`, error?.name ?? outcome.type, STOPPING_ERROR)
      e.holds(`${design}: "${error?.message}"`, error?.message.includes('start the job from savepoint 1') === true)
      e.same(`${design}: started from the savepoint, lost`, next.missing, lost)
    }
    const { next: unnamed } = await diesInBetween(e, 'flushOnSnapshot', false)
    e.same('flushOnSnapshot, started without naming it: writes', unnamed.written, [1, 2, 1, 2, 3, 4])
    const failed = stepStop(startStop(2, 'suspend').state, { type: 'savepointFailed', reason: 'declined' })
    const effects = failed.effects.map(({ type }) => type)
    e.same('where the savepoint itself fails, the coordinator', effects, ['startPeriodicTriggering', 'reject'])
    e.ran()
    const well = await Run.of('flushOnNotify')
    await well.act('emit(0) x2')
    const { outcome } = await stopWithSavepoint(well, 'suspend')
    e.same('nobody fails: the stop, and written', [outcome.type, well.written], ['stopped', [1, 2]])
    return e.result()
  },
}

const STOPPING_ERROR = 'StopWithSavepointStoppingError'

export const WAYS_OF_STOPPING = [orderly, finishIsCalled, createdIsNotStopped]
