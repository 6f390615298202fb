// What the coordinator hears and what it says. Everything it wants done is an effect, in the order in which it must be
// done; discards that stand together may be done in any order. Read next: step.ts.
import type { Attempt, CheckpointId } from '../../../model/pipeline/ids.ts'
import type { SnapshotKind } from './kinds.ts'
import type { DeclineReason, FailureReason } from './reasons.ts'
import type { Acknowledged, CoordinatorState } from './state.ts'

export interface Sender {
  readonly task: number
  readonly attempt: Attempt
}

/** What a job is started from. A savepoint stays the user's. */
export interface Restored {
  readonly id: CheckpointId
  readonly savepoint: boolean
}

type Event<Type extends string, Fields = unknown> = { readonly type: Type } & Readonly<Fields>

export type RequestEvent = Event<'request', { kind: SnapshotKind; number: number; periodic: boolean; nowMs: number }>
export type AcknowledgeEvent<State> = Event<'acknowledge', Sender & { id: CheckpointId; state: State | null }>
export type DeclineEvent = Event<'decline', Sender & { id: CheckpointId; reason: DeclineReason }>
/** The minimum pause counts from here. */
export type StoredEvent = Event<'stored', { id: CheckpointId; nowMs: number }>
/** `possiblyStored`: nobody knows whether it was (Flink: PossibleInconsistentStateException), so its state is kept. */
export type StoreFailedEvent = Event<'storeFailed', { id: CheckpointId; possiblyStored: boolean }>
/** The next attempt runs, with as many tasks as before where it does not say. What was pending is over. */
export type RestartEvent = Event<
  'restart',
  { attempt: Attempt; restored: Restored | null; nextId: number; tasks?: number }
>

export type CoordinatorEvent<State> =
  | RequestEvent
  | AcknowledgeEvent<State>
  | DeclineEvent
  | StoredEvent
  | StoreFailedEvent
  | RestartEvent
  | Event<'expire' | 'complete', { id: CheckpointId }>
  | Event<'taskFinished' | 'taskFailed', { task: number }>
  | Event<'failover' | 'stopScheduler'>
  /** The first delay is the caller's: Flink draws it between the minimum pause and the interval. */
  | Event<'startScheduler', { nowMs: number; initialDelayMs: number }>
  | Event<'tick', { nowMs: number }>

export type CoordinatorEffect<State> =
  | Event<'trigger', { task: number; id: CheckpointId; kind: SnapshotKind }>
  /** `subsumed`: the restore point that left the store for it. */
  | Event<'notifyComplete', { task: number; id: CheckpointId; subsumed: CheckpointId | null }>
  /** `newestCompleted`: 0 where there is none. */
  | Event<'notifyAbort', { task: number; id: CheckpointId; newestCompleted: number }>
  /** State that nothing will restore. */
  | Event<'discard', { task: number; id: CheckpointId; state: State }>
  | Event<'store', { id: CheckpointId; kind: SnapshotKind; acknowledgements: readonly Acknowledged<State>[] }>
  /** Out of the store: no restore point any more. */
  | Event<'evict', { id: CheckpointId }>
  | Event<'requestDone', { request: number; id: CheckpointId }>
  | Event<'requestFailed', { request: number; reason: FailureReason }>
  /** Flink ignores it where the blamed attempt is over; that is for the job to know. */
  | Event<'failJob', { blamed: Sender | 'coordinator' }>
  | Event<'armTimeout', { id: CheckpointId; afterMs: number }>
  | Event<'cancelTimeout', { id: CheckpointId }>
  /** In place of the timer armed before. */
  | Event<'armPeriodic', { afterMs: number }>
  | Event<'cancelPeriodic'>

/** Effects of one event, while they are collected: each function adds its own behind those before it. */
export type Effects<State> = CoordinatorEffect<State>[]

export type AcknowledgeOutcome = 'success' | 'duplicate' | 'unknown' | 'discarded'

export interface CoordinatorStep<State> {
  readonly state: CoordinatorState<State>
  readonly effects: readonly CoordinatorEffect<State>[]
  /** Of an acknowledgement only. `associated` is what Flink returns: pending, or expired lately. */
  readonly answer?: { readonly outcome: AcknowledgeOutcome; readonly associated: boolean }
}
