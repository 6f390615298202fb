// A whole job in one process: sources, channels, sink subtasks, coordinator, and every message between them in a queue
// of its own. A job takes no step by itself: `steps` lists what may happen and an executor picks (inOrder.ts in
// production, the world under test). There is no other source of order.
// Read next: jobOptions.ts, steps.ts (the list), inOrder.ts, coordination/step.ts, subtask.ts.
import { attempt, type CheckpointId, checkpointId } from '../../model/pipeline/ids.ts'
import type { SinkRecord } from '../sinks/interfaces.ts'
import type { Alignment } from './barriers/handler.ts'
import type { CompletedCheckpoint } from './checkpointStorage.ts'
import { completable } from './coordination/complete.ts'
import { initialCoordinator } from './coordination/initial.ts'
import { KINDS, type SnapshotKind } from './coordination/kinds.ts'
import type { CoordinatorEffect, CoordinatorEvent } from './coordination/messages.ts'
import type { CoordinatorState, PendingCheckpoint } from './coordination/state.ts'
import { BARRIER_KINDS, coordinatorConfig, type JobOptions } from './jobOptions.ts'
import { JobStop, type StoppedJob } from './jobStop.ts'
import { subtaskOf } from './keyGroups.ts'
import type { Acknowledgement, Element, Notice } from './messages.ts'
import { PROTOCOL, type Protocol } from './protocol.ts'
import type { SourceTask, Trigger } from './sourceTask.ts'
import type { EndState, StopMode } from './stopWithSavepoint.ts'
import { type StoreEffect, storedCheckpoint } from './storedCheckpoint.ts'
import { SinkSubtask } from './subtask.ts'
import { finalNotified } from './taskCheckpoints.ts'

export type JobPhase = 'down' | 'running' | 'failing'

export class Job {
  readonly options: JobOptions
  readonly protocol: Protocol
  /** Of the running version. */
  runId: number
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
  /** A stop with a savepoint that was asked for. */
  stop: JobStop | null = null
  /** The coordinator's verdict: more checkpoints failed than the job bears. */
  failure: Error | null = null
  #started = false
  #lastRequest = 0
  /** Who waits for what became of a request, by its number. */
  readonly #requests = new Map<number, JobStop>()
  /** When a pending checkpoint is too old, by id. */
  readonly #deadlinesMs = new Map<number, number>()

  constructor(options: JobOptions, nextId = 1) {
    this.options = options
    this.runId = options.runId
    this.protocol = options.protocol ?? PROTOCOL
    this.parallelism = options.parallelism
    this.maxParallelism = options.maxParallelism ?? options.parallelism
    this.alignment = options.alignment ?? 'aligned'
    this.maxConcurrentCheckpoints = options.maxConcurrentCheckpoints ?? 1
    this.mostPending = this.maxConcurrentCheckpoints + (options.maxPendingSavepoints ?? 0)
    this.sources = options.logs.map((log, task) => new this.protocol.SourceTask(task, log))
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
      coordinatorConfig(this.options),
    )
  }

  /** Room for one more pending checkpoint, counting savepoints (Flink does), and every task ready for one. */
  get mayTrigger(): boolean {
    return this.coordinator.pending.length < this.maxConcurrentCheckpoints && this.triggersTaken
  }

  get triggersTaken(): boolean {
    return (
      this.running &&
      !this.isStopping &&
      this.sources.every((source) => source.triggered === null) &&
      // Flink: not before every task runs (NOT_ALL_REQUIRED_TASKS_RUNNING).
      this.subtasks.every(({ isRecovering, mail }) => !isRecovering && mail?.kind !== 'open')
    )
  }

  /** A stop was asked for and not refused: nothing is triggered any more. */
  get isStopping(): boolean {
    return this.stop !== null && this.stop.outcome?.type !== 'rejected'
  }

  get running(): boolean {
    return this.phase === 'running'
  }

  /** A new attempt, from the newest completed checkpoint or from the start, perhaps with another number of subtasks. */
  start(parallelism = this.parallelism): void | Promise<void> {
    if (!Number.isInteger(parallelism) || parallelism < 1 || parallelism > this.maxParallelism)
      throw new RangeError(`expected a parallelism of 1 to ${this.maxParallelism}, got ${parallelism}`)
    // It would go on from an older checkpoint than the side effects that are out.
    if (this.stop?.outcome?.type === 'failed') throw this.stop.outcome.error
    this.stop = null
    this.parallelism = parallelism
    const newest = this.options.storage.newest()
    return newest instanceof Promise ? newest.then((found) => this.startFrom(found)) : this.startFrom(newest)
  }

  private startFrom(checkpoint: CompletedCheckpoint | null): void | Promise<void> {
    const { parallelism } = this
    this.restored = checkpoint
    const begun = this.nextAttempt(checkpoint)
    this.notices = Array.from({ length: this.maxParallelism }, () => [])
    const states = checkpoint === null ? null : this.protocol.redistribute(checkpoint.operatorState, parallelism)
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
          gate: this.protocol.gate,
          answer: (acknowledgement) => this.acknowledgements[acknowledgement.task]?.push(acknowledgement),
          onEnd: () => this.taskEnded(this.sources.length + p, 'FINISHED'),
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
    const prepared = (): void | Promise<void> => {
      // What waited for this attempt starts when its sources stand where they begin.
      for (const effect of begun) this.carryOut(effect)
      this.startPeriodicTriggering()
      const reads = this.sources.map((source) => source.prepare()).filter((read) => read !== undefined)
      if (reads.length > 0) return Promise.all(reads).then(() => undefined)
    }
    const waits = sought.filter((wait) => wait !== undefined)
    const reads = waits.length === 0 ? prepared() : Promise.all(waits).then(prepared)
    // Sources read while a sink is still in its open(): their records wait in its channels.
    const opens = opened.filter((wait) => wait !== undefined)
    return opens.length === 0 ? reads : Promise.all([...opens, reads]).then(() => undefined)
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
    const barrier = { type: 'barrier', checkpointId: id, kind: sent, createdAtMs: atMs } as const
    return KINDS[kind].synchronous ? { ...barrier, synchronous: true } : barrier
  }

  /** Records that barriers overtook go where their keys now belong, and are taken before anything new. */
  private recover(checkpoint: CompletedCheckpoint | null): void {
    if (checkpoint?.channels === undefined) return
    const rescale = {
      oldParallelism: checkpoint.parallelism,
      newParallelism: this.parallelism,
      partitioning: 'keyed',
    } as const
    for (const [subtask, channels] of this.protocol.redistributeChannels(checkpoint.channels, rescale).entries())
      for (const { source, records } of channels)
        for (const record of records) this.subtasks[subtask]?.recover(source, record)
  }

  /** Where a record of that key goes. */
  subtaskFor(record: SinkRecord): number {
    return this.parallelism === 1 ? 0 : subtaskOf(record.key, this.parallelism)
  }

  /** Asks for a checkpoint or a savepoint, and gets it where there is room. */
  trigger(kind: SnapshotKind): void | Promise<void> {
    const number = ++this.#lastRequest
    return this.on({ type: 'request', kind, number, periodic: false, nowMs: this.options.now() })
  }

  /**
   * Stops the job with a savepoint, its last snapshot: `drain` ends the input first, `suspend` finishes nothing. What
   * becomes of it is `stop.outcome`. Throws where the job does not run, or is being stopped already.
   */
  stopWithSavepoint(mode: StopMode): void {
    if (!this.running || this.isStopping)
      throw new Error(`expected a running job to stop, it is ${this.isStopping ? 'being stopped' : this.phase}`)
    const asked: StoppedJob = {
      stopPeriodicTriggering: () => void this.on({ type: 'stopScheduler' }),
      startPeriodicTriggering: () => this.startPeriodicTriggering(),
      triggerSavepoint: (kind, stop) => {
        const number = ++this.#lastRequest
        this.#requests.set(number, stop)
        void this.on({ type: 'request', kind, number, periodic: false, nowMs: this.options.now() })
      },
    }
    this.stop = new JobStop(asked, this.sources.length + this.parallelism, mode)
  }

  private startPeriodicTriggering(): void {
    const { checkpointIntervalMs, now } = this.options
    if (checkpointIntervalMs === undefined) return
    void this.on({ type: 'startScheduler', nowMs: now(), initialDelayMs: checkpointIntervalMs })
  }

  /** The periodic trigger is due, and every task can take one. */
  get tickDue(): boolean {
    const { periodicAtMs } = this.coordinator
    return periodicAtMs !== null && this.triggersTaken && periodicAtMs <= this.options.now()
  }

  tick(): void | Promise<void> {
    return this.on({ type: 'tick', nowMs: this.options.now() })
  }

  /** The oldest checkpoint whose time is over, null for none. */
  get overdue(): CheckpointId | null {
    const nowMs = this.options.now()
    for (const [id, dueMs] of this.#deadlinesMs) if (dueMs <= nowMs) return checkpointId(id)
    return null
  }

  /** When the clock alone will next make something due, null for never. What is due and must wait, waits for others. */
  get nextDueMs(): number | null {
    const nowMs = this.options.now()
    let nextMs = Number.POSITIVE_INFINITY
    for (const dueMs of [this.coordinator.periodicAtMs, ...this.#deadlinesMs.values()])
      if (dueMs !== null && dueMs > nowMs && dueMs < nextMs) nextMs = dueMs
    return nextMs === Number.POSITIVE_INFINITY ? null : nextMs
  }

  /** A task is through with a stop, or was cut off in it. */
  private taskEnded(task: number, state: EndState): void {
    this.stop?.taskEnded(task, state)
    if (state === 'FINISHED') void this.on({ type: 'taskFinished', task })
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
    this.#deadlinesMs.delete(id)
    return this.on({ type: 'expire', id })
  }

  private nextAttempt(checkpoint: CompletedCheckpoint | null): readonly CoordinatorEffect<Acknowledgement>[] {
    const { attempt: last, nextId } = this.coordinator
    if (!this.#started) {
      this.#started = true
      this.coordinator = this.firstCoordinator(nextId, checkpoint)
      return []
    }
    const restored = restorePoint(checkpoint)
    const next = Math.max(nextId, (restored?.id ?? 0) + 1)
    const tasks = this.sources.length + this.parallelism
    return this.step({ type: 'restart', attempt: attempt(last + 1), restored, nextId: next, tasks })
  }

  private step(event: CoordinatorEvent<Acknowledgement>): readonly CoordinatorEffect<Acknowledgement>[] {
    const { state, effects } = this.protocol.stepCoordinator(this.coordinator, event)
    this.coordinator = state
    return effects
  }

  /** What the coordinator wants done. What it stores is the last of a step: nobody is told before it is stored. */
  private on(event: CoordinatorEvent<Acknowledgement>): void | Promise<void> {
    let storing: Promise<void> | undefined
    for (const effect of this.step(event)) {
      const started = this.carryOut(effect)
      if (started !== undefined) storing = started
    }
    return storing
  }

  private carryOut(effect: CoordinatorEffect<Acknowledgement>): Promise<void> | undefined {
    switch (effect.type) {
      case 'trigger':
        this.sources[effect.task]?.tellTrigger({ id: effect.id, kind: effect.kind, atMs: this.options.now() })
        return
      case 'notifyComplete':
        this.tell(effect.task, { type: 'complete', id: effect.id })
        return
      case 'notifyAbort':
        this.tell(effect.task, { type: 'abort', id: effect.id, newestCompleted: effect.newestCompleted })
        return
      case 'store':
        return this.storeAndTell(effect)
      case 'requestDone':
        this.#requests.get(effect.request)?.created(effect.id)
        this.#requests.delete(effect.request)
        return
      case 'requestFailed':
        this.#requests.get(effect.request)?.refused(effect.reason)
        this.#requests.delete(effect.request)
        return
      case 'armTimeout':
        this.#deadlinesMs.set(effect.id, this.options.now() + effect.afterMs)
        return
      case 'cancelTimeout':
        this.#deadlinesMs.delete(effect.id)
        return
      case 'failJob':
        this.failure ??= new Error('more checkpoints failed than the job bears, or one that its tasks waited for')
        return
      // The due time is in the coordinator's state; what is in memory needs no discarding, what is stored has its owner.
      case 'armPeriodic':
      case 'cancelPeriodic':
      case 'discard':
      case 'evict':
        return
    }
  }

  /** Nobody is left to be told of what a dead attempt's checkpoint came to. */
  private tell(task: number, notice: Notice): void {
    if (!this.running) return
    if (task >= this.sources.length) {
      this.notices[task - this.sources.length]?.push(notice)
      return
    }
    const source = this.sources[task]
    if (source === undefined) return
    for (const { type } of notice.type === 'abort' ? source.toldAborted(notice.id) : source.stop(notice)) {
      if (type === 'end') this.taskEnded(task, 'FINISHED')
      else if (type === 'fail') this.failure ??= new Error(`source ${task}: stop-with-savepoint failed`)
    }
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
    const done = () => void this.on({ type: 'stored', id, nowMs: this.options.now() })
    if (stored !== undefined) return stored.then(done, failed)
    done()
  }

  private store(effect: StoreEffect): void | Promise<void> {
    const { fingerprint, now, storage } = this.options
    const { parallelism, runId } = this
    const { attempt } = this.coordinator
    return storage.store(storedCheckpoint(effect, { runId, fingerprint, attempt, parallelism, createdAtMs: now() }))
  }

  /** The attempt ends. Its acknowledgements are still on their way; its channels, notices and triggers are gone. */
  crash(kind: 'death' | 'failover'): void {
    const ended = this.subtasks.map(({ failure, host }) => (failure ?? host.failure) !== null)
    for (const [task] of this.sources.entries()) this.stop?.taskEnded(task, 'CANCELED')
    for (const [p, failed] of ended.entries())
      this.stop?.taskEnded(this.sources.length + p, failed ? 'FAILED' : 'CANCELED')
    for (const subtask of this.subtasks) subtask.crash(kind)
    for (const source of this.sources) source.forgetTrigger()
    // Nobody is left to be told, but somebody may wait for what became of a request.
    this.phase = kind === 'death' ? 'down' : 'failing'
    if (this.coordinator.periodicAtMs !== null) void this.on({ type: 'stopScheduler' })
    void this.on({ type: 'failover' })
    this.notices = this.notices.map(() => [])
    if (kind === 'death') this.subtasks = []
  }

  /**
   * The coordinator's process dies, and the attempt with it. What it remembered and what was on its way to it is gone; ids
   * are counted outside of it (Flink: CheckpointIDCounter of the high-availability services), so none comes again.
   */
  crashCoordinator(): void {
    this.crash('death')
    this.forgetCoordinator(this.coordinator.nextId)
  }

  /** The job ends in an orderly way, each close() still to come, and its next version's coordinator knows the store alone. */
  resubmit(nextId: number): void {
    this.crash('failover')
    this.runId++
    this.forgetCoordinator(nextId)
  }

  private forgetCoordinator(nextId: number): void {
    const { attempt: current } = this.coordinator
    for (const queue of this.acknowledgements) queue.length = 0
    this.#deadlinesMs.clear()
    this.#requests.clear()
    this.coordinator = initialCoordinator(
      { tasks: this.sources.length + this.parallelism, sources: this.sources.length, attempt: current, nextId },
      coordinatorConfig(this.options),
    )
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

const restorePoint = (checkpoint: CompletedCheckpoint | null) =>
  checkpoint === null ? null : { id: checkpointId(checkpoint.checkpointId), savepoint: checkpoint.kind === 'savepoint' }
