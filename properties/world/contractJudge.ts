// S6-S12, judged from the sink's calls and the coordinator's messages: what a runtime owes its sinks, and S7, which is
// what both owe the stream when a checkpoint completes.
// Read next: calls.ts (what is written down), storeJudge.ts, judge.ts.
import { isDeepStrictEqual } from 'node:util'
import type { CompletedCheckpoint } from '../../impl/runtime/checkpointStorage.ts'
import type { PendingCheckpoint } from '../../impl/runtime/coordination/state.ts'
import { subtaskOf } from '../../impl/runtime/keyGroups.ts'
import type { Acknowledgement } from '../../impl/runtime/messages.ts'
import type { OperatorStateSnapshot } from '../../impl/runtime/operatorState.ts'
import type { SinkInsight } from '../../impl/runtime/sinkHost.ts'
import type { Call } from './calls.ts'
import { coveredBy, type Fall, type Origin, type StoreJudge } from './storeJudge.ts'

/** What one subtask of the running attempt has been seen to do. */
interface SubtaskSeen {
  /** Of each source, how many of the records that are routed here it has taken, in this attempt's line of history. */
  readonly taken: number[]
  notified: number
  accountedBefore: boolean
}

export class ContractJudge {
  /** The checkpoint a restart must restore from. */
  completed: CompletedCheckpoint | null = null
  /** Of each source, records that some completed checkpoint has covered, whether or not it can still be read. */
  readonly covered: number[] = []
  private readonly origins: ReadonlyMap<string, Origin>
  private readonly store: StoreJudge
  private readonly fall: Fall
  private readonly parallelism: () => number
  private readonly subtasks = new Map<number, SubtaskSeen>()
  /** By subtask and checkpoint: what it had taken at its snapshot. */
  private readonly takenAt = new Map<string, readonly number[]>()
  /** Ids that were stored, checkpoints and savepoints. */
  private readonly stored = new Set<number>()
  private readonly savepoints = new Set<number>()
  /** Of the newest attempt, what its subtasks restored from. */
  private restoring: { readonly attempt: number; readonly states: OperatorStateSnapshot[] } = {
    attempt: -1,
    states: [],
  }
  private seen = 0

  constructor(origins: ReadonlyMap<string, Origin>, store: StoreJudge, fall: Fall, parallelism: () => number) {
    this.origins = origins
    this.store = store
    this.fall = fall
    this.parallelism = parallelism
  }

  /** The calls that have come since it was last asked. */
  observe(calls: readonly Call[], sources: number): void {
    for (; this.seen < calls.length; this.seen++) {
      const call = calls[this.seen]
      if (call === undefined) continue
      if (call.call === 'open') this.open(call, sources)
      else if (call.call === 'write') this.write(call)
      else if (call.call === 'checkpoint')
        this.takenAt.set(`${call.subtask}/${call.id}`, [...(this.subtasks.get(call.subtask)?.taken ?? [])])
      else if (call.call === 'notify') this.notify(call)
    }
  }

  /** A checkpoint has completed: S6 on every channel, S7. `named`: a savepoint that a restart was told to start from. */
  complete(checkpoint: CompletedCheckpoint, named = false): void {
    this.stored.add(checkpoint.checkpointId)
    if (named || (checkpoint.kind === 'checkpoint' && !this.savepoints.has(checkpoint.checkpointId))) {
      this.completed = checkpoint
      for (const [source, { offset }] of checkpoint.sources.entries())
        this.covered[source] = Math.max(this.covered[source] ?? 0, offset)
    }
    const { checkpointId: id, sources, parallelism, channels } = checkpoint
    for (const [source, { offset }] of sources.entries())
      for (let subtask = 0; subtask < parallelism; subtask++) {
        const cut = this.routed(source, subtask, parallelism, offset)
        const taken = this.takenAt.get(`${subtask}/${id}`)?.[source]
        const state = channels?.find((each) => each.source === source && each.subtask === subtask)?.records.length ?? 0
        if (taken === undefined || taken + state !== cut)
          this.fall(
            'S6',
            `checkpoint ${id}: source ${source} cut at ${cut} for sink ${subtask}, which had taken ${taken ?? 'nothing'}, and ${state} are channel state`,
          )
      }
    for (const origin of this.origins.values()) {
      const { id: record, source, index, key, version } = origin
      if (index >= (sources[source]?.offset ?? 0) || this.store.has(origin) || inState(checkpoint, origin)) continue
      this.fall(
        'S7',
        `checkpoint ${id} covers record ${record} (${key} version ${version}), which is in no store and no state`,
      )
      return
    }
  }

  /** Records of a source below an offset that go to a subtask. */
  private routed(source: number, subtask: number, parallelism: number, offset: number): number {
    let count = 0
    for (const origin of this.origins.values())
      if (origin.source === source && origin.index < offset && subtaskOf(origin.key, parallelism) === subtask) count++
    return count
  }

  /** An acknowledgement was counted, or not: S10. */
  collected(pendings: readonly PendingCheckpoint<Acknowledgement>[]): void {
    for (const { id, attempt, collected, kind } of pendings) {
      if (kind !== 'checkpoint') this.savepoints.add(id)
      else this.savepoints.delete(id)
      for (const message of collected.map((each) => each?.state ?? null))
        if (message !== null && (message.id !== id || message.attempt !== attempt))
          this.fall(
            'S10',
            `an acknowledgement of checkpoint ${message.id}, attempt ${message.attempt}, counts for ${id}`,
          )
    }
  }

  /** Just before an abort may arrive at a subtask: what is gone by then is not the abort's doing. */
  beforeAbort(subtask: number, insight: SinkInsight | null): void {
    const seen = this.subtasks.get(subtask)
    if (seen !== undefined) seen.accountedBefore = this.accounted(subtask, insight)
  }

  /** An abort was delivered: S11. */
  aborted(subtask: number, insight: SinkInsight | null): void {
    if (this.subtasks.get(subtask)?.accountedBefore === true && !this.accounted(subtask, insight))
      this.fall('S11', 'records taken since the newest completed cut are gone after an abort')
  }

  private open({ id, subtask, attempt, state = {} }: Call, sources: number): void {
    if (this.restoring.attempt !== attempt) this.restoring = { attempt, states: [] }
    this.restoring.states.push(state)
    if (this.restoring.states.length === this.parallelism()) this.redistributed(this.restoring.states)
    const newest = this.completed?.checkpointId ?? 0
    if (id !== newest) this.fall('S9', `restored from checkpoint ${id}, the newest completed is ${newest}`)
    const parallelism = this.parallelism()
    const taken = Array.from({ length: sources }, (_, source) => {
      const before = this.routed(source, subtask, parallelism, this.completed?.sources[source]?.offset ?? 0)
      const again = (this.completed?.channels ?? []).filter((channel) => channel.source === source)
      const records = again.flatMap((channel) => channel.records)
      return before - records.filter(({ key }) => subtaskOf(key, parallelism) === subtask).length
    })
    this.subtasks.set(subtask, { taken, notified: id, accountedBefore: true })
  }

  /** S12, when all subtasks of an attempt have been given their state. */
  private redistributed(states: readonly OperatorStateSnapshot[]): void {
    const before = elementsOf(this.completed?.operatorState ?? [])
    const after = elementsOf(states)
    if (isDeepStrictEqual(before, after)) return
    this.fall(
      'S12',
      `list state held ${before.join(' ') || 'nothing'}, after the restore ${after.join(' ') || 'nothing'}`,
    )
  }

  private write({ record, subtask }: Call): void {
    const source = this.origins.get(record?.id ?? '')?.source ?? 0
    const taken = this.subtasks.get(subtask)?.taken
    if (taken !== undefined) taken[source] = (taken[source] ?? 0) + 1
  }

  private notify({ id, subtask }: Call): void {
    const seen = this.subtasks.get(subtask)
    if (seen === undefined) return
    if (!this.stored.has(id)) this.fall('S9', `sink ${subtask} is notified of ${id}, which no restart can restore`)
    if (id <= seen.notified) this.fall('S8', `sink ${subtask} is notified of ${id} after ${seen.notified}`)
    seen.notified = id
  }

  /** What the subtask took since the newest completed cut is written, being written, or buffered. */
  private accounted(subtask: number, insight: SinkInsight | null): boolean {
    if (insight === null) return true
    const { staged = [], closed = [] } = insight.staging ?? {}
    const held = [...insight.buffered, ...insight.writing, ...staged, ...closed.flatMap(({ records }) => records)]
    const parallelism = this.parallelism()
    const counts = new Map<number, number>()
    for (const origin of this.origins.values()) {
      const { source, index, key } = origin
      if (subtaskOf(key, parallelism) !== subtask) continue
      const place = counts.get(source) ?? 0
      counts.set(source, place + 1)
      if (place >= (this.subtasks.get(subtask)?.taken[source] ?? 0)) continue
      if (index < (this.completed?.sources[source]?.offset ?? 0) || this.store.has(origin)) continue
      if (!held.some((record) => coveredBy(origin, record))) return false
    }
    return true
  }
}

/** Every element of split list state, as text, in an order of their own. */
const elementsOf = (states: readonly OperatorStateSnapshot[]): readonly string[] =>
  states
    .flatMap((state) => Object.values(state))
    .flatMap(({ mode, elements }) => (mode === 'SPLIT_DISTRIBUTE' ? elements.map((each) => JSON.stringify(each)) : []))
    .sort()

function inState(checkpoint: CompletedCheckpoint, origin: Origin): boolean {
  const overtaken = (checkpoint.channels ?? []).flatMap((channel) => channel.records)
  if (overtaken.some((record) => coveredBy(origin, record))) return true
  return checkpoint.operatorState.some((state) =>
    Object.values(state).some(({ elements }) =>
      elements.flatMap(recordsOf).some((record) => coveredBy(origin, record)),
    ),
  )
}

interface StateRecord {
  readonly id?: unknown
  readonly key?: unknown
  readonly version?: unknown
}

/** An element of list state is a record, or a whole buffer of them. */
const recordsOf = (element: unknown): readonly StateRecord[] =>
  (element as { readonly records?: readonly StateRecord[] }).records ?? [element as StateRecord]
