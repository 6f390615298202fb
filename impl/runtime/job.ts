// A whole job in one process: sources, channels, sink subtasks, coordinator, and every message between them in a queue
// of its own. A job takes no step by itself: `steps` lists what may happen and an executor picks (inOrder.ts in
// production, the world under test). There is no other source of order.
// Read next: steps.ts (the list), inOrder.ts, coordination/step.ts, subtask.ts.
import { attempt, type CheckpointId, checkpointId } from '../../model/pipeline/ids.ts'
import type { SinkRecord } from '../sinks/interfaces.ts'
import type { Alignment, BarrierKind } from './barriers/handler.ts'
import { redistributeChannels } from './channelRedistribution.ts'
import type { ChannelState, CheckpointStorage, CompletedCheckpoint } from './checkpointStorage.ts'
import { completable } from './coordination/complete.ts'
import { initialCoordinator } from './coordination/initial.ts'
import type { SnapshotKind } from './coordination/kinds.ts'
import type { CoordinatorEffect, CoordinatorEvent } from './coordination/messages.ts'
import type { CoordinatorState, PendingCheckpoint } from './coordination/state.ts'
import { stepCoordinator } from './coordination/step.ts'
import { subtaskOf } from './keyGroups.ts'
import type { Acknowledgement, Element, Notice } from './messages.ts'
import { type OperatorStateSnapshot, redistribute } from './operatorState.ts'
import type { SinkHost } from './sinkHost.ts'
import { type RecordLog, SourceTask, type Trigger } from './sourceTask.ts'
import { SinkSubtask } from './subtask.ts'
import { finalNotified } from './taskCheckpoints.ts'

export interface JobOptions {
  readonly logs: readonly RecordLog[]
  /** Subtasks of the sink at the first start. */
  readonly parallelism: number
  /** The most there will ever be; default `parallelism`. Channels are numbered by it, so that a number keeps its meaning. */
  readonly maxParallelism?: number
  readonly channelCapacity: number
  /** Default `aligned`. */
  readonly alignment?: Alignment
  /** Of `alternating`: from this age of a checkpoint on its barriers overtake. Default 0. */
  readonly alignedCheckpointTimeoutMs?: number
  /** Checkpoints that may be pending at once, savepoints apart; default 1 (Flink: max-concurrent-checkpoints). */
  readonly maxConcurrentCheckpoints?: number
  readonly maxPendingSavepoints?: number
  readonly storage: CheckpointStorage
  /** A new host for each subtask of each attempt. */
  readonly host: (subtask: number, attempt: number) => SinkHost
  readonly runId: number
  /** Says which job a checkpoint belongs to. */
  readonly fingerprint: string
  readonly now: () => number
}

export type JobPhase = 'down' | 'running' | 'failing'

export class Job {
  readonly options: JobOptions
  readonly sources: readonly SourceTask[]
  /** Of the running attempt. */
  parallelism: number
  readonly maxParallelism: number
  readonly alignment: Alignment
  readonly maxConcurrentCheckpoints: number
  /** Checkpoints and savepoints that can be pending at once. */
  readonly mostPending: number
  subtasks: readonly SinkSubtask[] = []
  /** Each task's state is the acknowledgement it came in. */
  coordinator: CoordinatorState<Acknowledgement>
  /** Messages on their way to the coordinator, one queue a task; they outlive the attempt that sent them. */
  readonly acknowledgements: readonly Acknowledgement[][]
  /** Messages on their way to the subtasks. */
  notices: readonly Notice[][]
  phase: JobPhase = 'down'
  restored: CompletedCheckpoint | null = null
  #started = false

  constructor(options: JobOptions, nextId = 1) {
    this.options = options
    this.parallelism = options.parallelism
    this.maxParallelism = options.maxParallelism ?? options.parallelism
    this.alignment = options.alignment ?? 'aligned'
    this.maxConcurrentCheckpoints = options.maxConcurrentCheckpoints ?? 1
    this.mostPending = this.maxConcurrentCheckpoints + (options.maxPendingSavepoints ?? 0)
    this.sources = options.logs.map((log, task) => new SourceTask(task, log))
    const tasks = this.sources.length + this.maxParallelism
    this.coordinator = this.firstCoordinator(nextId, null)
    this.acknowledgements = Array.from({ length: tasks }, () => [])
    this.notices = Array.from({ length: this.maxParallelism }, () => [])
  }

  /** Of a job that has had no attempt yet. */
  private firstCoordinator(nextId: number, restored: CompletedCheckpoint | null): CoordinatorState<Acknowledgement> {
    return initialCoordinator(
      {
        tasks: this.sources.length + this.parallelism,
        sources: this.sources.length,
        restored: restorePoint(restored),
        nextId: Math.max(nextId, (restored?.checkpointId ?? 0) + 1),
      },
      {
        maxConcurrent: this.maxConcurrentCheckpoints,
        unaligned: this.alignment === 'unaligned' || this.alignment === 'alternating',
        tolerableFailures: Number.POSITIVE_INFINITY,
      },
    )
  }

  /** Room for one more pending checkpoint, counting savepoints (Flink does), and no task that still has a trigger to answer. */
  get mayTrigger(): boolean {
    return this.coordinator.pending.length < this.maxConcurrentCheckpoints && this.triggersTaken
  }

  get triggersTaken(): boolean {
    return (
      this.running &&
      this.sources.every((source) => source.triggered === null) &&
      this.subtasks.every((subtask) => !subtask.isRecovering)
    )
  }

  get running(): boolean {
    return this.phase === 'running'
  }

  /** A new attempt, from the newest completed checkpoint or from the start, perhaps with another number of subtasks. */
  start(parallelism = this.parallelism): void | Promise<void> {
    if (!Number.isInteger(parallelism) || parallelism < 1 || parallelism > this.maxParallelism)
      throw new RangeError(`expected a parallelism of 1 to ${this.maxParallelism}, got ${parallelism}`)
    this.parallelism = parallelism
    const newest = this.options.storage.newest()
    return newest instanceof Promise ? newest.then((found) => this.startFrom(found)) : this.startFrom(newest)
  }

  private startFrom(checkpoint: CompletedCheckpoint | null): void | Promise<void> {
    const { parallelism } = this
    this.restored = checkpoint
    this.nextAttempt(checkpoint)
    this.notices = Array.from({ length: this.maxParallelism }, () => [])
    const states = checkpoint === null ? null : redistribute(checkpoint.operatorState, parallelism)
    const { attempt } = this.coordinator
    this.subtasks = Array.from(
      { length: parallelism },
      (_, p) =>
        new SinkSubtask({
          task: this.sources.length + p,
          attempt,
          host: this.options.host(p, attempt),
          sources: this.sources.length,
          alignment: this.alignment,
          alignedCheckpointTimeoutMs: this.options.alignedCheckpointTimeoutMs ?? 0,
          now: this.options.now,
          maxConcurrentCheckpoints: this.maxConcurrentCheckpoints,
          answer: (acknowledgement) => this.acknowledgements[acknowledgement.task]?.push(acknowledgement),
        }),
    )
    this.phase = 'running'
    this.recover(checkpoint)
    const opened = this.subtasks.map((subtask, p) =>
      subtask.open(
        checkpoint === null ? null : { checkpointId: checkpointId(checkpoint.checkpointId), state: states?.[p] ?? {} },
      ),
    )
    const sought = this.sources.map((source) => source.restore(checkpoint?.sources[source.task] ?? null))
    const waits = [...opened, ...sought].filter((wait) => wait !== undefined)
    const prepared = (): void | Promise<void> => {
      const reads = this.sources.map((source) => source.prepare()).filter((read) => read !== undefined)
      if (reads.length > 0) return Promise.all(reads).then(() => undefined)
    }
    if (waits.length === 0) return prepared()
    return Promise.all(waits).then(prepared)
  }

  /** A source sends. */
  send(source: number, subtask: number, element: Element): void {
    this.subtasks[subtask]?.arrive(source, element)
  }

  /** What is on its way in the channel of source s and subtask p, number s * maxParallelism + p. */
  channel(number: number): readonly Element[] {
    const subtask = this.subtasks[number % this.maxParallelism]
    return this.running && subtask !== undefined ? subtask.onTheirWay(Math.floor(number / this.maxParallelism)) : []
  }

  room(source: number): boolean {
    return this.subtasks.every((subtask) => subtask.queued(source) < this.options.channelCapacity)
  }

  /** How a source's barriers behave; what they may become is the receiving gate's business. */
  barrierElement({ id, kind, atMs }: Trigger): Element {
    const sent = kind === 'checkpoint' ? BARRIER_KINDS[this.alignment] : 'savepoint'
    return { type: 'barrier', checkpointId: id, kind: sent, createdAtMs: atMs }
  }

  /** Records that barriers overtook go where their keys now belong, and are taken before anything new. */
  private recover(checkpoint: CompletedCheckpoint | null): void {
    if (checkpoint?.channels === undefined) return
    const rescale = {
      oldParallelism: checkpoint.parallelism,
      newParallelism: this.parallelism,
      partitioning: 'keyed',
    } as const
    for (const [subtask, channels] of redistributeChannels(checkpoint.channels, rescale).entries())
      for (const { source, records } of channels)
        for (const record of records) this.subtasks[subtask]?.recover(source, record)
  }

  /** Where a record of that key goes. */
  subtaskFor(record: SinkRecord): number {
    return this.parallelism === 1 ? 0 : subtaskOf(record.key, this.parallelism)
  }

  /** Asks for a checkpoint or a savepoint, and gets it where there is room. */
  trigger(kind: SnapshotKind): void | Promise<void> {
    const { nextId: number } = this.coordinator
    return this.on({ type: 'request', kind, number, periodic: false, nowMs: this.options.now() })
  }

  /** A task's answer arrives. */
  collect(message: Acknowledgement): void | Promise<void> {
    const { task, attempt, id, declined, reason = 'CHECKPOINT_DECLINED' } = message
    if (declined) return this.on({ type: 'decline', task, attempt, id, reason })
    return this.on({ type: 'acknowledge', task, attempt, id, state: message })
  }

  canComplete({ id }: PendingCheckpoint<Acknowledgement>): boolean {
    return completable(this.coordinator).includes(id)
  }

  complete(id: CheckpointId): void | Promise<void> {
    return this.on({ type: 'complete', id })
  }

  expire(id: CheckpointId): void | Promise<void> {
    return this.on({ type: 'expire', id })
  }

  private nextAttempt(checkpoint: CompletedCheckpoint | null): void {
    const { attempt: last, nextId } = this.coordinator
    if (!this.#started) {
      this.#started = true
      this.coordinator = this.firstCoordinator(nextId, checkpoint)
      return
    }
    const restored = restorePoint(checkpoint)
    const next = Math.max(nextId, (restored?.id ?? 0) + 1)
    const tasks = this.sources.length + this.parallelism
    this.step({ type: 'restart', attempt: attempt(last + 1), restored, nextId: next, tasks })
  }

  private step(event: CoordinatorEvent<Acknowledgement>): readonly CoordinatorEffect<Acknowledgement>[] {
    const { state, effects } = stepCoordinator(this.coordinator, event)
    this.coordinator = state
    return effects
  }

  /** What the coordinator wants done. What it stores is the last of a step: nobody is told before it is stored. */
  private on(event: CoordinatorEvent<Acknowledgement>): void | Promise<void> {
    let storing: Promise<void> | undefined
    for (const effect of this.step(event)) {
      if (effect.type === 'trigger')
        this.sources[effect.task]?.tellTrigger({
          id: effect.id,
          kind: effect.kind,
          atMs: this.options.now(),
        })
      else if (effect.type === 'notifyComplete') this.tell(effect.task, { type: 'complete', id: effect.id })
      else if (effect.type === 'notifyAbort')
        this.tell(effect.task, { type: 'abort', id: effect.id, newestCompleted: effect.newestCompleted })
      else if (effect.type === 'store') storing = this.storeAndTell(effect)
    }
    return storing
  }

  /** Nobody is left to be told of what a dead attempt's checkpoint came to. */
  private tell(task: number, notice: Notice): void {
    if (!this.running) return
    if (task >= this.sources.length) this.notices[task - this.sources.length]?.push(notice)
    else if (notice.type === 'abort') this.sources[task]?.toldAborted(notice.id)
  }

  /** The store's answer decides. Where it fails the tasks are told of the abort, and whoever runs the job hears of it. */
  private storeAndTell(effect: StoreEffect): Promise<void> | undefined {
    const { id } = effect
    const failed = (error: unknown): never => {
      this.on({ type: 'storeFailed', id, possiblyStored: false })
      throw error
    }
    let stored: void | Promise<void>
    try {
      stored = this.store(effect)
    } catch (error) {
      return failed(error)
    }
    const done = () => void this.on({ type: 'stored', id })
    if (stored !== undefined) return stored.then(done, failed)
    done()
  }

  private store({ id, kind, acknowledgements }: StoreEffect): void | Promise<void> {
    const { runId, fingerprint, now, storage } = this.options
    const { parallelism } = this
    const messages = acknowledgements.flatMap(({ state }) => (state === null ? [] : [state]))
    return storage.store({
      checkpointId: id,
      runId,
      attempt: this.coordinator.attempt,
      parallelism,
      sources: messages.flatMap(({ source }) => (source === null ? [] : [source])),
      operatorState: messages.flatMap(({ sink }): OperatorStateSnapshot[] => (sink === null ? [] : [sink])),
      ...channelsOf(messages),
      kind: kind === 'checkpoint' ? 'checkpoint' : 'savepoint',
      job: fingerprint,
      createdAtMs: now(),
    })
  }

  /** The attempt ends. Its acknowledgements are still on their way; its channels, notices and triggers are gone. */
  crash(kind: 'death' | 'failover'): void {
    for (const subtask of this.subtasks) subtask.crash(kind)
    for (const source of this.sources) source.forgetTrigger()
    this.step({ type: 'failover' })
    this.notices = this.notices.map(() => [])
    if (kind === 'death') this.subtasks = []
    this.phase = kind === 'death' ? 'down' : 'failing'
  }

  /** True when all input is taken: sources ended, every sink finished. What is left is the last checkpoint. */
  get inputTaken(): boolean {
    return (
      this.sources.every((source) => source.ended) && this.subtasks.every(({ checkpoints }) => checkpoints.finished)
    )
  }

  /** True when every subtask has been told of a checkpoint taken after its finish(). */
  get lastNotified(): boolean {
    return this.subtasks.every(({ checkpoints }) => finalNotified(checkpoints))
  }
}

/** A savepoint's are always aligned. */
const BARRIER_KINDS: Readonly<Record<Alignment, BarrierKind>> = {
  aligned: 'aligned',
  unaligned: 'unaligned',
  alternating: 'timeout',
  atLeastOnce: 'aligned',
}

type StoreEffect = Extract<CoordinatorEffect<Acknowledgement>, { readonly type: 'store' }>

const restorePoint = (checkpoint: CompletedCheckpoint | null) =>
  checkpoint === null ? null : { id: checkpointId(checkpoint.checkpointId), savepoint: checkpoint.kind === 'savepoint' }

/** Nothing where no barrier overtook anything: a checkpoint of an aligned job has no such field. */
function channelsOf(acknowledgements: readonly Acknowledgement[]): { readonly channels?: readonly ChannelState[] } {
  const channels = acknowledgements.flatMap((acknowledgement) => acknowledgement.channels ?? [])
  return channels.length === 0 ? {} : { channels }
}
