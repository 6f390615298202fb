// Mistakes with what a record does to its row: a delete that is sent as a put, a tombstone that is not left, an addition
// that does not ask whether it is there already. Each is a client in the place of the right one.
// Read next: ../../impl/sinks/workloads.ts.
import { type Mutant, mutantsOf, type Rows } from './mutant.ts'
import { counting, deleting } from './settings.ts'
import { withClient } from './sinkParts.ts'

const ROWS: Rows = {
  deletesSentAsPuts: {
    source: 'classic',
    what: 'a delete is sent as a put of its key',
    setting: deleting('flushOnSnapshot'),
    patch: {
      real: withClient((right) => ({
        ...right,
        batchWriteItem: ({ RequestItems = {}, ...rest }) =>
          right.batchWriteItem({
            ...rest,
            RequestItems: Object.fromEntries(
              Object.entries(RequestItems).map(([table, requests]) => [
                table,
                requests.map((each) =>
                  each.DeleteRequest === undefined ? each : { PutRequest: { Item: each.DeleteRequest.Key } },
                ),
              ]),
            ),
          }),
      })),
    },
  },
  tombstoneNotLeft: {
    source: 'classic',
    what: 'a delete behind the fence takes the row out, and with it the version that older writes would meet',
    setting: deleting('fenced'),
    patch: {
      real: withClient((right) => ({
        ...right,
        putItem: async (input) => {
          const answer = await right.putItem(input)
          const { pk, deleted } = input.Item ?? {}
          if (deleted !== undefined && pk !== undefined && input.TableName !== undefined)
            await right.batchWriteItem({ RequestItems: { [input.TableName]: [{ DeleteRequest: { Key: { pk } } }] } })
          return answer
        },
      })),
    },
  },
  additionUnfenced: {
    source: 'classic',
    what: 'an addition does not ask whether it has been made',
    setting: counting('fenced'),
    patch: {
      real: withClient((right) => ({
        ...right,
        updateItem: ({ ConditionExpression: _, ...input }) => right.updateItem(input),
      })),
    },
  },
}

export const WORKLOAD_MUTANTS: readonly Mutant[] = mutantsOf('sink', ROWS)
