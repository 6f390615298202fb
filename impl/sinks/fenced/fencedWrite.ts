// One record through the fence: a conditional write and, where it is refused and the store does not say by what, a
// consistent read. One request at a time, no retry: what comes of it is the caller's to decide.
// Read next: fence.ts (what an answer means), rowRequest.ts (the request), fenced.ts.
import type { SinkClient } from '../../store/port.ts'
import type { SinkRecord } from '../interfaces.ts'
import type { Item } from '../item.ts'
import { isRetryable } from '../retry.ts'
import type { Workload } from '../workloads.ts'
import {
  type FenceEvent,
  type FenceOutcome,
  type FenceState,
  isOver,
  type Stored,
  stepFence,
  type Versioned,
} from './fence.ts'
import { fencedRequest, sendRequest } from './rowRequest.ts'

/** A table, and what records do to its rows. */
export interface Target {
  readonly table: string
  readonly workload: Workload
}

/** Rejects with what the store refuses for good. */
export async function writeFenced(client: SinkClient, target: Target, record: SinkRecord): Promise<FenceOutcome> {
  const versioned = versionedOf(target.workload, record)
  let state: FenceState = 'write'
  while (!isOver(state)) {
    const answer = state === 'write' ? sendWrite(client, target, record) : sendRead(client, target, record.key)
    state = stepFence(versioned, state, await answer)
  }
  return state
}

export const versionedOf = (workload: Workload, record: SinkRecord): Versioned => ({
  version: record.version,
  content: contentOf(workload, workload.toRow(record).item),
})

/** Rejects as `writeFenced` does. */
export const sendWrite = (client: SinkClient, { table, workload }: Target, record: SinkRecord): Promise<FenceEvent> =>
  sendRequest(client, fencedRequest(table, workload.toRow(record))).then(
    () => ({ type: 'written' }) as const,
    (error: unknown) => refusal(workload, error),
  )

/** Rejects as `writeFenced` does. */
export const sendRead = (client: SinkClient, { table, workload }: Target, key: string): Promise<FenceEvent> =>
  client.getItem({ TableName: table, Key: { pk: { S: key } }, ConsistentRead: true }).then(
    ({ Item: item }) => ({ type: 'found', stored: storedOf(workload, item) }) as const,
    (error: unknown) => refusal(workload, error),
  )

function refusal(workload: Workload, error: unknown): FenceEvent {
  if (error instanceof Error && error.name === 'ConditionalCheckFailedException') {
    const { Item: item } = error as Error & { Item?: Item }
    return item === undefined ? { type: 'refused' } : { type: 'refused', stored: storedOf(workload, item) }
  }
  if (isRetryable(error)) return { type: 'failed' }
  throw error
}

export function storedOf(workload: Workload, item: Item | undefined): Stored {
  if (item === undefined) return null
  const { N: version } = item.version ?? {}
  return version === undefined ? 'unversioned' : { version: Number(version), content: contentOf(workload, item) }
}

const contentOf = ({ identity }: Workload, item: Item): string =>
  JSON.stringify(identity.map((name) => item[name]?.S ?? item[name]?.BOOL ?? null))

/** An outcome as an error that names the record, or null where the record is in the table or may go again. */
export function fenceError(outcome: FenceOutcome, record: Pick<SinkRecord, 'id' | 'key' | 'version'>): Error | null {
  const name = `record ${record.id} (key ${JSON.stringify(record.key.slice(0, 80))}, version ${record.version})`
  switch (outcome) {
    case 'conflict':
      return named(
        'VersionConflictError',
        `${name}: expected one content per key and version, the table has another of this version; ` +
          'the input gives two records of one key the same version',
      )
    case 'unversioned':
      return named(
        'VersionConflictError',
        `${name}: expected a row with a version, the table has one without; fenced writes need a table of their own`,
      )
    default:
      return null
  }
}

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name })
