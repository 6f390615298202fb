// "Barriers divide the stream into a pre-checkpoint epoch (all events that are persisted in state or emitted into
// sinks) and a post-checkpoint epoch (events not reflected in the state, to be re-processed when resuming)."
// The division is exact. What is said of the two halves depends on the sink. Read next: visibility.ts.
import type { Claim } from './claim.ts'
import { Evidence } from './evidence.ts'
import { COMPLETE, Run } from './run.ts'
import { fallsUnder, NO_FAULTS, ONE_RECORD, TWO_SOURCES } from './searched.ts'

const divide: Claim = {
  id: 'C25',
  title: 'Barriers separate epochs: the sink snapshots after exactly the records before them',
  notes: 'The barriers cut the stream in two.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    let exact = 0
    for (const first of [0, 1, 2])
      for (const second of [0, 1, 2]) {
        e.ran()
        const run = await Run.of('listStateBuffer', { sources: 2, records: 2, keys: 2 })
        if (first > 0) await run.act(`emit(0) x${first}`)
        if (second > 0) await run.act(`emit(1) x${second}`)
        await run.act('trigger', 'barrier(0)', 'barrier(1)')
        // Whatever is left of the logs is right behind the barriers when the sink takes them.
        while (run.enabled('emit(0)')) await run.act('emit(0)')
        while (run.enabled('emit(1)')) await run.act('emit(1)')
        while (run.enabled('receive(0)')) await run.act('receive(0)')
        while (run.enabled('receive(1)')) await run.act('receive(1)')
        const calls = run.world.calls.map(({ call, record }) => (call === 'checkpoint' ? 0 : Number(record?.id ?? -1)))
        const before = calls.slice(0, calls.indexOf(0)).filter((id) => id > 0)
        const expected = [...[1, 2].slice(0, first), ...[3, 4].slice(0, second)]
        if (before.join() === expected.join()) exact++
        else e.same(`barriers after ${first} and ${second} records: before the snapshot`, before, expected)
      }
    e.same('of 9 ways to cut two sources, cut exactly on the real pipeline', exact, 9)
    for (const design of ['listStateBuffer', 'flushOnSnapshot', 'hashSetTransient'])
      e.same(`S6 of ${design}, two sources, falls under`, fallsUnder(e, design, 'S6', TWO_SOURCES), [])
    e.same('without alignment, under', fallsUnder(e, 'flushOnSnapshot', 'S6', TWO_SOURCES, 'noAlignment'), ['no fault'])
    return e.result()
  },
}

const persistedOrEmitted: Claim = {
  id: 'C26',
  title: 'All events before the barrier are persisted in state or emitted into sinks',
  notes: 'Of the pre-checkpoint epoch everything is in the state or out at the sinks.',
  verdict: 'true only if',
  condition: 'the sink copies into state, or writes and awaits, at the snapshot; handed to a sink is not written',
  async run() {
    const e = new Evidence()
    for (const [design, under] of [
      ['writeThrough', []],
      ['listStateBuffer', []],
      ['flushOnSnapshot', []],
      ['hashSetTransient', ['no fault']],
      ['flushNotAwaited', ['no fault']],
      ['flushOnNotify', ['no fault']],
    ] as const) {
      e.ran()
      const run = await Run.of(design)
      await run.act('emit(0) x2')
      await run.checkpoint()
      const kept = [...new Set([...run.written, ...run.inState])]
      e.same(
        `${design}: of records 1 and 2 in the table or the completed checkpoint`,
        kept,
        under.length > 0 ? [] : [1, 2],
      )
      e.same(`${design}: S7 falls under`, fallsUnder(e, design, 'S7', ONE_RECORD), under)
    }
    return e.result()
  },
}

const notInState: Claim = {
  id: 'C27',
  title: 'Events after the barrier are not in the state',
  notes: 'The post-checkpoint epoch is not reflected in the state.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    e.ran()
    const run = await Run.of('listStateBuffer')
    await run.act('emit(0) x2', 'trigger', 'barrier(0)', 'emit(0)', 'receive(0) x4')
    e.same('buffer of the sink before it acknowledges', run.buffered, [1, 2, 3])
    await run.act(COMPLETE)
    e.same(
      'source offset and records in checkpoint 1',
      [run.completed?.sources[0]?.offset ?? -1, run.inState],
      [2, [1, 2]],
    )
    await run.checkpoint()
    e.same('in checkpoint 2', [run.completed?.sources[0]?.offset ?? -1, run.inState], [3, [1, 2, 3]])
    const over = { ...NO_FAULTS, records: 2 }
    e.same(
      'S6 where the source stores an offset past its barrier falls under',
      fallsUnder(e, 'flushOnSnapshot', 'S6', over, 'offsetAfterBarrier'),
      ['no fault'],
    )
    return e.result()
  },
}

const reprocessed: Claim = {
  id: 'C28',
  title: 'Events after the barrier are processed again when the job resumes',
  notes: 'What came after the checkpoint is re-processed when resuming from it.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    for (const [what, end, again] of [
      ['checkpoint 1 complete', COMPLETE, [3, 4]],
      ['checkpoint 1 expired', ['expire'], [1, 2, 3, 4]],
    ] as const) {
      e.ran()
      const run = await Run.of('listStateBuffer')
      await run.act('emit(0) x2', 'trigger', 'barrier(0)', 'emit(0) x2', 'receive(0) x5', end)
      await run.death()
      await run.drain()
      e.same(`${what}: handed to the sink before the death`, run.handed(0), [1, 2, 3, 4])
      e.same(`${what}: handed to it again after`, run.handed(1), again)
    }
    return e.result()
  },
}

export const EPOCHS = [divide, persistedOrEmitted, notInState, reprocessed]
