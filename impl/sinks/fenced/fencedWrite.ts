// One record through the fence: a conditional write and, where it is refused and the store does not say by what, a
// consistent read. One request at a time, no retry: what comes of it is the caller's to decide.
// Read next: fence.ts (what an answer means), fenced.ts.
import type { PutItemCommandInput } from '@aws-sdk/client-dynamodb'
import type { SinkClient } from '../../store/port.ts'
import type { SinkRecord } from '../interfaces.ts'
import { type Item, toVersionedItem } from '../item.ts'
import { isRetryable } from '../retry.ts'
import {
  type FenceEvent,
  type FenceOutcome,
  type FenceState,
  isOver,
  type Stored,
  stepFence,
  type Versioned,
} from './fence.ts'

/** Rejects with what the store refuses for good. */
export async function writeFenced(client: SinkClient, table: string, record: SinkRecord): Promise<FenceOutcome> {
  const versioned = versionedOf(record)
  let state: FenceState = 'write'
  while (!isOver(state)) {
    const answer = state === 'write' ? sendWrite(client, table, record) : sendRead(client, table, record.key)
    state = stepFence(versioned, state, await answer)
  }
  return state
}

export const versionedOf = (record: SinkRecord): Versioned => ({
  version: record.version,
  content: contentOf(toVersionedItem(record)),
})

/** Rejects as `writeFenced` does. */
export const sendWrite = (client: SinkClient, table: string, record: SinkRecord): Promise<FenceEvent> =>
  client.putItem(fencedPut(table, record)).then(() => ({ type: 'written' }) as const, refusal)

export const fencedPut = (table: string, record: SinkRecord): PutItemCommandInput => ({
  TableName: table,
  Item: toVersionedItem(record),
  ConditionExpression: 'attribute_not_exists(pk) OR version < :version',
  ExpressionAttributeValues: { ':version': { N: String(record.version) } },
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
})

/** Rejects as `writeFenced` does. */
export const sendRead = (client: SinkClient, table: string, key: string): Promise<FenceEvent> =>
  client
    .getItem({ TableName: table, Key: { pk: { S: key } }, ConsistentRead: true })
    .then(({ Item: item }) => ({ type: 'found', stored: storedOf(item) }) as const, refusal)

function refusal(error: unknown): FenceEvent {
  if (error instanceof Error && error.name === 'ConditionalCheckFailedException') {
    const { Item: item } = error as Error & { Item?: Item }
    return item === undefined ? { type: 'refused' } : { type: 'refused', stored: storedOf(item) }
  }
  if (isRetryable(error)) return { type: 'failed' }
  throw error
}

function storedOf(item: Item | undefined): Stored {
  if (item === undefined) return null
  const { N: version } = item.version ?? {}
  return version === undefined ? 'unversioned' : { version: Number(version), content: contentOf(item) }
}

const contentOf = ({ id, value, deleted }: Item): string =>
  JSON.stringify([id?.S ?? null, value?.S ?? null, deleted?.BOOL ?? false])

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
