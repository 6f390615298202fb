// HashSet against ListState, the rows about what a runtime can do with state it knows: deal it out to another number of
// subtasks, and refuse what it could not give back. Read next: stateCost.ts.

import { subtaskOf } from '../../impl/runtime/keyGroups.ts'
import { redistribute, SubtaskOperatorState } from '../../impl/runtime/operatorState.ts'
import { DynamoDbSyncSink } from '../../impl/sinks/dynamoDbSyncSink.ts'
import type { FunctionSnapshotContext, SinkRecord } from '../../impl/sinks/interfaces.ts'
import type { Claim } from './claim.ts'
import { bufferingOptions, deploy } from './deploy.ts'
import { Evidence } from './evidence.ts'
import { record } from './listStateOrHashSet.ts'

const NAME = 'buffered-records'
const KEYS = Array.from({ length: 12 }, (_, i) => `k${i}`)

const rescales: Claim = {
  id: 'C49',
  title: 'ListState is dealt out anew when the parallelism changes, each record to one subtask',
  notes: 'Rescaling is not spoken of; a field of a sink cannot be redistributed by anybody.',
  verdict: 'true only if',
  condition: 'it is not union state (every subtask gets all); and the subtask need not be the one its key goes to',
  async run() {
    const e = new Evidence()
    const olds = [0, 1].map((subtask) => {
      const state = new SubtaskOperatorState()
      state
        .listState<SinkRecord>(NAME)
        .addAll(KEYS.filter((key) => subtaskOf(key, 2) === subtask).map((key) => record(key, 1)))
      state.unionListState<string>('seen').add(`by subtask ${subtask}`)
      return state.snapshot()
    })
    const news = redistribute(olds, 3)
    const dealt = news.map((snapshot) => (snapshot[NAME]?.elements ?? []) as readonly SinkRecord[])
    e.same(
      '12 records of 2 subtasks, on 3',
      dealt.map(({ length }) => length),
      [4, 4, 4],
    )
    e.same('distinct among them', new Set(dealt.flat().map(({ key }) => key)).size, 12)
    const strays = dealt.flatMap((records, p) => records.filter(({ key }) => subtaskOf(key, 3) !== p))
    e.holds(`on another subtask than new records of their key: ${strays.length}`, strays.length > 0)
    e.same(
      '2 union elements, on each of 3',
      news.map((snapshot) => snapshot.seen?.elements.length ?? 0),
      [2, 2, 2],
    )
    const back = redistribute(olds, 2).map((snapshot) => snapshot[NAME]?.elements.length ?? 0)
    e.same(
      'with the parallelism unchanged every subtask gets its own back',
      back,
      olds.map((old) => old[NAME]?.elements.length ?? 0),
    )
    return e.result()
  },
}

const checked: Claim = {
  id: 'C50',
  title: 'ListState refuses what it could not give back; a field is never asked',
  notes: 'That state has a name and a serialiser is not spoken of.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    const state = new SubtaskOperatorState()
    const list = state.listState<unknown>(NAME)
    await e.refused('null', 'holds no nulls', () => list.add(null))
    await e.refused('the same name as union state', 'SPLIT_DISTRIBUTE already', () => state.unionListState(NAME))
    list.add({ since: new Date(0) })
    await e.refused('a Date, at the snapshot', "state 'buffered-records', element 0", () => state.snapshot())
    list.update([{ since: 0 }])
    e.same('its number is taken, elements', state.snapshot()[NAME]?.elements.length ?? 0, 1)
    for (const [what, stored] of [
      ['in ListState', true],
      ['in a field', false],
    ] as const) {
      e.ran()
      const run = await deploy(() => new DateSink(stored))
      const checkpoint = () => run.checkpoint()
      if (stored)
        await e.refused(`the checkpoint of a sink that keeps a Date ${what}`, 'cannot be serialised', checkpoint)
      else await checkpoint()
      e.same(
        `completed checkpoints of a sink that keeps a Date ${what}`,
        run.completed === null ? 0 : 1,
        stored ? 0 : 1,
      )
    }
    return e.result()
  },
}

class DateSink extends DynamoDbSyncSink {
  readonly since = new Date(0)
  readonly #stored: boolean

  constructor(stored: boolean) {
    super(bufferingOptions())
    this.#stored = stored
  }

  initializeState(): void {}

  snapshotState({ operatorState }: FunctionSnapshotContext): void {
    if (this.#stored) operatorState.listState<Date>('since').update([this.since])
  }
}

export const STATE_HANDLING = [rescales, checked]
