// One subtask of the sink: takes elements from its channels, aligns barriers, runs the sink's calls as mails one at a
// time, takes snapshots, filters notifications. A mail whose promise has not settled blocks the task; while it is
// blocked only answers, back-offs and acknowledgements go on.
// Sources followed: Flink's StreamTask and SubtaskCheckpointCoordinatorImpl. Read next: job.ts.
import { type Attempt, type CheckpointId, checkpointId } from '../../model/pipeline/ids.ts'
import { type AlignedState, type BarrierEvent, initialAligned, stepAligned } from './barriers/aligned.ts'
import type { Acknowledgement, Element, Notice } from './messages.ts'
import type { OperatorStateSnapshot } from './operatorState.ts'
import type { Restored, SinkHost } from './sinkHost.ts'

export type MailKind = 'open' | 'receive' | 'timer' | 'checkpoint' | 'finish' | 'notify' | 'abort' | 'close'

/** A snapshot whose asynchronous part has not ended: not acknowledged yet. */
export interface OpenSnapshot {
  readonly id: CheckpointId
  readonly state: OperatorStateSnapshot
}

export interface SubtaskOptions {
  readonly task: number
  readonly attempt: Attempt
  readonly host: SinkHost
  readonly channels: readonly Element[][]
  /** Tells the coordinator that this task takes no snapshot for an id. */
  readonly decline: (id: CheckpointId) => void
  readonly maxConcurrentCheckpoints?: number
}

export class SinkSubtask {
  readonly host: SinkHost
  readonly channels: readonly Element[][]
  readonly task: number
  readonly attempt: Attempt
  gate: AlignedState
  private readonly decline: (id: CheckpointId) => void
  private readonly maxConcurrent: number
  /** The mail that is being waited for, and the checkpoint it is about. */
  mail: { readonly kind: MailKind; readonly id: CheckpointId | null } | null = null
  openSnapshots: readonly OpenSnapshot[] = []
  endReceived: readonly boolean[]
  finished = false
  closed = false
  /** Ids up to this one are dropped when notified: at first the restored one (Flink: latestReportCheckpointId). */
  latestNotified = 0
  /** Ids whose abort this task was told of, newest first: as many as checkpoints may be pending. */
  abortedIds: readonly CheckpointId[] = []
  /** The first checkpoint taken after finish(): once it is notified the task has nothing left to do (FLIP-147). */
  finalCheckpoint = 0
  failure: Error | null = null

  constructor(options: SubtaskOptions) {
    this.task = options.task
    this.attempt = options.attempt
    this.host = options.host
    this.channels = options.channels
    this.decline = options.decline
    this.maxConcurrent = options.maxConcurrentCheckpoints ?? 1
    this.gate = initialAligned(options.channels.length)
    this.endReceived = options.channels.map(() => false)
  }

  get idle(): boolean {
    return this.mail === null && this.failure === null && this.host.failure === null
  }

  open(restored: Restored | null): void | Promise<void> {
    this.latestNotified = restored?.checkpointId ?? 0
    return this.run('open', null, () => this.host.open(restored))
  }

  canReceive(channel: number): boolean {
    return this.idle && (this.channels[channel]?.length ?? 0) > 0 && !this.gate.blocked.includes(channel)
  }

  receive(channel: number): void | Promise<void> {
    const element = this.channels[channel]?.shift()
    if (element === undefined) throw new Error(`expected an element in channel ${channel}, it is empty`)
    switch (element.type) {
      case 'record':
        return this.run('receive', null, () => this.host.write(element.record))
      case 'endOfData':
        return this.endOfData(channel)
      case 'barrier':
      case 'cancel':
        return this.gateEvent({ type: element.type, channel, checkpointId: element.id })
    }
  }

  fireTimer(): void | Promise<void> {
    return this.run('timer', null, () => this.host.fireTimer())
  }

  notice(notice: Notice): void | Promise<void> {
    return notice.type === 'complete' ? this.complete(notice.id) : this.aborted(notice.id, notice.newestCompleted)
  }

  /** One that fails is over all the same (Flink logs it and goes on): nobody waits for another try. */
  close(): void | Promise<void> {
    const closed = () => {
      this.closed = true
    }
    return this.run('close', null, () => whenOver(() => this.host.close(), closed))
  }

  /** The asynchronous part of an open snapshot, 0 the oldest, is done or has failed. */
  acknowledge(declined: boolean, at = 0): Acknowledgement {
    const open = this.openSnapshots[at]
    if (open === undefined) throw new Error('expected a snapshot to acknowledge, there is none')
    this.openSnapshots = this.openSnapshots.filter((each) => each !== open)
    const sink = declined ? null : open.state
    return { task: this.task, attempt: this.attempt, id: open.id, declined, source: null, sink }
  }

  private endOfData(channel: number): void | Promise<void> {
    this.endReceived = this.endReceived.with(channel, true)
    if (!this.endReceived.every(Boolean)) return
    return this.run(
      'finish',
      null,
      () => this.host.endInput(),
      () => {
        this.finished = true
      },
    )
  }

  private gateEvent(event: BarrierEvent): void | Promise<void> {
    const { state, effects } = stepAligned(this.gate, event)
    this.gate = state
    // Blocking and resuming are in `gate.blocked`.
    for (const effect of effects) {
      if (effect.type === 'abort') this.abortOnBarrier(effect.checkpointId)
      else if (effect.type === 'trigger') return this.checkpoint(effect.checkpointId)
    }
  }

  /** The gate gave the checkpoint up: the coordinator is told, the sink is not (Flink: abortCheckpointOnBarrier). */
  private abortOnBarrier(id: CheckpointId): void {
    this.openSnapshots = this.openSnapshots.filter((open) => open.id !== id)
    this.decline(id)
  }

  private checkpoint(id: CheckpointId): void | Promise<void> {
    if (this.toldAborted(id)) return
    let state: OperatorStateSnapshot | undefined
    return this.run(
      'checkpoint',
      id,
      () => {
        const taken = this.host.checkpoint(id)
        if (!(taken instanceof Promise)) {
          state = taken
          return
        }
        return taken.then((later) => {
          state = later
        })
      },
      () => {
        if (state !== undefined) this.openSnapshots = [...this.openSnapshots, { id, state }]
        if (this.finished && this.finalCheckpoint === 0) this.finalCheckpoint = id
      },
    )
  }

  /** Told of the abort before the barrier came: no snapshot (FLINK-18238). What is too old to be remembered counts too. */
  private toldAborted(id: CheckpointId): boolean {
    return this.abortedIds.includes(id) || id + this.maxConcurrent < (this.abortedIds[0] ?? 0)
  }

  private complete(id: CheckpointId): void | Promise<void> {
    if (id <= this.latestNotified) return
    this.latestNotified = id
    return this.run('notify', id, () => this.host.notify(id))
  }

  private aborted(id: CheckpointId, newestCompleted: number): void | Promise<void> {
    const newer = newestCompleted > this.latestNotified
    if (newer) this.latestNotified = newestCompleted
    return this.run('abort', id, () => {
      const told = newer ? this.host.notify(checkpointId(newestCompleted)) : undefined
      return told === undefined ? this.abortNow(id) : told.then(() => this.abortNow(id))
    })
  }

  private abortNow(id: CheckpointId): void | Promise<void> {
    this.abortedIds = [...new Set([...this.abortedIds, id])].sort((a, b) => b - a).slice(0, this.maxConcurrent)
    this.openSnapshots = this.openSnapshots.filter((open) => open.id !== id)
    return this.host.abort(id)
  }

  /** A mail: `after` runs when its promise has settled, in the same turn where there is none. */
  private run(
    kind: MailKind,
    id: CheckpointId | null,
    work: () => void | Promise<void>,
    after: () => void = () => {},
  ): void | Promise<void> {
    let pending: void | Promise<void>
    try {
      pending = work()
    } catch (error) {
      this.fail(error)
      return
    }
    if (pending === undefined) {
      after()
      return
    }
    this.mail = { kind, id }
    return pending.then(
      () => {
        this.mail = null
        after()
      },
      (error: unknown) => this.fail(error),
    )
  }

  private fail(error: unknown): void {
    this.mail = null
    this.failure ??= error instanceof Error ? error : new Error(String(error))
  }
}

/** Runs `over` after `work`, whether that has failed or not, and before anybody hears of it. */
export function whenOver(work: () => void | Promise<void>, over: () => void): void | Promise<void> {
  let pending: void | Promise<void>
  try {
    pending = work()
  } catch (error) {
    over()
    throw error
  }
  if (pending !== undefined) return pending.finally(over)
  over()
}
