// One subtask of the sink: takes elements from its channels, aligns barriers, runs the sink's calls as mails one at a
// time, takes snapshots, filters notifications. A mail whose promise has not settled blocks the task; while it is
// blocked only answers, back-offs and acknowledgements go on.
// Sources followed: Flink's StreamTask and SubtaskCheckpointCoordinatorImpl. Read next: job.ts.
import { type Attempt, type CheckpointId, checkpointId } from '../../model/pipeline/ids.ts'
import type { SinkRecord } from '../sinks/interfaces.ts'
import type { Alignment } from './barriers/handler.ts'
import {
  arrive,
  fireTimer,
  type GateEffect,
  type GateStep,
  hasNext,
  type InputGate,
  inputGate,
  poll,
  priorityChannel,
  setTime,
} from './barriers/inputGate.ts'
import { ChannelStates } from './channelStates.ts'
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
  /** One channel from each. */
  readonly sources: number
  readonly alignment?: Alignment
  readonly alignedCheckpointTimeoutMs?: number
  readonly now?: () => number
  /** Tells the coordinator that this task takes no snapshot for an id. */
  readonly decline: (id: CheckpointId) => void
  readonly maxConcurrentCheckpoints?: number
}

export class SinkSubtask {
  readonly host: SinkHost
  readonly task: number
  readonly attempt: Attempt
  gate: InputGate<SinkRecord>
  /** Records that barriers overtook, by checkpoint. */
  readonly channelStates: ChannelStates
  /** By channel: records of a restored channel state that have not been taken. */
  recovering: readonly number[]
  private readonly now: () => number
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
    this.decline = options.decline
    this.maxConcurrent = options.maxConcurrentCheckpoints ?? 1
    const { sources, alignment = 'aligned', alignedCheckpointTimeoutMs = 0, now = () => 0 } = options
    this.gate = inputGate(alignment, sources, { alignedCheckpointTimeoutMs })
    this.channelStates = new ChannelStates(options.task - sources, sources)
    this.recovering = new Array<number>(sources).fill(0)
    this.endReceived = new Array<boolean>(sources).fill(false)
    this.now = now
  }

  get idle(): boolean {
    return this.mail === null && this.failure === null && this.host.failure === null
  }

  /** Idle, or inside a wait for a mail: a timer may fire, a notification may come. */
  get takesMail(): boolean {
    return (
      this.idle || (this.mail !== null && this.failure === null && this.host.failure === null && this.host.yielding)
    )
  }

  open(restored: Restored | null): void | Promise<void> {
    this.latestNotified = restored?.checkpointId ?? 0
    return this.run('open', null, () => this.host.open(restored))
  }

  /** The network delivers, whatever the task is doing. */
  arrive(channel: number, element: Element): void {
    const { gate, effects } = arrive(this.gate, channel, element)
    this.gate = gate
    for (const effect of effects) if (effect.type === 'captured') this.capture(effect)
  }

  /** Puts a record of a restored channel state in front of everything new. */
  recover(channel: number, record: SinkRecord): void {
    this.arrive(channel, { type: 'record', record })
    this.recovering = this.recovering.with(channel, (this.recovering[channel] ?? 0) + 1)
  }

  get isRecovering(): boolean {
    return this.recovering.some((records) => records > 0)
  }

  queued(channel: number): number {
    const found = this.gate.channels[channel]
    if (found === undefined) return 0
    const overtaking = found.priority.filter(({ type }) => type === 'barrier')
    return found.queue.length + found.held.length + overtaking.length
  }

  /** In the order in which they were sent: what has arrived, and what its sender holds back. */
  onTheirWay(channel: number): readonly Element[] {
    const found = this.gate.channels[channel]
    if (found === undefined) return []
    const { queue, held, priority, beforeBarrier } = found
    const overtaking = priority.filter((element) => element.type === 'barrier')
    const newest = overtaking.at(-1)
    if (newest === undefined) return held.length === 0 ? queue : [...queue, ...held]
    const at = found.lastBarrier === newest.checkpointId ? beforeBarrier : 0
    return [...overtaking.slice(0, -1), ...queue.slice(0, at), newest, ...queue.slice(at), ...held]
  }

  canReceive(channel: number): boolean {
    if (!this.idle || !hasNext(this.gate, channel)) return false
    // What has priority is taken before any channel's data.
    return this.gate.channels[channel]?.priority.length !== 0 || priorityChannel(this.gate) === null
  }

  receive(channel: number): void | Promise<void> {
    return this.carryOut(poll(setTime(this.gate, this.now()), channel))
  }

  get alignmentTimerDue(): boolean {
    const { timerDueMs } = this.gate
    return timerDueMs !== null && timerDueMs <= this.now()
  }

  /** The alignment timeout has passed: barriers overtake. */
  fireAlignmentTimer(): void | Promise<void> {
    return this.carryOut(fireTimer(setTime(this.gate, this.now())))
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

  /** Its asynchronous part can end: all of its channel state has been captured. */
  mayAcknowledge(at: number): boolean {
    const open = this.openSnapshots[at]
    return open !== undefined && this.channelStates.isComplete(open.id)
  }

  /** The asynchronous part of an open snapshot, 0 the oldest, is done or has failed. */
  acknowledge(declined: boolean, at = 0): Acknowledgement {
    const open = this.openSnapshots[at]
    if (open === undefined) throw new Error('expected a snapshot to acknowledge, there is none')
    this.openSnapshots = this.openSnapshots.filter((each) => each !== open)
    const sink = declined ? null : open.state
    const channels = this.channelStates.take(open.id)
    const acknowledgement = { task: this.task, attempt: this.attempt, id: open.id, declined, source: null, sink }
    return declined || channels.length === 0 ? acknowledgement : { ...acknowledgement, channels }
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

  /** What the gate says, in its order. At most one effect takes time: a record, an end of input, a snapshot. */
  private carryOut({ gate, effects }: GateStep<SinkRecord>): void | Promise<void> {
    this.gate = gate
    let work: Promise<void> | undefined
    for (const effect of effects) {
      const started = this.effect(effect)
      if (started !== undefined) work = started
    }
    return work
  }

  private effect(effect: GateEffect<SinkRecord>): void | Promise<void> {
    switch (effect.type) {
      case 'emit': {
        const left = this.recovering[effect.channel] ?? 0
        if (left > 0) this.recovering = this.recovering.with(effect.channel, left - 1)
        return this.run('receive', null, () => this.host.write(effect.record))
      }
      case 'endOfData':
        return this.endOfData(effect.channel)
      case 'start':
        this.channelStates.start(effect.checkpointId)
        return
      case 'captured':
        this.capture(effect)
        return
      case 'stop':
        for (const lost of this.channelStates.stop(effect.checkpointId))
          this.openSnapshots = this.openSnapshots.filter((open) => open.id !== lost)
        return
      case 'trigger':
        return this.checkpoint(effect.checkpointId)
      case 'abort':
        this.abortOnBarrier(effect.checkpointId)
        return
      case 'fail':
        this.fail(new Error(effect.error))
        return
    }
  }

  private capture({ checkpointId, channel, records }: Extract<GateEffect<SinkRecord>, { type: 'captured' }>): void {
    this.channelStates.add(checkpointId, channel, records)
  }

  /** The gate gave the checkpoint up: the coordinator is told, the sink is not (Flink: abortCheckpointOnBarrier). */
  private abortOnBarrier(id: CheckpointId): void {
    this.openSnapshots = this.openSnapshots.filter((open) => open.id !== id)
    this.channelStates.forget(id)
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
    this.channelStates.forget(id)
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
    // One that runs inside the wait of another is part of it.
    const outer = this.mail
    this.mail = outer ?? { kind, id }
    return pending.then(
      () => {
        if (outer === null) this.mail = null
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
