// The world: a real job on a real store, in which nothing happens unless it is told to. It lists every step that exists
// (the job's own, the store's, the faults), says which are enabled, performs one, and waits until nothing moves.
// It knows nothing of the model. Read next: worldSteps.ts (store and faults), readout.ts, lockstep.ts, schedule.ts.
import { DamagedCheckpointError } from '../../impl/runtime/checkpointErrors.ts'
import { type CompletedCheckpoint, MemoryCheckpointStorage } from '../../impl/runtime/checkpointStorage.ts'
import { EmbeddedHost, type EmbeddedHostOptions } from '../../impl/runtime/embeddedHost.ts'
import { Job } from '../../impl/runtime/job.ts'
import type { JobOptions } from '../../impl/runtime/jobOptions.ts'
import { type VirtualClock, VirtualProcessingTime } from '../../impl/runtime/processingTime.ts'
import { PROTOCOL } from '../../impl/runtime/protocol.ts'
import { MemoryLog } from '../../impl/runtime/sourceTask.ts'
import { jobSteps, type Step } from '../../impl/runtime/steps.ts'
import { type InspectableSink, type SinkDesign, type SinkSettings, sinkDesignNamed } from '../../impl/sinks/designs.ts'
import type { GateRequest } from '../../impl/store/gate.ts'
import { recordCount, startParallelism } from '../../model/pipeline/bounds.ts'
import { Budgets, type StrikingFault } from './budgets.ts'
import { type Call, WatchedHost } from './calls.ts'
import {
  limitsOf,
  type SinkLimits,
  type WorldConfiguration,
  worldLog,
  worldRecords,
  worldSinkWorkload,
} from './configuration.ts'
import type { Planted } from './planted.ts'
import { clientLabel, mask, type NumberOf, numbering } from './requests.ts'
import { keepHouse, StagedRows } from './stagedRows.ts'
import type { WorldStore } from './store.ts'
import { TABLE } from './store.ts'
import { WatchedStorage } from './watchedStorage.ts'
import { environmentSteps, storeSteps } from './worldSteps.ts'

export type WorldStepKind = 'progress' | 'timer' | 'environment' | 'fault'

export interface WorldStep extends Step {
  readonly kind: WorldStepKind
  /** The class that strikes. */
  readonly fault?: StrikingFault
  /** Code of the sink runs in it: it may have started work that nobody waits for, so the world must wait. */
  readonly entersSink?: boolean
}

/** So long that no other timer reaches it: it passes when the step `overdue` says so. */
export const ALIGNED_TIMEOUT_MS = 1_000_000_000
const SILENT = { info: () => {}, warn: () => {} }
/** At its bound from the first retry, so that a batch has the two levels that it has in the model: tried, and retried. */
const BACKOFF = { baseMs: 10, maxMs: 10 }

export class World {
  readonly configuration: WorldConfiguration
  readonly store: WorldStore
  readonly job: Job
  readonly storage: WatchedStorage
  readonly steps: readonly WorldStep[]
  readonly budgets: Budgets
  readonly limits: SinkLimits
  private readonly inputNumberOf: NumberOf
  /** Calls the sink's host has seen, for the contracts that are judged from calls (S6, S8-S11). */
  readonly calls: readonly Call[]
  /** Of a staging sink. */
  readonly stagedRows: StagedRows | null
  readonly clock: VirtualClock = { nowMs: 0 }
  /** What each host was made of, newest last: lets a test reach under the host. */
  readonly handed: { readonly sink: InspectableSink; readonly time: VirtualProcessingTime }[] = []
  /** Actions performed, by name. */
  readonly log: string[] = []
  /** Attempts that ended because a task of theirs failed. */
  failures = 0
  /** Why a restore was refused, until somebody has chosen. */
  refusal: DamagedCheckpointError | null = null
  /** The newest checkpoint whose alignment timeout has passed. */
  overdue = 0
  private randomState = 1

  private readonly planted: Planted

  /** `design`: a sink of one's own, run and judged as a black box in the same world. */
  constructor(
    configuration: WorldConfiguration,
    store: WorldStore,
    design: Pick<SinkDesign, 'create'> = sinkDesignNamed(configuration.design),
    planted: Planted = {},
  ) {
    this.planted = planted
    const { sink: plantSink, storage: plantStorage, host: plantHost, job: plantJob, protocol } = planted
    const { bounds } = configuration
    this.limits = limitsOf(configuration)
    this.stagedRows = this.limits.staged ? new StagedRows(TABLE, recordCount(bounds)) : null
    this.inputNumberOf = numbering(worldRecords(bounds))
    this.configuration = configuration
    this.store = store
    this.budgets = new Budgets(bounds)
    const calls: Call[] = []
    this.calls = calls
    const sign = configuration.hashOrder === 0 ? 1 : -1
    const memory = new MemoryCheckpointStorage()
    this.storage = new WatchedStorage(plantStorage?.(memory) ?? memory)
    this.storage.namesSavepoints = (bounds.budgets.F8 ?? 0) > 0
    const options: JobOptions = {
      logs: Array.from({ length: bounds.sources }, (_, source) => new MemoryLog(worldLog(bounds, source))),
      parallelism: startParallelism(bounds),
      maxParallelism: bounds.parallelism,
      alignment: bounds.alignment,
      alignedCheckpointTimeoutMs: ALIGNED_TIMEOUT_MS,
      channelCapacity: bounds.capacity,
      maxConcurrentCheckpoints: bounds.concurrency,
      maxPendingSavepoints: bounds.savepoints,
      storage: this.storage,
      runId: 1,
      fingerprint: 'world',
      now: () => this.clock.nowMs,
      host: (subtask, attempt) => {
        const time = new VirtualProcessingTime(this.clock)
        const settings: SinkSettings = {
          table: TABLE,
          workload: worldSinkWorkload(bounds),
          batchLimit: bounds.batchLimit,
          flushIntervalMs: 100,
          backoff: BACKOFF,
          maxInFlightRequests: this.limits.inFlight,
          maxBufferedRequests: bounds.batchLimit + 1,
          // The client gives up when the step `timeout` says so.
          requestTimeoutMs: null,
          hashOrder: (record) => sign * Number(record.id),
        }
        const sink = plantSink?.(settings) ?? design.create(settings)
        this.handed.push({ sink, time })
        const made: EmbeddedHostOptions = {
          sink,
          subtask,
          parallelism: this.job.parallelism,
          attempt,
          runId: this.job.runId,
          time,
          random: () => this.random(),
          logger: SILENT,
          client: (closing) => store.client(clientLabel(subtask, attempt, closing)),
          cutOff: (closing) => store.gate.cutOff(clientLabel(subtask, attempt, closing)),
        }
        return new WatchedHost(new EmbeddedHost(plantHost?.(made) ?? made), subtask, attempt, calls)
      },
      ...(protocol === undefined ? {} : { protocol: { ...PROTOCOL, ...protocol } }),
    }
    this.job = new Job(plantJob?.(options) ?? options)
    this.steps = [
      ...jobSteps(this.job)
        .filter((step) => step.name !== 'trigger')
        .map(
          (step): WorldStep =>
            Object.assign(this.refusable(this.bounded(step)), {
              kind: kindOf(step.name),
              entersSink: ENTERS_SINK.test(step.name),
            }),
        ),
      ...storeSteps(this),
      ...environmentSteps(this),
    ]
  }

  /** What was stored last, savepoints included: where the coordinator's word stands, whatever the storage made of it. */
  get stored(): CompletedCheckpoint | null {
    return this.storage.handed.at(-1) ?? null
  }

  async start(): Promise<void> {
    await this.store.reset()
    const started = this.job.start()
    if (started !== undefined) await this.store.settle()
    this.stagedRows?.look(this)
  }

  /** Performs an enabled step and waits until nothing moves that needs no decision. */
  perform(step: WorldStep): void | Promise<void> {
    this.log.push(step.name)
    const moving = step.perform()
    this.dropZombies()
    if (moving !== undefined || step.entersSink === true) return this.settled()
    this.checkFailures()
  }

  private async settled(): Promise<void> {
    await this.store.settle()
    if (this.stagedRows !== null) {
      await keepHouse(this.job, this.store)
      this.stagedRows.look(this)
    }
    this.checkFailures()
  }

  private dropZombies(): void {
    this.stagedRows?.look(this)
    this.budgets.dropFutileZombies(this.store.gate, this.limits.zombies, this.afterlife)
  }

  /** What a request would still do once nobody waits for it: of two that would do the same only one counts. */
  readonly afterlife = (request: GateRequest): number =>
    this.stagedRows?.afterlife(request, this.numberOf) ?? mask(request, this.numberOf)

  /** Of which record an item of a request is. */
  readonly numberOf: NumberOf = (request, item) => this.stagedRows?.numberOf(item) ?? this.inputNumberOf(request, item)

  /** A task that fails ends its attempt by a failover, where its design can fail; else it is an error of ours. */
  private checkFailures(): void {
    for (const subtask of this.job.subtasks) {
      const failure = subtask.failure ?? subtask.host.failure
      // In a failover the task's failure is over: what remains is its close().
      if (failure === null || this.isRefusal(failure) || (this.limits.mayFail && !this.job.running)) continue
      if (!this.limits.mayFail)
        throw new Error(`the sink failed after ${this.log.join(' ')}: ${failure.stack}`, { cause: failure })
      this.failures++
      this.job.crash('failover')
      this.dropZombies()
      return
    }
  }

  /** What the store will never take, or the guard before it, stops a planted sink: it drains no more, which is judged. */
  private isRefusal({ name }: Error): boolean {
    return this.planted.mayBeRefused === true && (name === 'FatalWriteError' || name === 'InvalidRecordError')
  }

  /** Timers inside the waits of timers: as many as the model has room for. */
  private bounded(step: Step): Step {
    const sink = /^flush\(sink(\d+)\)$/.exec(step.name)?.[1]
    if (sink === undefined || this.limits.inFlight === 1) return step
    const waits = () => this.job.subtasks[Number(sink)]?.host.insight()?.inFlight?.waits ?? 0
    return { ...step, enabled: () => step.enabled() && waits() <= this.limits.nested }
  }

  /** A restore may end in a refusal; nothing has changed then, and nothing is tried again before somebody chooses. */
  private refusable(step: Step): Step {
    if (step.name !== 'restore') return step
    return {
      name: step.name,
      enabled: () => this.refusal === null && step.enabled(),
      perform: () => this.startUnlessRefused(() => step.perform()),
    }
  }

  startUnlessRefused(start: () => void | Promise<void>): void | Promise<void> {
    // Its error says to start the job from the savepoint, which is what the storage was told.
    if (this.job.stop?.outcome?.type === 'failed') this.job.stop = null
    try {
      return start()
    } catch (error) {
      if (!(error instanceof DamagedCheckpointError)) throw error
      this.refusal = error
    }
  }

  /** Jitter: from the run's own stream, never from Math.random. It changes no order. */
  private random(): number {
    this.randomState = (Math.imul(this.randomState, 1103515245) + 12345) & 0x7fffffff
    return this.randomState / 0x80000000
  }
}

const ENTERS_SINK = /^(receive|overtake|flush|timer|notify|abort|close|restore)\b/

const kindOf = (name: string): WorldStepKind =>
  /^(flush|timer|overtake)\(/.test(name) ? 'timer' : name.startsWith('cancel(') ? 'environment' : 'progress'
