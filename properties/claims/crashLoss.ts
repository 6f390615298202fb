// "If the app crashes while a buffer has unwritten records, without checkpointing, the buffer is empty upon restart and
// we lost the record." When exactly, and which records exactly. Read next: unavailableStore.ts, closeHides.ts.
import type { Claim } from './claim.ts'
import { Evidence } from './evidence.ts'
import { Run, WRITE } from './run.ts'

const emptyBuffer: Claim = {
  id: 'C09',
  title: 'After a crash the buffer is empty',
  notes: 'Upon restarting, the buffer of a sink that checkpoints nothing is empty.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    for (const [design, after] of [
      ['hashSetTransient', []],
      ['hashSetCloseWrites', []],
      ['flushOnNotify', []],
      ['listStateBuffer', [1, 2]],
    ] as const) {
      e.ran()
      const run = await Run.of(design)
      await run.act('emit(0) x2')
      await run.checkpoint()
      const before = run.buffered
      await run.death()
      e.same(`${design}: buffer before the death and after the restart`, [before, run.buffered], [[1, 2], after])
    }
    return e.result()
  },
}

const recordLost: Claim = {
  id: 'C10',
  title: 'Then the records of the buffer are lost',
  notes: 'An unwritten record that was in the buffer at the crash is lost.',
  verdict: 'true only if',
  condition: 'a checkpoint whose cut lies after the record had completed; with none the source replays it',
  async run() {
    const e = new Evidence()
    const lost = async (checkpointed: boolean) => {
      e.ran()
      const run = await Run.of('hashSetTransient')
      await run.act('emit(0) x2')
      if (checkpointed) await run.checkpoint()
      else await run.act('receive(0) x2')
      e.same(`buffer at the crash, ${checkpointed ? 'checkpoint 1 complete' : 'no checkpoint'}`, run.buffered, [1, 2])
      await run.death()
      e.same('the source goes on from offset', run.offset, checkpointed ? 2 : 0)
      await run.drain()
      return run.missing
    }
    e.same('lost without any checkpoint', await lost(false), [])
    e.same('lost with a completed one', await lost(true), [1, 2])
    return e.result()
  },
}

interface Moment {
  /** Records emitted before the barrier, written by the buffer's timer before it, taken by the sink after it. */
  readonly before: number
  readonly written: number
  readonly after: number
}

/** Every way to place a flush, a barrier and a crash around four records. */
const MOMENTS: readonly Moment[] = [0, 1, 2, 3, 4].flatMap((before) =>
  Array.from({ length: before + 1 }, (_, written) => written).flatMap((written) =>
    Array.from({ length: 5 - before }, (_, after) => ({ before, written, after })),
  ),
)

const exactlyThese: Claim = {
  id: 'C11',
  title: 'What a crash loses: the records before the restored cut that were in the buffer, and no others',
  notes: 'The record that was in the buffer is what is lost; what is in the stream is not spoken of.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    let [lossy, lost, replayed] = [0, 0, 0]
    for (const moment of MOMENTS) {
      e.ran()
      const { before, written, after } = moment
      const run = await Run.of('hashSetTransient')
      if (written > 0) await run.act(`emit(0) x${written}`, `receive(0) x${written}`, 'flush(sink0)', WRITE)
      if (before > written) await run.act(`emit(0) x${before - written}`)
      await run.checkpoint()
      if (after > 0) await run.act(`emit(0) x${after}`, `receive(0) x${after}`)
      await run.death()
      await run.drain()
      const expected = [1, 2, 3, 4].filter((record) => record > written && record <= before)
      if (run.missing.join() !== expected.join())
        e.same(`cut after ${before}, ${written} written, crash ${after} later: lost`, run.missing, expected)
      const again = [1, 2, 3, 4].slice(before)
      if (run.handed(1).join() !== again.join())
        e.same(`cut after ${before}: handed to the sink again`, run.handed(1), again)
      lossy += expected.length > 0 ? 1 : 0
      lost += run.missing.length
      replayed += after
    }
    e.same('placements of flush, barrier and crash', MOMENTS.length, 35)
    e.same('of these with a loss', lossy, 20)
    e.same('records lost: all were before the cut and in the buffer', lost, 35)
    e.same('records in the buffer but after the cut: all replayed', replayed, 35)
    return e.result()
  },
}

export const CRASH_LOSS = [emptyBuffer, recordLost, exactlyThese]
