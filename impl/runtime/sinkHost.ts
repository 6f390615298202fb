// The sink host: the one port through which a pipeline drives a sink, whoever hosts it. Commands go in, one at a time;
// what comes back is whether the task is idle, blocked or failed. Requests and their answers go through the store's gate.
// Nothing in it assumes JavaScript: a sink inside another process can be hosted behind the same commands.
// Read next: embeddedHost.ts (the sinks of this project), subtask.ts (who calls it).
import type { CheckpointId } from '../../model/pipeline/ids.ts'
import type { SinkRecord } from '../sinks/interfaces.ts'
import type { StagedInsight } from '../sinks/staged/insight.ts'
import type { OperatorStateSnapshot } from './operatorState.ts'

export interface Restored {
  readonly checkpointId: CheckpointId
  readonly state: OperatorStateSnapshot
}

export type HostStatus = 'idle' | 'blocked' | 'failed'

/** What a host can show of the sink while nothing moves; a black box shows nothing (null). */
export interface SinkInsight {
  /** Buffered records in the order in which they would leave. */
  readonly buffered: readonly SinkRecord[]
  /** The batch being written or waiting for its back-off. */
  readonly writing: readonly RecordName[]
  readonly backoffLevel: number
  /** Of a sink with several requests in flight; else null. */
  readonly inFlight: InFlightInsight | null
  /** Of a staging sink; else null. */
  readonly staging: StagedInsight | null
}

/** Which record, without what it carries. */
export type RecordName = Pick<SinkRecord, 'key' | 'version' | 'id'>

export interface InFlightInsight {
  /** The records of each request, in the order in which they were sent. */
  readonly requests: readonly (readonly SinkRecord[])[]
  readonly maxInFlightMessages: number
  /** A record that has come and waits for room in the buffer. */
  readonly adding: SinkRecord | null
  /** Calls that wait, those that run inside the wait of another included. */
  readonly waits: number
}

export interface SinkHost {
  open(restored: Restored | null): void | Promise<void>
  write(record: SinkRecord): void | Promise<void>
  /** prepareSnapshotPreBarrier, then snapshotState: nothing in between. The state is complete when it settles. */
  checkpoint(id: CheckpointId): OperatorStateSnapshot | Promise<OperatorStateSnapshot>
  notify(id: CheckpointId): void | Promise<void>
  abort(id: CheckpointId): void | Promise<void>
  endInput(): void | Promise<void>
  /** The buffer timer fires, as a mail. */
  fireTimer(): void | Promise<void>
  /** A back-off ends. Not a mail: what waited for it goes on. */
  wake(): void
  /** After a failover: close() of the old object, which may still write. */
  close(): void | Promise<void>
  /** The attempt is over: none of its promises settles any more. With 'failover' close() is still to come. */
  crash(kind: 'death' | 'failover'): void
  readonly timers: number
  readonly sleeps: number
  /** A call of the sink waits for a mail: its timer, a notification and an answer may come inside that wait. */
  readonly yielding: boolean
  readonly failure: Error | null
  insight(): SinkInsight | null
}
