// A staged row as it is read back for publishing, and the error of a record that can never be published.
// Read next: perItem.ts, inTransactions.ts.
import type { SinkClient } from '../../store/port.ts'
import type { FenceOutcome } from '../fenced/fence.ts'
import { fenceError, versionedOf } from '../fenced/fencedWrite.ts'
import type { SinkRecord } from '../interfaces.ts'
import type { PublisherOptions } from './publisher.ts'
import type { Loaded, Publication } from './publishing.ts'
import { fromStagedItem } from './stagedRow.ts'

/** Null where the row is not staged any more. Rejects as the store does. */
export async function loadStaged(
  client: SinkClient,
  { stagingTable, workload }: PublisherOptions,
  row: string,
): Promise<Loaded<SinkRecord> | null> {
  const Key = { pk: { S: row } }
  const { Item: item } = await client.getItem({ TableName: stagingTable, Key, ConsistentRead: true })
  if (item === undefined) return null
  const record = fromStagedItem(item)
  return { ...versionedOf(workload, record), record }
}

export function publishError(publication: Publication, why: FenceOutcome | 'lost'): Error {
  const { id, key, version, row } = publication
  if (why !== 'lost') return fenceError(why, publication) ?? new Error(`expected an outcome that fails, got ${why}`)
  return Object.assign(
    new Error(
      `record ${id} (key ${JSON.stringify(key.slice(0, 80))}, version ${version}): expected it staged as ${row} or in ` +
        'the table already, it is in neither; the staging table has lost it, or the table is not the one it was',
    ),
    { name: 'StagedRowLostError' },
  )
}
