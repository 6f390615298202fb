// What tasks and the coordinator send each other, and what flows in a channel. Plain data, so that a world can look at
// every message on its way. Read next: subtask.ts, coordination/step.ts, job.ts.
import type { Attempt, CheckpointId } from '../../model/pipeline/ids.ts'
import type { SinkRecord } from '../sinks/interfaces.ts'
import type { GateElement } from './barriers/inputGate.ts'
import type { ChannelState, SourceState } from './checkpointStorage.ts'
import type { DeclineReason } from './coordination/reasons.ts'
import type { OperatorStateSnapshot } from './operatorState.ts'

/** An element of a channel. After `endOfData` only barriers follow (FLIP-147: ended sources still take part). */
export type Element = GateElement<SinkRecord>

/** From a task to the coordinator: its snapshot, or that it could not make one. */
export interface Acknowledgement {
  readonly task: number
  readonly attempt: Attempt
  readonly id: CheckpointId
  readonly declined: boolean
  /** Of a decline; default CHECKPOINT_DECLINED. */
  readonly reason?: DeclineReason
  readonly source: SourceState | null
  readonly sink: OperatorStateSnapshot | null
  /** Records that the barrier overtook on the way to this task. */
  readonly channels?: readonly ChannelState[]
}

/** From the coordinator to a task. An abort carries the newest completed id (FLINK-21080), 0 where there is none. */
export type Notice =
  | { readonly type: 'complete'; readonly id: CheckpointId }
  | { readonly type: 'abort'; readonly id: CheckpointId; readonly newestCompleted: number }
