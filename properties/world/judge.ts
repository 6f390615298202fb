// Judges a run as it goes: S1-S5 from the store's history alone, S6-S11 from the sink's calls and the coordinator's
// messages. It knows the input and what was called and written; it never looks at the model.
// Read next: schedule.ts (who asks), ../guarantees/catalogue.ts (what each guarantee says).
import type { CompletedCheckpoint } from '../../impl/runtime/checkpointStorage.ts'
import { indexOf, recordCount, sourceOf } from '../../model/pipeline/bounds.ts'
import { worldRecord } from './configuration.ts'
import type { World } from './world.ts'

export interface Violation {
  readonly guarantee: string
  /** Number of actions performed when it fell. */
  readonly step: number
  /** What was expected and what was seen. */
  readonly seen: string
}

interface Origin {
  readonly source: number
  readonly index: number
  readonly key: string
  readonly version: number
}

export class Judge {
  readonly violations: Violation[] = []
  private readonly world: World
  private readonly origins = new Map<string, Origin>()
  private readonly newestVersion = new Map<string, number>()
  private readonly visible = new Map<string, number>()
  private readonly effects = new Set<string>()
  private readonly cutTaken = new Map<number, number[]>()
  private writesSeen = 0
  private callsSeen = 0
  private taken: number[] = []
  private notified = 0
  private newestCompleted: CompletedCheckpoint | null = null
  private accountedBefore = true

  constructor(world: World) {
    this.world = world
    const { bounds } = world.configuration
    for (let record = 1; record <= recordCount(bounds); record++) {
      const { key, version } = worldRecord(bounds, record)
      this.origins.set(String(record), {
        source: sourceOf(bounds, record),
        index: indexOf(bounds, record),
        key,
        version,
      })
    }
  }

  started(): void {
    this.calls()
  }

  /** After each action. */
  observe(action: string): void {
    this.writes()
    this.calls()
    if (action === 'complete') this.completed()
    else if (action.startsWith('collect')) this.collected()
    else if (action.startsWith('abort')) this.aborted()
    // Asked just before an abort may arrive: what is gone already is not the abort's doing.
    if (this.world.job.notices[0]?.[0]?.type === 'abort') this.accountedBefore = this.accounted()
  }

  /** When nothing is left to do: S1, S2, and whether the run drained at all. */
  ended(): void {
    if (!this.quiescent()) {
      const pending = this.world.job.coordinator.pending
      this.fall('L2', 'expected fair progress to reach quiescence, it did not')
      if (pending !== null) this.fall('L1', `checkpoint ${pending.id} neither completes nor aborts`)
      return
    }
    for (const [id, { key, version }] of this.origins)
      if ((this.newestVersion.get(key) ?? 0) < version) {
        this.fall('S1', `record ${id} (${key} version ${version}): no write of its key at least as new was applied`)
        break
      }
    for (const [id, { key, version }] of this.origins) {
      if (this.hasNewer(key, version)) continue
      const seen = this.visible.get(key) ?? 0
      if (seen === version) continue
      this.fall(
        'S2',
        `${key} should end with version ${version} (record ${id}), the table has ${seen === 0 ? 'no row' : `version ${seen}`}`,
      )
      break
    }
  }

  quiescent(): boolean {
    const { job, store } = this.world
    if (!job.running || !job.inputTaken || !job.lastNotified || job.coordinator.pending !== null) return false
    if (store.gate.requests.length > 0) return false
    return job.subtasks.every(
      ({ mail, openSnapshots, host }, p) =>
        mail === null &&
        openSnapshots.length === 0 &&
        host.timers === 0 &&
        host.sleeps === 0 &&
        job.notices[p]?.length === 0,
    )
  }

  private writes(): void {
    const { history } = this.world.store.gate
    for (; this.writesSeen < history.length; this.writesSeen++) {
      const write = history[this.writesSeen]
      const id = write?.attributes.id?.S ?? ''
      const origin = this.origins.get(id)
      if (write === undefined || origin === undefined) continue
      const { key, version, source, index } = origin
      const before = this.visible.get(key) ?? 0
      if (version < before) this.fall('S3', `${key} went back from version ${before} to ${version}`)
      if (write.changed) {
        if (this.effects.has(id)) this.fall('S4', `record ${id} changed the table a second time`)
        this.effects.add(id)
      }
      if (index >= (this.newestCompleted?.sources[source]?.offset ?? 0))
        this.fall('S5', `record ${id} is visible, and no completed checkpoint includes it`)
      this.visible.set(key, version)
      if (version > (this.newestVersion.get(key) ?? 0)) this.newestVersion.set(key, version)
    }
  }

  private calls(): void {
    const { calls, job } = this.world
    for (; this.callsSeen < calls.length; this.callsSeen++) {
      const call = calls[this.callsSeen]
      if (call === undefined) return
      if (call.call === 'open') {
        const newest = this.newestCompleted?.checkpointId ?? 0
        if (call.id !== newest)
          this.fall('S9', `restored from checkpoint ${call.id}, the newest completed is ${newest}`)
        this.notified = call.id
        this.taken = job.sources.map((source) => this.newestCompleted?.sources[source.task]?.offset ?? 0)
      } else if (call.call === 'write') {
        const source = this.origins.get(call.record?.id ?? '')?.source ?? 0
        this.taken[source] = (this.taken[source] ?? 0) + 1
      } else if (call.call === 'checkpoint') this.cutTaken.set(call.id, [...this.taken])
      else if (call.call === 'notify') {
        if (call.id <= this.notified) this.fall('S8', `notified of ${call.id} after ${this.notified}`)
        this.notified = call.id
      }
    }
  }

  private completed(): void {
    const newest = this.world.job.options.storage.newest()
    if (newest === null || newest instanceof Promise) return
    this.newestCompleted = newest
    newest.sources.forEach(({ offset }, source) => {
      const taken = this.cutTaken.get(newest.checkpointId)?.[source]
      if (taken !== offset)
        this.fall(
          'S6',
          `checkpoint ${newest.checkpointId}: source ${source} cut at ${offset}, the sink had taken ${taken ?? 'nothing'}`,
        )
    })
    for (const [id, { source, index, key, version }] of this.origins) {
      if (index >= (newest.sources[source]?.offset ?? 0) || (this.newestVersion.get(key) ?? 0) >= version) continue
      if (inState(newest, key, version)) continue
      this.fall(
        'S7',
        `checkpoint ${newest.checkpointId} covers record ${id} (${key} version ${version}), which is in no store and no state`,
      )
      return
    }
  }

  private collected(): void {
    const { coordinator } = this.world.job
    const { pending } = coordinator
    if (pending === null) return
    for (const message of pending.collected)
      if (message !== null && (message.id !== pending.id || message.attempt !== pending.attempt))
        this.fall(
          'S10',
          `an acknowledgement of checkpoint ${message.id}, attempt ${message.attempt}, counts for ${pending.id}`,
        )
  }

  private aborted(): void {
    if (this.accountedBefore && !this.accounted())
      this.fall('S11', 'records taken since the newest completed cut are gone after an abort')
  }

  /** What the sink took since the newest completed cut is written, being written, or buffered. */
  private accounted(): boolean {
    const insight = this.world.job.subtasks[0]?.host.insight()
    if (insight === undefined || insight === null) return true
    const held = [...insight.buffered, ...insight.writing]
    for (const { source, index, key, version } of this.origins.values()) {
      if (index >= (this.taken[source] ?? 0) || index < (this.newestCompleted?.sources[source]?.offset ?? 0)) continue
      if ((this.newestVersion.get(key) ?? 0) >= version) continue
      if (!held.some((record) => record.key === key && record.version >= version)) return false
    }
    return true
  }

  private hasNewer(key: string, version: number): boolean {
    for (const other of this.origins.values()) if (other.key === key && other.version > version) return true
    return false
  }

  private fall(guarantee: string, seen: string): void {
    this.violations.push({ guarantee, step: this.world.log.length, seen })
  }
}

function inState(checkpoint: CompletedCheckpoint, key: string, version: number): boolean {
  return checkpoint.operatorState.some((state) =>
    Object.values(state).some(({ elements }) =>
      elements.some((element) => {
        const record = element as { key?: unknown; version?: unknown }
        return record.key === key && Number(record.version) >= version
      }),
    ),
  )
}
