// "What happens if the sink does not implement the checkpoint functionality, e.g. extends RichSinkFunction without
// CheckpointedFunction?" The notes ask and leave it open. Answer: the checkpoint completes as if nothing were amiss.
// Read next: completion.ts.

import { ListStateSink } from '../../impl/sinks/checkpointedSinks.ts'
import type { InspectableSink } from '../../impl/sinks/designs.ts'
import { DynamoDbSyncSink } from '../../impl/sinks/dynamoDbSyncSink.ts'
import type { CheckpointId } from '../../model/pipeline/ids.ts'
import type { Claim } from './claim.ts'
import { bufferingOptions, deploy } from './deploy.ts'
import { Evidence } from './evidence.ts'
import { COMPLETE, Run, WRITE } from './run.ts'
import { fallsUnder, ONE_RECORD, shortest } from './searched.ts'

const takesPart: Claim = {
  id: 'C18',
  title: 'A sink without CheckpointedFunction still takes part, and the checkpoint completes',
  notes: 'The notes ask what becomes of the global operation when the sink does not implement it.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    const runs = await Promise.all(
      ['hashSetTransient', 'listStateBuffer'].map((design) => Run.of(design, { sources: 2, records: 2, keys: 2 })),
    )
    const [without, withIt] = runs as [Run, Run]
    e.ran()
    e.ran()
    const both = async (
      what: string,
      actions: readonly string[],
      see: (run: Run) => number | string,
      expected: number | string,
    ) => {
      await without.act(actions)
      await withIt.act(actions)
      e.same(`${what}: without and with it`, [see(without), see(withIt)], [expected, expected])
    }
    const subtask = (run: Run) => run.job.subtasks[0]
    await both(
      'channels blocked for alignment',
      ['emit(0)', 'emit(1)', 'receive(0)', 'trigger', 'barrier(0)', 'barrier(1)', 'receive(0)'],
      (run) => subtask(run)?.gate.blocked.join() ?? '',
      '0',
    )
    await both(
      'snapshots open after the last barrier',
      ['receive(1) x2'],
      (run) => subtask(run)?.openSnapshots.length ?? 0,
      1,
    )
    await both(
      'acknowledgements on their way',
      ['acknowledge(sink0)'],
      (run) => run.job.acknowledgements[2]?.length ?? 0,
      1,
    )
    await both(
      'newest completed checkpoint',
      ['collect(source0)', 'collect(source1)', 'collect(sink0)', 'complete'],
      (run) => run.completed?.checkpointId ?? 0,
      1,
    )
    await both('notified', ['notify(sink0)'], (run) => subtask(run)?.latestNotified ?? 0, 1)
    e.same('the one difference, sink state in the checkpoint: without', without.inState, [])
    e.same('with', withIt.inState, [1, 3])
    return e.result()
  },
}

const nothingWaits: Claim = {
  id: 'C19',
  title: 'Nothing waits for the writes of such a sink: its checkpoint covers what is only in its memory',
  notes: 'Without the interface the sink has no part in what the checkpoint guarantees.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    e.ran()
    const run = await Run.of('hashSetTransient')
    await run.act('emit(0) x2')
    await run.checkpoint()
    e.same('hashSetTransient: checkpoint 1 has the source at', run.completed?.sources[0]?.offset ?? -1, 2)
    e.same('written', run.written, [])
    e.same('in the checkpoint', run.inState, [])
    const steps = shortest(e, 'hashSetTransient', 'S7', ONE_RECORD)
    e.same('the shortest way to such a checkpoint needs no fault, steps', steps.length, 9)
    e.ran()
    const waits = await Run.of('flushOnSnapshot')
    await waits.act('emit(0) x2', 'receive(0) x2', 'trigger', 'barrier(0)', 'receive(0)')
    e.holds('flushOnSnapshot cannot acknowledge before the store has answered', !waits.enabled('acknowledge(sink0)'))
    await waits.act(WRITE)
    e.holds('and can afterwards', waits.enabled('acknowledge(sink0)'))
    e.same('S7 of flushOnSnapshot falls under', fallsUnder(e, 'flushOnSnapshot', 'S7', ONE_RECORD), [])
    return e.result()
  },
}

const isNotCalled: Claim = {
  id: 'C20',
  title: 'It is not told: neither at a snapshot, nor at a restore, nor (without CheckpointListener) of the completion',
  notes: 'What a sink that only extends RichSinkFunction gets to see of a checkpoint is left open.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    for (const [what, sink, expected] of [
      ['neither interface', (calls: string[]) => new Plain(calls), 'open invoke / open'],
      ['CheckpointListener', (calls: string[]) => new Listening(calls), 'open invoke notify / open'],
      [
        'CheckpointedFunction',
        (calls: string[]) => new Checkpointed(calls),
        'initialize open invoke snapshot / initialize open',
      ],
    ] as const) {
      e.ran()
      const calls: string[] = []
      const run = await deploy((): InspectableSink => sink(calls))
      await run.act(
        'emit(0)',
        'receive(0)',
        'trigger',
        'barrier(0)',
        'receive(0)',
        COMPLETE,
        'notify(sink0)',
        'crash(death)',
      )
      calls.push('/')
      await run.act('restore')
      e.same(`${what}: calls before / after a death`, calls.join(' '), expected)
    }
    return e.result()
  },
}

class Plain extends DynamoDbSyncSink {
  readonly calls: string[]
  constructor(calls: string[]) {
    super(bufferingOptions())
    this.calls = calls
  }
  override open(context: Parameters<DynamoDbSyncSink['open']>[0]) {
    this.calls.push('open')
    super.open(context)
  }
  override invoke(record: Parameters<DynamoDbSyncSink['invoke']>[0]) {
    this.calls.push('invoke')
    return super.invoke(record)
  }
}

class Listening extends Plain {
  notifyCheckpointComplete(_id: CheckpointId) {
    this.calls.push('notify')
  }
}

class Checkpointed extends Plain {
  readonly #state = new ListStateSink(bufferingOptions())
  initializeState(context: Parameters<ListStateSink['initializeState']>[0]) {
    this.calls.push('initialize')
    this.#state.initializeState(context)
  }
  snapshotState(context: Parameters<ListStateSink['snapshotState']>[0]) {
    this.calls.push('snapshot')
    this.#state.snapshotState(context)
  }
}

export const NO_CHECKPOINTED_FUNCTION = [takesPart, nothingWaits, isNotCalled]
