// "transient HashSet<In> buffer versus ListState<In>: what is the difference between Flink's state API and your own
// data structure?" Row by row of the table in facts/flink.md 3.5; here the rows that are about checkpoints.
// Read next: equalRecords.ts (rows about the data structure), stateCost.ts.
import { SubtaskOperatorState } from '../../impl/runtime/operatorState.ts'
import { HashSetBuffer } from '../../impl/sinks/buffers/hashSetBuffer.ts'
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'
import type { Claim } from './claim.ts'
import { Evidence } from './evidence.ts'
import { COMPLETE, Run, WRITE } from './run.ts'

export const record = (key: string, version: number, id = `${key}@${version}`): SinkRecord => ({
  key,
  version,
  id,
  value: `value ${version}`,
})

const survives: Claim = {
  id: 'C42',
  title: 'ListState survives a failure with exactly what the snapshot held; a HashSet field does not',
  notes: 'The notes ask for the difference; survival is the first row of the answer.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    for (const [design, restored] of [
      ['listStateBuffer', [1, 2]],
      ['hashSetTransient', []],
    ] as const)
      for (const end of ['death', 'failover'] as const) {
        e.ran()
        const run = await Run.of(design)
        await run.act('emit(0) x2')
        await run.checkpoint()
        await run.act('emit(0)', 'receive(0)')
        const before = run.buffered
        await run[end]()
        e.same(`${design}, ${end}: buffer before and after`, [before, run.buffered], [[1, 2, 3], restored])
      }
    return e.result()
  },
}

const sameCut: Claim = {
  id: 'C43',
  title: 'The content of ListState belongs to the cut of the source offset; that of a field belongs to no moment',
  notes: 'State in a checkpoint and the position of the source are said to be of one moment.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    let exact = 0
    let field = 0
    for (const before of [0, 1, 2, 3, 4])
      for (let written = 0; written <= before; written++) {
        e.ran()
        const run = await Run.of('listStateBuffer')
        if (written > 0) await run.act(`emit(0) x${written}`, `receive(0) x${written}`, 'flush(sink0)', WRITE)
        if (before > written) await run.act(`emit(0) x${before - written}`)
        await run.act('trigger', 'barrier(0)')
        while (run.enabled('emit(0)')) await run.act('emit(0)')
        while (run.enabled('receive(0)')) await run.act('receive(0)')
        await run.act(COMPLETE)
        // What is written and what is in the state are together the records before the offset: none twice, none missing.
        const covered = [...run.written, ...run.inState].join()
        const cut = [1, 2, 3, 4].slice(0, run.completed?.sources[0]?.offset ?? -1).join()
        if (covered === cut) exact++
        else e.same(`cut after ${before}, ${written} written: written and in state`, covered, cut)
        if ([...run.written, ...run.buffered].join() === cut) field++
      }
    e.same('of 15 placements of a flush and a barrier, state and offset of one cut', exact, 15)
    e.same('the live buffer at the moment of completion, of the same cut', field, 5)
    return e.result()
  },
}

const isolated: Claim = {
  id: 'C44',
  title: 'A snapshot of ListState is a copy: what happens later cannot change it',
  notes: 'Snapshots are written out while the task goes on.',
  verdict: 'true only if',
  condition: 'it happens after the snapshot: add keeps the reference, so a change between add and snapshot is in it',
  async run() {
    const e = new Evidence()
    const state = new SubtaskOperatorState()
    const list = state.listState<SinkRecord>('buffered-records')
    const [early, late] = [{ ...record('a', 1) }, { ...record('b', 1) }]
    list.addAll([early, late])
    const field = new HashSetBuffer()
    field.add(late)
    early.version = 7
    const snapshot = state.snapshot()
    const byReference = field.records()
    late.version = 8
    list.clear()
    const versions = (records: readonly unknown[] | undefined) =>
      (records as SinkRecord[]).map(({ version }) => version)
    const elements = snapshot['buffered-records']?.elements
    e.same('changed before the snapshot, changed after it: versions in the snapshot', versions(elements), [7, 1])
    e.same('the live list, cleared after it', list.get().length, 0)
    e.same('changed after, in a set handed over by reference', versions(byReference), [8])
    return e.result()
  },
}

export const LIST_STATE_OR_HASH_SET = [survives, sameCut, isolated]
