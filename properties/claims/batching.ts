// "DynamoDbSyncSink uses DynamoDbBatchingOutputFormat, which keeps a buffer of the records it received to do batch
// writing." Counted in requests. Read next: crashLoss.ts.
import type { Claim } from './claim.ts'
import { Evidence } from './evidence.ts'
import { Run } from './run.ts'

async function requests(e: Evidence, design: string, batchLimit: number, keys: number): Promise<number[][]> {
  e.ran()
  const run = await Run.of(design, { batchLimit, keys })
  const sent: number[][] = []
  const { gate } = run.world.store
  let last = 0
  while (!run.drained) {
    await run.until(() => (gate.requests[0]?.serial ?? last) !== last || run.drained, /^(?!trigger$)/)
    if (run.inRequest.length > 0) sent.push(run.inRequest)
    last = gate.requests[0]?.serial ?? last
  }
  return sent
}

const batches: Claim = {
  id: 'C08',
  title: 'The buffer saves requests',
  notes: 'The output format collects records in order to write them in batches.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    e.same('4 records, writeThrough, requests', await requests(e, 'writeThrough', 2, 4), [[1], [2], [3], [4]])
    e.same('4 records, flushOnSnapshot, batches of 2', await requests(e, 'flushOnSnapshot', 2, 4), [
      [1, 2],
      [3, 4],
    ])
    e.same('batches of 4', await requests(e, 'flushOnSnapshot', 4, 4), [[1, 2, 3, 4]])
    // DynamoDB refuses a request that holds a key twice, so repeats cost requests.
    e.same('batches of 4, all of one key', await requests(e, 'flushOnSnapshot', 4, 1), [[1], [2], [3], [4]])
    return e.result()
  },
}

export const BATCHING = [batches]
