// What a mode of alignment costs the sink's guarantees: nothing for unaligned barriers as long as channel state is kept,
// the consistent cut for at-least-once ones. Searched for every kind of snapshot; bigger bounds: ../modes/modes.ts.
// Read next: barrierModes.ts (what the sink sees), ../../model/pipeline/bounds.ts (Mode).
import type { Alignment, Bounds } from '../../model/pipeline/bounds.ts'
import { DESIGNS, type DesignRow } from '../../model/pipeline/sinks/designs.ts'
import type { Claim } from './claim.ts'
import { completionOf } from './completionSearch.ts'
import { Evidence } from './evidence.ts'
import { COMPLETE, Run, WRITE } from './run.ts'
import { allThatFalls, fallsUnder, ONE_DEATH, TWO_SOURCES } from './searched.ts'

/** The smallest in which a barrier can overtake a record, and a death can show what became of it. */
const OVERTAKING: Partial<Bounds> = { ...ONE_DEATH, alignment: 'unaligned' }

/** What alignment decides is what a snapshot finds: two designs are alike that do the same up to it and in it. */
const upToTheSnapshot = ({ buffer, flushWhenFull, onSnapshot, onNotify }: DesignRow): string =>
  [buffer === 'none', flushWhenFull, onSnapshot, onNotify].join()
const KINDS = [...new Set(DESIGNS.map(upToTheSnapshot))]

const sameGuarantees: Claim = {
  id: 'C57',
  title: 'A sink keeps the same guarantees with unaligned barriers as with aligned ones',
  notes: 'The notes refer to aligned and unaligned checkpoints and do not say what changes for the sink.',
  verdict: 'true only if',
  condition: 'what barriers overtook is in the checkpoint; without channel state it is lost, whatever the sink',
  async run() {
    const e = new Evidence()
    for (const kind of KINDS) {
      const designs = DESIGNS.filter((design) => upToTheSnapshot(design) === kind)
      const design = designs[0] as DesignRow
      const { falls } = completionOf(e, design)
      const names = designs.map(({ name }) => name).join(', ')
      e.same(`${names}: falls unaligned as aligned`, allThatFalls(e, design.name, OVERTAKING), falls)
    }
    for (const name of ['listStateBuffer', 'writeThrough'])
      for (const [guarantee, under] of [
        ['S1', ['F2d']],
        ['S6', ['no fault']],
      ] as const)
        e.same(
          `${name}, unaligned, without channel state: ${guarantee} falls under`,
          fallsUnder(e, name, guarantee, OVERTAKING, 'channelStateForgotten'),
          under,
        )
    return e.result()
  },
}

/** Source 0 sends its barrier and record 2 before source 1 sends a barrier; once the checkpoint is complete, a death. */
async function crossed(e: Evidence, alignment: Alignment, flushed: boolean) {
  e.ran()
  const run = await Run.of('listStateBuffer', { alignment, sources: 2, records: 2, keys: 2 })
  await run.act('emit(0)', 'receive(0)', 'trigger', 'barrier(0)', 'emit(0)', 'receive(0)')
  if (run.enabled('receive(0)')) await run.act('receive(0)')
  await run.act('barrier(1)')
  await run.until(() => run.enabled('acknowledge(sink0)'), /^receive\(1\)/)
  await run.act(COMPLETE.slice(0, 2), 'collect(source1)', COMPLETE.slice(2))
  const checkpoint = [run.completed?.sources[0]?.offset ?? -1, [...run.inState, ...run.inChannels]] as const
  if (flushed) await run.act('receive(0)', 'flush(sink0)', WRITE)
  await run.death()
  await run.drain()
  return { run, checkpoint }
}

const harmless: Claim = {
  id: 'C58',
  title: 'Where no channel waits for barriers the sink is none the worse for it',
  notes: 'Barriers are taken to separate the epochs; at-least-once barriers do not.',
  verdict: 'true only if',
  condition:
    'its writes are upserts: records behind a barrier come before the snapshot, so after a crash they are in the state and replayed; what appends or adds has them twice',
  async run() {
    const e = new Evidence()
    for (const [alignment, kept, times] of [
      ['aligned', [1], 1],
      ['unaligned', [1], 1],
      ['atLeastOnce', [1, 2], 2],
    ] as const) {
      const { run, checkpoint } = await crossed(e, alignment, false)
      e.same(`${alignment}: offset of source 0, and what is in the checkpoint`, checkpoint, [1, kept])
      const writes = run.written.filter((record) => record === 2).length
      e.same(`${alignment}: writes of record 2 after a death, and records lost`, [writes, run.missing], [times, []])
      const rows = new Set(run.written).size
      e.same(`${alignment}: rows of an upsert by key, and of an append`, [rows, run.written.length], [4, 3 + times])
    }
    // Alignment saves the state from it, not the store: what is written behind the cut is written again in any mode.
    const { run } = await crossed(e, 'aligned', true)
    e.same('aligned, record 2 written before the death: its writes', run.written.filter((r) => r === 2).length, 2)
    const waits: Partial<Bounds> = { ...TWO_SOURCES, capacity: 1 }
    e.same('S6 of writeThrough, aligned, falls under', fallsUnder(e, 'writeThrough', 'S6', waits), [])
    const goesOn: Partial<Bounds> = { ...waits, alignment: 'atLeastOnce' }
    e.same('S6 of writeThrough, at least once, falls under', fallsUnder(e, 'writeThrough', 'S6', goesOn), ['no fault'])
    return e.result()
  },
}

export const MODE_GUARANTEES = [sameGuarantees, harmless]
