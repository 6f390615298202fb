// S6-S11, judged from the sink's calls and the coordinator's messages: what a runtime owes its sinks, and S7, which is
// what both owe the stream when a checkpoint completes.
// Read next: calls.ts (what is written down), storeJudge.ts, judge.ts.
import type { CompletedCheckpoint } from '../../impl/runtime/checkpointStorage.ts'
import type { PendingCheckpoint } from '../../impl/runtime/coordinator.ts'
import type { SinkInsight } from '../../impl/runtime/sinkHost.ts'
import type { Call } from './calls.ts'
import type { Fall, Origin, StoreJudge } from './storeJudge.ts'

export class ContractJudge {
  /** The checkpoint a restart must restore from. */
  completed: CompletedCheckpoint | null = null
  private readonly origins: ReadonlyMap<string, Origin>
  private readonly store: StoreJudge
  private readonly fall: Fall
  /** Records of each source that the sink has taken, in this attempt's line of history; and at each snapshot. */
  private taken: number[] = []
  private readonly takenAt = new Map<number, readonly number[]>()
  private notified = 0
  private seen = 0
  private accountedBefore = true

  constructor(origins: ReadonlyMap<string, Origin>, store: StoreJudge, fall: Fall) {
    this.origins = origins
    this.store = store
    this.fall = fall
  }

  /** The calls that have come since it was last asked. */
  observe(calls: readonly Call[], sources: number): void {
    for (; this.seen < calls.length; this.seen++) {
      const call = calls[this.seen]
      if (call?.call === 'open') this.open(call.id, sources)
      else if (call?.call === 'write') this.write(call)
      else if (call?.call === 'checkpoint') this.takenAt.set(call.id, [...this.taken])
      else if (call?.call === 'notify') this.notify(call.id)
    }
  }

  /** A checkpoint has completed: S6, S7. */
  complete(checkpoint: CompletedCheckpoint): void {
    this.completed = checkpoint
    const { checkpointId: id, sources } = checkpoint
    for (const [source, { offset }] of sources.entries()) {
      const taken = this.takenAt.get(id)?.[source]
      if (taken !== offset)
        this.fall('S6', `checkpoint ${id}: source ${source} cut at ${offset}, the sink had taken ${taken ?? 'nothing'}`)
    }
    for (const { id: record, source, index, key, version } of this.origins.values()) {
      if (index >= (sources[source]?.offset ?? 0) || this.store.has(key, version)) continue
      if (inState(checkpoint, key, version)) continue
      this.fall(
        'S7',
        `checkpoint ${id} covers record ${record} (${key} version ${version}), which is in no store and no state`,
      )
      return
    }
  }

  /** An acknowledgement was counted, or not: S10. */
  collected(pendings: readonly PendingCheckpoint[]): void {
    for (const { id, attempt, collected } of pendings)
      for (const message of collected)
        if (message !== null && (message.id !== id || message.attempt !== attempt))
          this.fall(
            'S10',
            `an acknowledgement of checkpoint ${message.id}, attempt ${message.attempt}, counts for ${id}`,
          )
  }

  /** Just before an abort may arrive: what is gone by then is not the abort's doing. */
  beforeAbort(insight: SinkInsight | null): void {
    this.accountedBefore = this.accounted(insight)
  }

  /** An abort was delivered: S11. */
  aborted(insight: SinkInsight | null): void {
    if (this.accountedBefore && !this.accounted(insight))
      this.fall('S11', 'records taken since the newest completed cut are gone after an abort')
  }

  private open(id: number, sources: number): void {
    const newest = this.completed?.checkpointId ?? 0
    if (id !== newest) this.fall('S9', `restored from checkpoint ${id}, the newest completed is ${newest}`)
    this.notified = id
    this.taken = Array.from({ length: sources }, (_, source) => this.completed?.sources[source]?.offset ?? 0)
  }

  private write({ record }: Call): void {
    const source = this.origins.get(record?.id ?? '')?.source ?? 0
    this.taken[source] = (this.taken[source] ?? 0) + 1
  }

  private notify(id: number): void {
    if (id <= this.notified) this.fall('S8', `notified of ${id} after ${this.notified}`)
    this.notified = id
  }

  /** What the sink took since the newest completed cut is written, being written, or buffered. */
  private accounted(insight: SinkInsight | null): boolean {
    if (insight === null) return true
    const held = [...insight.buffered, ...insight.writing]
    for (const { source, index, key, version } of this.origins.values()) {
      if (index >= (this.taken[source] ?? 0) || index < (this.completed?.sources[source]?.offset ?? 0)) continue
      if (this.store.has(key, version)) continue
      if (!held.some((record) => record.key === key && record.version >= version)) return false
    }
    return true
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
