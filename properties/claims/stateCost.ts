// HashSet against ListState, the rows about what state in a checkpoint shows and what it costs, counted in elements.
// Read next: commitBookkeeping.ts.
import { jsonCopy } from '../../impl/runtime/jsonCopy.ts'
import { SubtaskOperatorState } from '../../impl/runtime/operatorState.ts'
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'
import type { Claim } from './claim.ts'
import { Evidence } from './evidence.ts'
import { record } from './listStateOrHashSet.ts'
import { Run } from './run.ts'

const visible: Claim = {
  id: 'C51',
  title: 'What is in ListState can be seen in the checkpoint; a field is invisible however large it grows',
  notes: 'How one would notice a growing buffer is not spoken of.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    for (const [design, seen] of [
      ['listStateBuffer', [1, 2, 3, 4]],
      ['hashSetTransient', [0, 0, 0, 0]],
    ] as const) {
      e.ran()
      const run = await Run.of(design)
      const inState: number[] = []
      for (let i = 0; i < 4; i++) {
        await run.act('emit(0)')
        await run.checkpoint()
        await run.act('notify(sink0)')
        inState.push(run.inState.length)
      }
      e.same(`${design}: buffered at the end`, run.buffered.length, 4)
      e.same('records in checkpoints 1 to 4', inState, seen)
    }
    return e.result()
  },
}

const costs: Claim = {
  id: 'C52',
  title: 'ListState costs a copy of every element at every checkpoint, changed or not; a HashSet costs none',
  notes: 'The price of the state API is not spoken of.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    let copies = 0
    const state = new SubtaskOperatorState((element) => {
      copies++
      return jsonCopy(element)
    })
    const list = state.listState<SinkRecord>('buffered-records')
    for (let i = 0; i < 12; i++) list.add(record(`k${i}`, 1))
    e.same('copies made by 12 adds', copies, 0)
    for (let i = 0; i < 3; i++) state.snapshot()
    e.same('by 3 checkpoints of the same 12 records', copies, 36)
    list.clear()
    state.snapshot()
    e.same('by one more of the cleared list', copies - 36, 0)
    e.ran()
    const run = await Run.of('hashSetTransient')
    await run.act('emit(0) x4')
    await run.checkpoint()
    e.same(
      'copied by a checkpoint of hashSetTransient with 4 buffered',
      [run.buffered.length, run.inState.length],
      [4, 0],
    )
    return e.result()
  },
}

export const STATE_COST = [visible, costs]
