// What publishing is to the staged sink, whichever way it is done: idempotent, and settled when every record is in the
// table or covered by a newer one. Read next: perItem.ts.
import type { RuntimeContext } from '../interfaces.ts'
import type { BackoffPolicy } from '../retry.ts'
import type { Workload } from '../workloads.ts'
import type { Publication, Request } from './publishing.ts'

export interface PublisherOptions {
  readonly table: string
  readonly workload: Workload
  readonly stagingTable: string
  /** Records in flight at a time. */
  readonly maxInFlightRequests: number
  readonly backoff: BackoffPolicy
}

/** What a publisher shows; of several requests the oldest. */
export interface PublisherInsight {
  /** What is not known to be there yet. */
  readonly publishing: readonly Publication[]
  readonly request: Request | 'transact'
  /** Tries of that request that failed in a row. */
  readonly level: number
}

export interface Publisher {
  /** Rejects with the record named where one can never get there. */
  publish(publications: readonly Publication[]): Promise<void>
  /** Null where there is nothing to do. */
  readonly insight: PublisherInsight | null
}

export type MakePublisher = (context: RuntimeContext, options: PublisherOptions) => Publisher
