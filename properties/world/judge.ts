// Judges a run as it goes, action by action: what the store's history shows (storeJudge.ts), what the sink's calls show
// (contractJudge.ts), and at the end whether the run drained. It never looks at the model.
// Read next: schedule.ts (who asks), ../guarantees/catalogue.ts (what each guarantee says).
import type { CompletedCheckpoint } from '../../impl/runtime/checkpointStorage.ts'
import type { Call } from './calls.ts'
import { ContractJudge } from './contractJudge.ts'
import { originsOf, StoreJudge } from './storeJudge.ts'
import type { World } from './world.ts'

export interface Violation {
  readonly guarantee: string
  /** Number of actions performed when it fell. */
  readonly step: number
  /** What was expected and what was seen. */
  readonly seen: string
}

export class Judge {
  readonly violations: Violation[] = []
  private readonly world: World
  private readonly store: StoreJudge
  private readonly contract: ContractJudge
  private judged: CompletedCheckpoint | null = null
  /** Calls looked at for what they hand to the sink. */
  private handed = 0

  constructor(world: World) {
    this.world = world
    const origins = originsOf(world.configuration.bounds)
    const fall = (guarantee: string, seen: string) => this.fall(guarantee, seen)
    this.store = new StoreJudge(origins, fall)
    this.contract = new ContractJudge(origins, this.store, fall, () => world.job.parallelism)
  }

  started(): void {
    this.contract.observe(this.world.calls, this.world.job.sources.length)
  }

  /** After each action. */
  observe(action: string): void {
    const { job, store, calls } = this.world
    for (; this.handed < calls.length; this.handed++) {
      const { call, record } = calls[this.handed] as Call
      if (call === 'write' && record !== null) this.store.handed(record.id)
    }
    this.store.observe(store.gate.history, this.contract.covered)
    this.contract.observe(calls, job.sources.length)
    if (/^(complete|crashCoordinator)/.test(action)) this.completed()
    else if (action.startsWith('choose')) this.contract.completed = this.world.storage.chosen
    else if (action.startsWith('collect')) this.contract.collected(job.coordinator.pending)
    else if (action.startsWith('abort(sink')) this.contract.aborted(sinkOf(action), this.insight(sinkOf(action)))
    for (const [p, [next]] of job.notices.entries())
      if (next?.type === 'abort') this.contract.beforeAbort(p, this.insight(p))
  }

  /** When nothing is left to do: S1, S2, and whether the run drained at all. */
  ended(): void {
    if (this.quiescent()) {
      this.store.ended()
      return
    }
    const [pending] = this.world.job.coordinator.pending
    const failed = this.world.job.subtasks.find(({ failure }) => failure !== null)?.failure
    this.fall(
      'L2',
      `expected fair progress to reach quiescence, ${failed ? `a task failed: ${failed.message}` : 'it did not'}`,
    )
    if (pending !== undefined) this.fall('L1', `checkpoint ${pending.id} neither completes nor aborts`)
  }

  quiescent(): boolean {
    const { job, store } = this.world
    if (!job.running || job.isStopping || !job.inputTaken || !job.lastNotified || job.coordinator.pending.length > 0)
      return false
    if (store.gate.requests.length > 0) return false
    return job.subtasks.every(
      ({ mail, checkpoints, host }, p) =>
        mail === null &&
        checkpoints.snapshots.length === 0 &&
        host.timers === 0 &&
        host.sleeps === 0 &&
        job.notices[p]?.length === 0,
    )
  }

  /** Judged where the coordinator handed it over; one that says it is complete and stores nothing is found out at notify. */
  private completed(): void {
    const { stored, storage } = this.world
    if (stored === null || stored === this.judged) return
    this.judged = stored
    this.contract.complete(stored, stored === storage.chosen)
  }

  private insight(subtask: number) {
    return this.world.job.subtasks[subtask]?.host.insight() ?? null
  }

  private fall(guarantee: string, seen: string): void {
    this.violations.push({ guarantee, step: this.world.log.length, seen })
  }
}

/** `abort(sink1)` -> 1. */
const sinkOf = (action: string): number => Number(/sink(\d+)/.exec(action)?.[1] ?? 0)
