// What the notification is not: it makes nothing complete, it may never come, and "complete" does not say that the sink
// has written. The notes cite the question "before or after the sink function?"; the answer is neither.
// Read next: diagram.ts.
import { checkpointId } from '../../model/pipeline/ids.ts'
import type { Claim } from './claim.ts'
import { Evidence } from './evidence.ts'
import { COMPLETE, Run, WRITE } from './run.ts'
import { fallsUnder, ONE_RECORD } from './searched.ts'

const usable: Claim = {
  id: 'C33',
  title: 'A checkpoint can be used for recovery once the participants are notified',
  notes: 'With the notification the checkpoint is said to be complete and usable.',
  verdict: 'false',
  condition: 'it can from the moment its metadata is stored; before it cannot, whoever has reported; notified or not',
  async run() {
    const e = new Evidence()
    for (const [what, actions, restored, lost] of [
      ['all have reported', COMPLETE.slice(0, -1), 0, []],
      ['stored, the notification on its way', COMPLETE, 1, []],
      ['stored, the notification lost', [...COMPLETE, 'lose(notification sink0)'], 1, []],
      ['stored and notified', [...COMPLETE, 'notify(sink0)'], 1, []],
    ] as const) {
      e.ran()
      const run = await Run.of('listStateBuffer')
      await run.act('emit(0) x2', 'trigger', 'barrier(0)', 'receive(0) x3', actions)
      await run.death()
      e.same(`${what}, then a death: restored from checkpoint`, run.job.restored?.checkpointId ?? 0, restored)
      await run.drain()
      e.same('lost', run.missing, lost)
    }
    return e.result()
  },
}

const allNotified: Claim = {
  id: 'C34',
  title: 'All participants are notified',
  notes: 'The coordinator notifies all that took part.',
  verdict: 'true only if',
  condition: 'the message arrives and the sink listens; it is sent once, and for a restored checkpoint never again',
  async run() {
    const e = new Evidence()
    const notified = (run: Run) => run.world.calls.filter(({ call }) => call === 'notify').map(({ id }) => id)
    const run = await Run.of('flushOnNotify')
    e.ran()
    await run.act('emit(0) x2')
    await run.checkpoint()
    await run.act('notify(sink0)', WRITE)
    e.same('the message arrives: notified of, and written', [notified(run), run.written], [[1], [1, 2]])
    e.ran()
    const lost = await Run.of('flushOnNotify')
    await lost.act('emit(0) x2')
    await lost.checkpoint()
    await lost.act('lose(notification sink0)')
    await lost.checkpoint()
    await lost.act('notify(sink0)', WRITE)
    e.same('it is lost, the next one stands for both', [notified(lost), lost.written], [[2], [1, 2]])
    e.ran()
    const restored = await Run.of('flushOnNotify')
    await restored.act('emit(0) x2')
    await restored.checkpoint()
    await restored.death()
    e.same('a death before it: restored from', restored.job.restored?.checkpointId ?? 0, 1)
    // Nothing sends one for a restored id; if one came all the same, the task would not hand it on.
    restored.job.notices[0]?.push({ type: 'complete', id: checkpointId(1) })
    await restored.act('notify(sink0)')
    await restored.drain()
    e.same('notified of', notified(restored), [2])
    e.same('what was to be written on it is lost', restored.missing, [1, 2])
    e.same('S1 of flushOnNotify falls under', fallsUnder(e, 'flushOnNotify', 'S1', ONE_RECORD), ['F2d', 'F2f'])
    return e.result()
  },
}

const written: Claim = {
  id: 'C35',
  title: 'A complete checkpoint means that the sink has written what came before it',
  notes: 'The notes ask by a reference whether completion is before or after the sink function.',
  verdict: 'false',
  condition:
    'neither: flushed before it, kept in state and written after it, or neither of the two, as the sink is made',
  async run() {
    const e = new Evidence()
    for (const [design, out, kept] of [
      ['writeThrough', [1, 2], []],
      ['flushOnSnapshot', [1, 2], []],
      ['listStateBuffer', [], [1, 2]],
      ['hashSetTransient', [], []],
    ] as const) {
      e.ran()
      const run = await Run.of(design)
      await run.act('emit(0) x2')
      await run.checkpoint()
      e.same(`${design}, checkpoint 1 complete: written, in it`, [run.written, run.inState], [out, kept])
    }
    return e.result()
  },
}

export const NOTIFICATION = [usable, allNotified, written]
