// Suite flush: from records to a store that has confirmed them. 10,000 records enter a list, leave it in batches of 25 as
// soon as those are full, and are written with 1, 4 or 16 requests in flight, by our transports, the peers and the limits, in the same rounds.
// The store's side is a stub in another process, so that the client is what is measured.
// Read next: ../flush/writers.ts, ../flush/stubServer.mjs, flushSummary.ts.
import { ListBuffer } from '../../impl/sinks/buffers/listBuffer.ts'
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'
import { MAX_BATCH_ITEMS } from '../../impl/sinks/item.ts'
import type { Transport } from '../../impl/store/endpoint.ts'
import { factLines } from '../flush/facts.ts'
import { DESIGNS, sinkWriter } from '../flush/sinks.ts'
import { Stub } from '../flush/stub.ts'
import { WRITERS, type Writer, type WriterRow } from '../flush/writers.ts'
import type { BenchCase, Work } from '../method/benchCase.ts'
import type { OpenSuite } from './index.ts'
import { recordsOf } from './records.ts'

export interface FlushSizes {
  readonly records: number
  readonly bytes: readonly number[]
  readonly inFlight: readonly number[]
  readonly calls: number
}

export const FULL: FlushSizes = { records: 10_000, bytes: [200, 1_024], inFlight: [1, 4, 16], calls: 1 }
export const QUICK: FlushSizes = { records: 10_000, bytes: [200], inFlight: [1, 16], calls: 1 }
export const TINY: FlushSizes = { records: 60, bytes: [200], inFlight: [1, 4], calls: 1 }

export async function openFlush(sizes: FlushSizes, root: string): Promise<OpenSuite> {
  // After our own client: it switches the SDK's remark on Node versions off.
  const { PEERS } = await import('../flush/peers.ts')
  const rows = [...WRITERS, ...PEERS]
  const stub = await Stub.start(root)
  const writers: Pick<Writer, 'close'>[] = []
  const cases: BenchCase[] = []
  for (const bytes of sizes.bytes) {
    const records = recordsOf({ count: sizes.records, bytes, duplicates: 0 })
    for (const inFlight of sizes.inFlight)
      for (const row of rows) cases.push(await flushCase(row, stub, writers, records, { bytes, inFlight }, sizes.calls))
    for (const design of DESIGNS)
      for (const transport of ['sdk', 'fast'] as const)
        cases.push(sinkCase(design, transport, stub, writers, records, bytes, sizes.calls))
  }
  return {
    cases,
    facts: () => factLines(rows.filter(({ name }) => !name.startsWith('limit-'))),
    async close() {
      for (const writer of writers) writer.close()
      await stub.close()
    },
  }
}

async function flushCase(
  row: WriterRow,
  stub: Stub,
  writers: Pick<Writer, 'close'>[],
  records: readonly SinkRecord[],
  { bytes, inFlight }: { bytes: number; inFlight: number },
  calls: number,
): Promise<BenchCase> {
  // Cut once for those who prepare their bytes, so that all send the same batches; the others cut them in each call.
  const batches = cut(records)
  const writer = await row.open(stub.url, batches, inFlight)
  writers.push(writer)
  const preparesBytes = row.name.startsWith('limit-') && row.sends !== false
  const call = () => written(preparesBytes ? batches : cutOf(records, writer), writer, inFlight)
  return {
    suite: 'flush',
    name: row.name,
    parameters: { records: records.length, bytes, inFlight, store: 'stub' },
    records: records.length,
    unit: 'us/record',
    calls,
    work: {},
    expected: records.length,
    call,
    measureWork: () => counted(stub, records.length, row.sends === false ? 0 : records.length, call),
  }
}

function sinkCase(
  name: (typeof DESIGNS)[number],
  transport: Transport,
  stub: Stub,
  writers: Pick<Writer, 'close'>[],
  records: readonly SinkRecord[],
  bytes: number,
  calls: number,
): BenchCase {
  const writer = sinkWriter(name, transport, stub.url)
  writers.push(writer)
  const call = () => writer.write(records)
  return {
    suite: 'flush',
    name,
    parameters: { records: records.length, bytes, inFlight: 1, store: 'stub', transport },
    records: records.length,
    unit: 'us/record',
    calls,
    work: {},
    expected: records.length,
    call,
    measureWork: () => counted(stub, records.length, records.length, call),
  }
}

const cut = (records: readonly SinkRecord[]): SinkRecord[][] => [...batchesOf(records, (record) => record)]

const cutOf = (records: readonly SinkRecord[], { enter = (record) => record }: Writer) => batchesOf(records, enter)

/** Through the buffer of listStateBuffer, as the sink does it: a full batch leaves, the rest at the end. */
function* batchesOf(
  records: readonly SinkRecord[],
  enter: (record: SinkRecord) => SinkRecord,
): Generator<SinkRecord[], void> {
  const buffer = new ListBuffer()
  for (const record of records) {
    buffer.add(enter(record))
    if (buffer.size >= MAX_BATCH_ITEMS) yield buffer.takeBatch(MAX_BATCH_ITEMS)
  }
  while (!buffer.isEmpty) yield buffer.takeBatch(MAX_BATCH_ITEMS)
}

/** Lanes take the next batch as soon as theirs is written. */
async function written(batches: Iterable<readonly SinkRecord[]>, writer: Writer, inFlight: number): Promise<number> {
  const next = batches[Symbol.iterator]()
  let taken = 0
  const lane = async (number: number): Promise<void> => {
    for (let step = next.next(); step.done !== true; step = next.next()) {
      // In two steps: `taken += await` would add to what it was before the wait.
      const confirmed = await writer.write(step.value, number)
      taken += confirmed
    }
  }
  await Promise.all(Array.from({ length: inFlight }, (_, number) => lane(number)))
  return taken
}

const CPU_CALLS = 3

/** What one call sends, as the other side counts it; and the processor time of ours, in the middle of three calls. */
async function counted(stub: Stub, records: number, sent: number, call: () => Promise<number>): Promise<Work> {
  const cpu: number[] = []
  for (let i = 0; i < CPU_CALLS; i++) {
    const before = process.cpuUsage()
    await call()
    const { user, system } = process.cpuUsage(before)
    cpu.push((user + system) / records)
  }
  await stub.came(true)
  await call()
  const came = await stub.came(false)
  if (came.records !== sent) throw new Error(`expected ${sent} records at the store, got ${came.records}`)
  const middle = cpu.sort((a, b) => a - b)[1] as number
  return { ...came, cpuMicrosecondsPerRecord: Math.round(middle * 100) / 100 }
}
