// Which of its methods a sink sees called, by the interfaces it implements: CheckpointedFunction and CheckpointListener
// are independent of each other, and a sink with neither learns nothing of a checkpoint. Read next: inFlight.ts.
import { ListStateSink } from '../../impl/sinks/checkpointedSinks.ts'
import type { InspectableSink } from '../../impl/sinks/designs.ts'
import { DynamoDbSyncSink } from '../../impl/sinks/dynamoDbSyncSink.ts'
import type { CheckpointId } from '../../model/pipeline/ids.ts'
import type { Claim } from './claim.ts'
import { bufferingOptions, deploy } from './deploy.ts'
import { Evidence } from './evidence.ts'
import { COMPLETE } from './run.ts'

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

export const CALLS_OF_A_SINK = [isNotCalled]
