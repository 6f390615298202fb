// A whole job in one process: sources, channels, sink subtasks, coordinator, and every message between them in a queue
// of its own. A job takes no step by itself: `steps` lists what may happen and an executor picks (inOrder.ts in
// production, the world under test). There is no other source of order.
// Read next: steps.ts (the list), inOrder.ts, coordinator.ts, subtask.ts.
import { type Attempt, type CheckpointId, checkpointId } from '../../model/pipeline/ids.ts'
import type { SinkRecord } from '../sinks/interfaces.ts'
import type { Alignment } from './barriers/handler.ts'
import type { ChannelState, CheckpointStorage, CompletedCheckpoint } from './checkpointStorage.ts'
import * as coordination from './coordinator.ts'
import { subtaskOf } from './keyGroups.ts'
import type { Acknowledgement, Element, Notice } from './messages.ts'
import { type OperatorStateSnapshot, redistribute } from './operatorState.ts'
import type { SinkHost } from './sinkHost.ts'
import { type RecordLog, SourceTask } from './sourceTask.ts'
import { SinkSubtask } from './subtask.ts'

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
  coordinator: coordination.CoordinatorState
  /** Messages on their way to the coordinator, one queue a task; they outlive the attempt that sent them. */
  readonly acknowledgements: readonly Acknowledgement[][]
  /** Messages on their way to the subtasks. */
  notices: readonly Notice[][]
  phase: JobPhase = 'down'
  restored: CompletedCheckpoint | null = null

  constructor(options: JobOptions, nextId = 1, newestCompleted = 0) {
    this.options = options
    this.parallelism = options.parallelism
    this.maxParallelism = options.maxParallelism ?? options.parallelism
    this.alignment = options.alignment ?? 'aligned'
    this.maxConcurrentCheckpoints = options.maxConcurrentCheckpoints ?? 1
    this.mostPending = this.maxConcurrentCheckpoints + (options.maxPendingSavepoints ?? 0)
    this.sources = options.logs.map((log, task) => new SourceTask(task, log))
    const tasks = this.sources.length + this.maxParallelism
    this.coordinator = coordination.initialCoordinator(
      this.sources.length + options.parallelism,
      nextId,
      newestCompleted,
      {
        maxConcurrent: this.maxConcurrentCheckpoints,
        unaligned: this.alignment === 'unaligned' || this.alignment === 'alternating',
      },
    )
    this.acknowledgements = Array.from({ length: tasks }, () => [])
    this.notices = Array.from({ length: this.maxParallelism }, () => [])
  }

  /** Room for one more pending checkpoint, counting savepoints (Flink does), and no task that still has a trigger to answer. */
  get mayTrigger(): boolean {
    return this.coordinator.pendings.length < this.maxConcurrentCheckpoints && this.triggersTaken
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
    // Not the newest that all had acknowledged: where that could not be stored it does not exist.
    this.coordinator = {
      ...this.coordinator,
      tasks: this.sources.length + parallelism,
      newestCompleted: checkpoint?.checkpointId ?? 0,
    }
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
          decline: (id) => this.declined(this.sources.length + p, attempt, id),
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
  barrierElement(id: CheckpointId, createdAtMs: number): Element {
    const kind = this.alignment === 'unaligned' ? 'unaligned' : this.alignment === 'alternating' ? 'timeout' : 'aligned'
    return { type: 'barrier', checkpointId: id, kind, createdAtMs }
  }

  /** Records that barriers overtook go where their keys now belong, and are taken before anything new. */
  private recover(checkpoint: CompletedCheckpoint | null): void {
    for (const { source, records } of checkpoint?.channels ?? [])
      for (const record of records) this.subtasks[this.subtaskFor(record)]?.recover(source, record)
  }

  /** Where a record of that key goes. */
  subtaskFor(record: SinkRecord): number {
    return this.parallelism === 1 ? 0 : subtaskOf(record.key, this.parallelism)
  }

  /** Carries out a coordinator step: what it stores is stored before anybody is told. */
  take({ state, effects }: coordination.CoordinatorStep): void | Promise<void> {
    this.coordinator = state
    return this.carryOut(effects)
  }

  private carryOut(effects: readonly coordination.CoordinatorEffect[]): void | Promise<void> {
    for (const [at, effect] of effects.entries()) {
      if (effect.type === 'trigger')
        for (const source of this.sources) {
          source.triggered = effect.id
          source.triggeredAtMs = this.options.now()
        }
      else if (effect.type === 'notifyComplete') this.tell({ type: 'complete', id: effect.id })
      else if (effect.type === 'notifyAborted')
        this.tell({ type: 'abort', id: effect.id, newestCompleted: effect.newestCompleted })
      else if (effect.type === 'store') {
        const stored = this.store(effect.id, effect.savepoint, effect.acknowledgements)
        if (stored !== undefined) return stored.then(() => this.carryOut(effects.slice(at + 1)))
      }
    }
  }

  private declined(task: number, attempt: Attempt, id: CheckpointId): void {
    const reason = 'CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER'
    this.acknowledgements[task]?.push({ task, attempt, id, declined: true, reason, source: null, sink: null })
  }

  private tell(notice: Notice): void {
    for (let p = 0; p < this.parallelism; p++) this.notices[p]?.push(notice)
    if (notice.type === 'abort') for (const source of this.sources) source.toldAborted(notice.id)
  }

  private store(
    id: CheckpointId,
    savepoint: boolean,
    acknowledgements: readonly Acknowledgement[],
  ): void | Promise<void> {
    const { runId, fingerprint, now, storage } = this.options
    const { parallelism } = this
    return storage.store({
      checkpointId: id,
      runId,
      attempt: this.coordinator.attempt,
      parallelism,
      sources: acknowledgements.flatMap(({ source }) => (source === null ? [] : [source])),
      operatorState: acknowledgements.flatMap(({ sink }): OperatorStateSnapshot[] => (sink === null ? [] : [sink])),
      ...channelsOf(acknowledgements),
      kind: savepoint ? 'savepoint' : 'checkpoint',
      job: fingerprint,
      createdAtMs: now(),
    })
  }

  /** The attempt ends. Its acknowledgements are still on their way; its channels, notices and triggers are gone. */
  crash(kind: 'death' | 'failover'): void {
    for (const subtask of this.subtasks) {
      subtask.host.crash(kind)
      subtask.mail = null
      subtask.openSnapshots = []
    }
    for (const source of this.sources) source.forgetTrigger()
    this.notices = this.notices.map(() => [])
    this.coordinator = coordination.restart(this.coordinator)
    if (kind === 'death') this.subtasks = []
    this.phase = kind === 'death' ? 'down' : 'failing'
  }

  /** True when all input is taken: sources ended, every sink finished. What is left is the last checkpoint. */
  get inputTaken(): boolean {
    return this.sources.every((source) => source.ended) && this.subtasks.every((subtask) => subtask.finished)
  }

  /** True when every subtask has been told of a checkpoint taken after its finish(). */
  get lastNotified(): boolean {
    return this.subtasks.every(
      ({ finalCheckpoint, latestNotified }) => finalCheckpoint !== 0 && latestNotified >= finalCheckpoint,
    )
  }
}

/** Nothing where no barrier overtook anything: a checkpoint of an aligned job has no such field. */
function channelsOf(acknowledgements: readonly Acknowledgement[]): { readonly channels?: readonly ChannelState[] } {
  const channels = acknowledgements.flatMap((acknowledgement) => acknowledgement.channels ?? [])
  return channels.length === 0 ? {} : { channels }
}
