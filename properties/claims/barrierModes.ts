// "Barriers travel through the entire topology and eventually reach the sinks", and the notes' reference to an article on
// aligned and unaligned checkpoints. What the sink sees of the difference: when its snapshot comes, and what it is handed
// after a restore. Read next: modeGuarantees.ts (which guarantees the modes keep), barriers.ts.
import type { Alignment } from '../../model/pipeline/bounds.ts'
import type { Claim } from './claim.ts'
import { Evidence } from './evidence.ts'
import { COMPLETE, Run } from './run.ts'

interface SnapshotRow {
  readonly alignment: Alignment
  readonly name: string
  /** From the barrier's arrival to the snapshot. */
  readonly takes: readonly string[]
  /** Of three records that were sent before the barrier, the first taken already. */
  readonly before: readonly number[]
  readonly overtaken: readonly number[]
}

const IN_TURN = { before: [1, 2, 3], overtaken: [] } as const
const OVERTAKES = { before: [1], overtaken: [2, 3] } as const
const SNAPSHOTS: readonly SnapshotRow[] = [
  { name: 'aligned', alignment: 'aligned', takes: ['receive(0) x3'], ...IN_TURN },
  { name: 'at least once', alignment: 'atLeastOnce', takes: ['receive(0) x3'], ...IN_TURN },
  // The first that an alternating gate takes is the announcement.
  { name: 'alternating, in time', alignment: 'alternating', takes: ['receive(0) x4'], ...IN_TURN },
  {
    name: 'alternating, overdue',
    alignment: 'alternating',
    takes: ['receive(0)', 'overdue', 'overtake(sink0)', 'receive(0)'],
    ...OVERTAKES,
  },
  { name: 'unaligned', alignment: 'unaligned', takes: ['receive(0)'], ...OVERTAKES },
]

const snapshots = (run: Run): number => run.world.calls.filter(({ call }) => call === 'checkpoint').length

const snapshotAfterItsRecords: Claim = {
  id: 'C55',
  title: 'In every mode the sink snapshots after all records that were sent before the barrier',
  notes: 'Barriers come to the sinks in their place in the stream; unaligned ones are only referred to.',
  verdict: 'false',
  condition:
    'an unaligned or overdue barrier overtakes them: they are channel state, and come after the restored state and before anything new',
  async run() {
    const e = new Evidence()
    for (const { name, alignment, takes, before, overtaken } of SNAPSHOTS) {
      e.ran()
      const run = await Run.of('listStateBuffer', { alignment })
      await run.act('emit(0) x3', 'receive(0)', 'trigger', 'barrier(0)', takes)
      e.same(`${name}: snapshots taken after ${takes.join(', ')}`, snapshots(run), 1)
      e.same(`${name}: handed to the sink before its snapshot`, run.handed(0), before)
      await run.act(COMPLETE)
      const parts = [run.completed?.sources[0]?.offset ?? -1, run.inState, run.inChannels]
      e.same(`${name}: source offset, sink state, channel state`, parts, [3, before, overtaken])
      await run.death()
      await run.act('emit(0)')
      e.same(
        `${name}: after a death, buffer and channel`,
        [run.buffered, run.channel().map(Number)],
        [before, [...overtaken, 4]],
      )
      await run.drain()
      e.same(`${name}: handed to it after the restore, and lost`, [run.handed(1), run.missing], [[...overtaken, 4], []])
    }
    return e.result()
  },
}

interface BlockingRow {
  readonly alignment: Alignment
  /** The barrier of one of two channels has been taken: the channels that go on, and the snapshots by then. */
  readonly goOn: readonly number[]
  readonly snapshots: number
}

const BLOCKING: readonly BlockingRow[] = [
  { alignment: 'aligned', goOn: [1], snapshots: 0 },
  { alignment: 'alternating', goOn: [1], snapshots: 0 },
  { alignment: 'atLeastOnce', goOn: [0, 1], snapshots: 0 },
  { alignment: 'unaligned', goOn: [0, 1], snapshots: 1 },
]

const waitsForTheLast: Claim = {
  id: 'C56',
  title: 'While barriers are aligned the sink stands still',
  notes: 'The picture has one channel, in which a barrier waits for nothing.',
  verdict: 'false',
  condition:
    'only the channels whose barrier has come wait, up to their sources; the sink is called for the others, and told of no barrier before the last',
  async run() {
    const e = new Evidence()
    for (const row of BLOCKING) {
      e.ran()
      const { alignment } = row
      const run = await Run.of('listStateBuffer', { alignment, sources: 2, records: 2, keys: 2, capacity: 2 })
      await run.act('emit(1)', 'trigger', 'barrier(0)', 'emit(0)')
      // An alternating channel announces its barrier first.
      await run.act('receive(0)', alignment === 'alternating' ? 'receive(0)' : [])
      const goOn = [0, 1].filter((channel) => run.enabled(`receive(${channel})`))
      e.same(`${alignment}, a barrier from source 0 only: channels that go on`, goOn, row.goOn)
      e.same(`${alignment}: snapshots of the sink`, snapshots(run), row.snapshots)
      e.holds(`${alignment}: it cannot acknowledge yet`, !run.enabled('acknowledge(sink0)'))
      if (!row.goOn.includes(0)) {
        await run.act('emit(0)')
        e.same(`${alignment}: source 0 has filled its channel and waits`, run.channel(0), ['1', '2'])
      }
      await run.act('receive(1)')
      e.same(`${alignment}: the sink takes`, run.handed(0), [3])
      await run.act('barrier(1)')
      await run.until(() => run.enabled('acknowledge(sink0)'), /^receive\(1\)/)
      e.same(`${alignment}: with the last barrier, snapshots`, snapshots(run), 1)
    }
    return e.result()
  },
}

export const BARRIER_MODES = [snapshotAfterItsRecords, waitsForTheLast]
