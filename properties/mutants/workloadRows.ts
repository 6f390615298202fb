// Mistakes that upserts cannot show: what a delete leaves, and what is added twice. Each is the client in the place of the
// right one, or a sink that forgets what a record is about.
// Read next: ../../impl/sinks/workloads.ts, ../../impl/sinks/fenced/rowRequest.ts.
import { FlushOnSnapshotSink } from '../../impl/sinks/checkpointedSinks.ts'
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'
import type { SinkClient } from '../../impl/store/port.ts'
import { type Mutant, mutantsOf, type Rows } from './mutant.ts'
import { adding, deleting, deletingLate } from './settings.ts'
import { sinkOf, withClient } from './sinkParts.ts'

/** A tombstone's put becomes a delete of its row. */
const withoutTombstone = (right: SinkClient): Partial<SinkClient> => ({
  putItem: async (input) => {
    const { TableName, Item } = input
    if (TableName === undefined || Item?.pk === undefined || Item.deleted === undefined) return right.putItem(input)
    await right.batchWriteItem({ RequestItems: { [TableName]: [{ DeleteRequest: { Key: { pk: Item.pk } } }] } })
    return {}
  },
})

const ROWS: Rows = {
  deletesSentAsPuts: {
    source: 'classic',
    what: 'a delete is written as a row like any other',
    setting: deleting('flushOnSnapshot'),
    patch: {
      real: {
        sink: sinkOf(
          class extends FlushOnSnapshotSink {
            override invoke({ key, version, id, value }: SinkRecord): void | Promise<void> {
              return super.invoke({ key, version, id, value })
            }
          },
        ),
      },
    },
  },
  deletesDropped: {
    source: 'classic',
    what: 'a delete is taken for nothing to write',
    setting: deleting('listStateBuffer'),
    patch: {
      real: withClient((right) => ({
        ...right,
        batchWriteItem: (input) => {
          const tables = Object.entries(input.RequestItems ?? {})
          const puts = tables.map(([table, items]) => [table, items.filter((item) => item.PutRequest !== undefined)])
          return puts.every(([, items]) => items?.length === 0)
            ? Promise.resolve({})
            : right.batchWriteItem({ ...input, RequestItems: Object.fromEntries(puts) })
        },
      })),
    },
  },
  tombstonesDropped: {
    source: 'classic',
    what: 'a delete takes the row out behind the fence, and what is older and late finds nothing newer',
    setting: deletingLate('fenced'),
    patch: { real: withClient((right) => ({ ...right, ...withoutTombstone(right) })) },
  },
  additionUnfenced: {
    source: 'classic',
    what: 'an addition goes to the store without a condition, so one whose answer is lost is added again',
    setting: adding('fenced'),
    patch: {
      real: withClient((right) => ({
        ...right,
        updateItem: ({ ConditionExpression: _, ReturnValuesOnConditionCheckFailure: __, ...input }) =>
          right.updateItem(input),
      })),
    },
  },
  additionNotRepeated: {
    source: 'classic',
    what: 'an addition that has no answer counts as added',
    setting: adding('fenced'),
    patch: {
      real: withClient((right) => ({
        ...right,
        updateItem: (input) =>
          right.updateItem(input).catch((error: unknown) => {
            if (error instanceof Error && error.name === 'ConditionalCheckFailedException') throw error
            return {}
          }),
      })),
    },
  },
}

export const WORKLOAD_MUTANTS: readonly Mutant[] = mutantsOf('sink', ROWS)
