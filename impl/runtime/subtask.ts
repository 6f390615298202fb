// One subtask of the sink: takes elements from its channels and runs the sink's calls as mails one at a time. What becomes
// of a barrier is decided by its input gate, what becomes of a checkpoint and its notices by its checkpoint machine; both
// are pure, and this carries their effects out. A mail whose promise has not settled blocks the task; while it is blocked
// only answers, back-offs and acknowledgements go on.
// Source followed: Flink's StreamTask. Read next: taskCheckpoints.ts, barriers/inputGate.ts, job.ts.
import type { Attempt, CheckpointId } from '../../model/pipeline/ids.ts'
import type { SinkRecord } from '../sinks/interfaces.ts'
import type { Alignment } from './barriers/handler.ts'
import {
  type GateEffect,
  type GateStep,
  hasNext,
  type InputGate,
  inputGate,
  priorityChannel,
  setTime,
} from './barriers/inputGate.ts'
import { ChannelStates } from './channelStates.ts'
import type { Acknowledgement, Element, Notice } from './messages.ts'
import type { OperatorStateSnapshot } from './operatorState.ts'
import { type GateProtocol, PROTOCOL } from './protocol.ts'
import type { Restored, SinkHost } from './sinkHost.ts'
import {
  RUNNING_TASK,
  type StopMode,
  type StoppingTask,
  type StoppingTaskEffect,
  type StoppingTaskEvent,
  stepStoppingTask,
} from './stopWithSavepoint.ts'
import {
  initialTaskCheckpoints,
  type TaskCheckpoints,
  type TaskEffect,
  type TaskEvent,
} from './taskCheckpointEvents.ts'
import { awaitsAsync, inSync, stepTask, toldBy } from './taskCheckpoints.ts'

export type MailKind = 'open' | 'receive' | 'timer' | 'checkpoint' | 'finish' | 'notify' | 'abort' | 'close'

export interface SubtaskOptions {
  readonly task: number
  readonly attempt: Attempt
  readonly host: SinkHost
  /** One channel from each. */
  readonly sources: number
  readonly alignment?: Alignment
  readonly alignedCheckpointTimeoutMs?: number
  readonly now?: () => number
  readonly gate?: GateProtocol
  /** Tells the coordinator: a snapshot, or that there is none. */
  readonly answer: (acknowledgement: Acknowledgement) => void
  /** Tells the job that a stop has ended this task. */
  readonly onEnd?: () => void
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
  private readonly gates: GateProtocol
  private readonly answer: (acknowledgement: Acknowledgement) => void
  private readonly onEnd: () => void
  checkpoints: TaskCheckpoints<OperatorStateSnapshot>
  stopping: StoppingTask = RUNNING_TASK
  /** The savepoint of a stop, as its barrier says; 0 for none. */
  private synchronousSavepoint = 0
  /** The mail that is being waited for, and the checkpoint it is about. */
  mail: { readonly kind: MailKind; readonly id: CheckpointId | null } | null = null
  endReceived: readonly boolean[]
  private endMode: StopMode = 'drain'
  closed = false
  failure: Error | null = null

  constructor(options: SubtaskOptions) {
    this.task = options.task
    this.attempt = options.attempt
    this.host = options.host
    this.answer = options.answer
    this.onEnd = options.onEnd ?? (() => {})
    this.checkpoints = initialTaskCheckpoints(options.maxConcurrentCheckpoints ?? 1)
    const { sources, alignment = 'aligned', alignedCheckpointTimeoutMs = 0, now = () => 0 } = options
    this.gate = inputGate(alignment, sources, { alignedCheckpointTimeoutMs })
    this.channelStates = new ChannelStates(options.task - sources, sources)
    this.recovering = new Array<number>(sources).fill(0)
    this.endReceived = new Array<boolean>(sources).fill(false)
    this.now = now
    this.gates = options.gate ?? PROTOCOL.gate
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
    if (restored !== null) void this.step({ type: 'restored', id: restored.checkpointId })
    return this.run('open', null, () => this.host.open(restored))
  }

  /** The network delivers, whatever the task is doing. */
  arrive(channel: number, element: Element): void {
    if (element.type === 'barrier' && element.synchronous === true) this.synchronousSavepoint = element.checkpointId
    const { gate, effects } = this.gates.arrive(this.gate, channel, element)
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
    // What was restored into any channel is taken before anything new of any.
    if (this.recovering[channel] === 0 && this.isRecovering) return false
    // What has priority is taken before any channel's data.
    return this.gate.channels[channel]?.priority.length !== 0 || priorityChannel(this.gate) === null
  }

  receive(channel: number): void | Promise<void> {
    return this.carryOut(this.gates.poll(setTime(this.gate, this.now()), channel))
  }

  get alignmentTimerDue(): boolean {
    const { timerDueMs } = this.gate
    return timerDueMs !== null && timerDueMs <= this.now()
  }

  /** The alignment timeout has passed: barriers overtake. */
  fireAlignmentTimer(): void | Promise<void> {
    return this.carryOut(this.gates.fireTimer(setTime(this.gate, this.now())))
  }

  fireTimer(): void | Promise<void> {
    return this.run('timer', null, () => this.host.fireTimer())
  }

  notice(notice: Notice): void | Promise<void> {
    const events = toldBy(notice)
    const kind = notice.type === 'complete' ? 'notify' : 'abort'
    return this.run(
      kind,
      notice.id,
      () => this.inTurn(events, 0),
      () => void this.stop(notice),
    )
  }

  /** As in Flink no timer fires between the end of the input that a stop brings and the end of the task, but inside finish(). */
  get firesTimers(): boolean {
    const { phase } = this.stopping
    return (
      phase === 'Running' || (phase === 'InputEnded' && (this.checkpoints.finished || this.mail?.kind === 'finish'))
    )
  }

  /** One that fails is over all the same (Flink logs it and goes on): nobody waits for another try. */
  close(): void | Promise<void> {
    const closed = () => {
      this.closed = true
    }
    return this.run('close', null, () => whenOver(() => this.host.close(), closed))
  }

  /** True where nothing but the end of its asynchronous part is missing of an open snapshot, 0 the oldest. */
  mayAcknowledge(at: number): boolean {
    const open = this.checkpoints.snapshots[at]
    return open !== undefined && awaitsAsync(open)
  }

  /** That part is done, or has failed: the coordinator is answered. */
  acknowledge(at = 0, type: 'asyncDone' | 'asyncFailed' = 'asyncDone'): void {
    const open = this.checkpoints.snapshots[at]
    if (open === undefined) throw new Error('expected a snapshot to acknowledge, there is none')
    void this.step({ type, id: open.id })
  }

  /** The attempt is over, and so is every call that waited. With 'failover' close() is still to come. */
  crash(kind: 'death' | 'failover'): void {
    this.host.crash(kind)
    this.mail = null
    void this.step(ENDED)
  }

  /** Drained only where every channel was. */
  private endOfData(channel: number, mode: StopMode): void | Promise<void> {
    this.endReceived = this.endReceived.with(channel, true)
    if (mode === 'suspend') this.endMode = mode
    if (!this.endReceived.every(Boolean)) return
    return this.stop({ type: 'endOfData', mode: this.endMode })
  }

  private stop(event: StoppingTaskEvent): void | Promise<void> {
    const { state, effects } = stepStoppingTask(this.stopping, event)
    this.stopping = state
    let work: Promise<void> | undefined
    for (const effect of effects) {
      const started = this.stopEffect(effect)
      if (started !== undefined) work = started
    }
    return work
  }

  private stopEffect(effect: StoppingTaskEffect): void | Promise<void> {
    switch (effect.type) {
      // There is no event time, nobody behind a sink, and finish() is one call with the end of the input.
      case 'emitMaxWatermark':
      case 'endInput':
      case 'broadcastEndOfData':
        return
      case 'finish':
        return this.run(
          'finish',
          null,
          () => this.host.endInput(),
          () => void this.step(FINISHED),
        )
      case 'checkpoint':
        return this.step({ type: 'barrier', id: effect.id, channelState: false })
      case 'end':
        return this.onEnd()
      case 'fail':
        return this.fail(new Error(effect.reason))
    }
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
        return this.endOfData(effect.channel, effect.mode)
      case 'start':
        this.channelStates.start(effect.checkpointId)
        return
      case 'captured':
        this.capture(effect)
        return
      case 'stop':
        return this.step({ type: 'channelStateDone', id: effect.checkpointId })
      case 'trigger':
        if (effect.checkpointId === this.synchronousSavepoint)
          return this.stop({ type: 'savepointBarrier', id: effect.checkpointId })
        return this.step({ type: 'barrier', id: effect.checkpointId, channelState: effect.how === 'unaligned' })
      case 'abort':
        return this.step({ type: 'barrierAborted', id: effect.checkpointId, reason: effect.reason })
      case 'fail':
        this.fail(new Error(effect.error))
        return
    }
  }

  private capture({ checkpointId, channel, records }: Extract<GateEffect<SinkRecord>, { type: 'captured' }>): void {
    this.channelStates.add(checkpointId, channel, records)
  }

  /** The next when the one before is through. */
  private inTurn(events: readonly TaskEvent<never>[], at: number): void | Promise<void> {
    const event = events[at]
    if (event === undefined) return
    const work = this.step(event)
    return work === undefined ? this.inTurn(events, at + 1) : work.then(() => this.inTurn(events, at + 1))
  }

  /** What the checkpoint machine says, in its order. At most one effect takes time: a call of the sink. */
  private step(event: TaskEvent<OperatorStateSnapshot>): void | Promise<void> {
    const { state, effects } = stepTask(this.checkpoints, event)
    this.checkpoints = state
    let work: Promise<void> | undefined
    for (const effect of effects) {
      const started = this.checkpointEffect(effect)
      if (started !== undefined) work = started
    }
    return work
  }

  private checkpointEffect(effect: TaskEffect<OperatorStateSnapshot>): void | Promise<void> {
    switch (effect.type) {
      // The host's checkpoint() prepares first, and behind a sink there is nobody to send a barrier to.
      case 'prepareSnapshotPreBarrier':
      case 'broadcastBarrier':
      case 'broadcastCancel':
        return
      case 'snapshot':
        return this.snapshot(effect.id)
      case 'notifyComplete':
        return this.host.notify(effect.id)
      case 'notifyAborted':
        return this.host.abort(effect.id)
      case 'discard':
        this.channelStates.forget(effect.id)
        return
      case 'acknowledge': {
        const { task, attempt } = this
        const { id, state } = effect
        const channels = this.channelStates.take(id)
        const acknowledgement = { task, attempt, id, declined: false, source: null, sink: state }
        this.answer(channels.length === 0 ? acknowledgement : { ...acknowledgement, channels })
        return
      }
      case 'decline': {
        const { task, attempt } = this
        const { id, reason } = effect
        this.answer({ task, attempt, id, declined: true, reason, source: null, sink: null })
        return
      }
      case 'fail':
        this.failure ??= effect.error
        return
    }
  }

  private snapshot(id: CheckpointId): void | Promise<void> {
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
        if (state !== undefined) void this.step({ type: 'snapshotTaken', id, state })
      },
    )
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

  private fail(thrown: unknown): void {
    this.mail = null
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    const id = inSync(this.checkpoints)
    void this.step(id === null ? ENDED : { type: 'syncFailed', id, error })
    this.failure ??= error
  }
}

const FINISHED = { type: 'finished' } as const
const ENDED = { type: 'ended' } as const

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
