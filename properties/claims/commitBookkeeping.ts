// HashSet against ListState, the last rows: what was to be committed on a notification survives only in state, and what
// ListState does not give: it repeats writes after a crash. A sink that publishes on notification, with its bookkeeping
// in state or in a field, is written here in full. Read next: claims.test.ts.

import { DynamoDbSyncSink } from '../../impl/sinks/dynamoDbSyncSink.ts'
import type {
  FunctionInitializationContext,
  FunctionSnapshotContext,
  ListState,
  RuntimeContext,
  SinkRecord,
} from '../../impl/sinks/interfaces.ts'
import type { CheckpointId } from '../../model/pipeline/ids.ts'
import type { Claim } from './claim.ts'
import { bufferingOptions, deploy } from './deploy.ts'
import { Evidence } from './evidence.ts'
import { COMPLETE, Run, WRITE } from './run.ts'

interface Pending {
  readonly checkpoint: number
  readonly records: readonly SinkRecord[]
}

/** Collects an epoch, sets it aside at the snapshot, publishes it when that checkpoint is known to be complete. */
class StagedSink extends DynamoDbSyncSink {
  #epoch: SinkRecord[] = []
  #pending: Pending[] = []
  readonly #stored: boolean
  #state: ListState<Pending> | undefined

  constructor(stored: boolean) {
    super(bufferingOptions({ flushWhenFull: false }))
    this.#stored = stored
  }

  initializeState(context: FunctionInitializationContext): void {
    this.#state = context.operatorState.listState<Pending>('pending')
    this.#pending = [...this.#state.get()]
  }

  // Everything in a restored checkpoint belongs to an epoch that is complete: no notification will come for it.
  override open(context: RuntimeContext): Promise<void> {
    super.open(context)
    return this.#publish(Number.POSITIVE_INFINITY)
  }

  override invoke(taken: SinkRecord): void {
    this.#epoch.push(taken)
  }

  override finish(): void {}

  snapshotState({ checkpointId }: FunctionSnapshotContext): void {
    this.#pending.push({ checkpoint: checkpointId, records: this.#epoch })
    this.#epoch = []
    if (this.#stored) this.#state?.update([...this.#pending])
  }

  notifyCheckpointComplete(id: CheckpointId): Promise<void> {
    return this.#publish(id)
  }

  #publish(upTo: number): Promise<void> {
    for (const { checkpoint, records } of this.#pending)
      if (checkpoint <= upTo) for (const each of records) this.format.buffer.add(each)
    this.#pending = this.#pending.filter(({ checkpoint }) => checkpoint > upTo)
    return this.format.flush()
  }
}

const bookkeeping: Claim = {
  id: 'C53',
  title: 'What is to be published when a checkpoint completes survives in ListState, and in a field does not',
  notes: 'Sinks that write on the notification are not spoken of.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    for (const [what, stored, lost] of [
      ['in ListState', true, []],
      ['in a field', false, [1, 2]],
    ] as const) {
      e.ran()
      const run = await deploy(() => new StagedSink(stored))
      await run.act('emit(0) x2', 'trigger', 'barrier(0)', 'receive(0) x3', COMPLETE)
      e.same(`${what}: written when checkpoint 1 is complete and not yet notified`, run.written, [])
      await run.death()
      await run.drain()
      e.same(`${what}: lost by a death now`, run.missing, lost)
      e.ran()
      const notified = await deploy(() => new StagedSink(stored))
      await notified.act('emit(0) x2', 'trigger', 'barrier(0)', 'receive(0) x3', COMPLETE, 'notify(sink0)', WRITE)
      await notified.death()
      await notified.drain()
      e.same(`${what}: lost by a death after the notification`, notified.missing, [])
    }
    return e.result()
  },
}

const exactlyOnce: Claim = {
  id: 'C54',
  title: 'With its buffer in ListState the sink writes every record exactly once',
  notes: 'Checkpointed state is put forward as what keeps the sink from losing; what it does not give is left out.',
  verdict: 'false',
  condition: 'at least once: what was written since the cut is written again, and a row goes back for a while',
  async run() {
    const e = new Evidence()
    e.ran()
    const calm = await Run.of('listStateBuffer', { keys: 1 })
    await calm.act('emit(0) x2')
    await calm.checkpoint()
    await calm.act('notify(sink0)')
    await calm.drain()
    e.same('no crash: writes of one key', calm.written, [1, 2, 3, 4])
    e.ran()
    const run = await Run.of('listStateBuffer', { keys: 1 })
    await run.act('emit(0) x2')
    await run.checkpoint()
    await run.act('emit(0)', 'receive(0)', 'flush(sink0)', WRITE, WRITE, WRITE)
    await run.death()
    await run.drain()
    e.same('a death after the write of 3: writes of the key', run.written, [1, 2, 3, 1, 2, 3, 4])
    e.same('lost', run.missing, [])
    return e.result()
  },
}

export const COMMIT_BOOKKEEPING = [bookkeeping, exactlyOnce]
