// Suite flush: from records to a store that has confirmed them. Records enter a list, leave it in batches of 25 as soon as
// those are full, and are written with 1, 4 or 16 requests in flight, by our transports, the peers and the limits, in the
// same rounds. Two stores, each in another process: a stub that answers at once, so that the client is what is measured,
// and dynalite, which really stores; there are fewer records there, and the parameters say so.
// Read next: ../flush/writers.ts, ../flush/parts.ts, ../flush/dynalite.ts, flushSummary.ts.
import { ListBuffer } from '../../impl/sinks/buffers/listBuffer.ts'
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'
import { MAX_BATCH_ITEMS } from '../../impl/sinks/item.ts'
import type { Transport } from '../../impl/store/endpoint.ts'
import { Dynalite } from '../flush/dynalite.ts'
import { observations } from '../flush/facts.ts'
import { PARTS } from '../flush/parts.ts'
import { DESIGNS, sinkWriter } from '../flush/sinks.ts'
import { Stub } from '../flush/stub.ts'
import { TUNING, WRITERS, type Writer, type WriterRow } from '../flush/writers.ts'
import type { BenchCase, Parameters, Work } from '../method/benchCase.ts'
import type { RoundOptions } from '../method/rounds.ts'
import { summarised } from '../method/statistics.ts'
import type { OpenSuite } from './index.ts'
import { recordsOf } from './records.ts'

interface Sizes {
  readonly records: number
  readonly bytes: readonly number[]
  readonly inFlight: readonly number[]
}

export interface FlushSizes {
  readonly stub: Sizes
  readonly dynalite: Sizes
}

export const FULL: FlushSizes = {
  stub: { records: 10_000, bytes: [200, 1_024], inFlight: [1, 4, 16] },
  dynalite: { records: 1_000, bytes: [200], inFlight: [1, 16] },
}
export const QUICK: FlushSizes = {
  stub: { records: 10_000, bytes: [200], inFlight: [1, 16] },
  dynalite: { records: 500, bytes: [200], inFlight: [16] },
}
export const TINY: FlushSizes = {
  stub: { records: 60, bytes: [200], inFlight: [1, 4] },
  dynalite: { records: 60, bytes: [200], inFlight: [4] },
}

/** A case may last a second and a half; with what is counted after the rounds all of it is done in eight minutes. */
export const ROUNDS = {
  full: { rounds: 11, warmUpCalls: 1, warmUpMs: 200, repeats: 2, turnMs: 200, budgetMs: 360_000 },
  quick: { rounds: 4, warmUpCalls: 1, warmUpMs: 100, repeats: 1, turnMs: 50, budgetMs: 50_000 },
  tiny: { rounds: 2, warmUpCalls: 1, warmUpMs: 0, repeats: 0 },
} satisfies Record<string, Omit<RoundOptions, 'onRound'>>

/** A store, and how a call is checked there. */
interface Place {
  readonly store: 'stub' | 'dynalite'
  readonly url: URL
  /** What `call` sends, as the other side has it; processor time is ours. Throws where it is not `sent` records. */
  check(records: readonly SinkRecord[], sent: number, call: () => Promise<number>): Promise<Work>
}

export async function openFlush(sizes: FlushSizes, root: string): Promise<OpenSuite> {
  // After our own client: it switches the SDK's remark on Node versions off.
  const { PEERS } = await import('../flush/peers.ts')
  const rows = [...WRITERS, ...PEERS]
  const stub = await Stub.start(root)
  const dynalite = await Dynalite.start(root)
  const writers: Pick<Writer, 'close'>[] = []
  const cases: BenchCase[] = []
  const add = async (place: Place, { records: count, bytes: all, inFlight: lanes }: Sizes, of: Rows) => {
    for (const bytes of all) {
      const records = recordsOf({ count, bytes, duplicates: 0 })
      for (const inFlight of lanes)
        for (const row of of(bytes === all[0], inFlight === lanes.at(-1))) {
          const one = await flushCase(row, place, records, { bytes, inFlight })
          writers.push(one.writer)
          cases.push(one.case)
        }
      for (const design of DESIGNS)
        for (const transport of ['sdk', 'fast'] as const) {
          const one = sinkCase(design, transport, place, records, bytes)
          writers.push(one.writer)
          cases.push(one.case)
        }
    }
  }
  await add(stubPlace(stub), sizes.stub, (smallest, most) => [
    ...rows,
    ...(most ? PARTS : []),
    ...(smallest && most ? TUNING : []),
  ])
  await add(dynalitePlace(dynalite), sizes.dynalite, () =>
    rows.filter(({ sends, signs, onePlace }) => sends !== false && signs !== false && onePlace !== true),
  )
  return {
    cases,
    facts: async () => ['one attempt a request; of 3 records, what the caller is told:'],
    observed: () => observations(rows.filter(({ name }) => !name.startsWith('limit-'))),
    async close() {
      for (const writer of writers) writer.close()
      await Promise.all([stub.close(), dynalite.close()])
    },
  }
}

/** Which rows there are at the smallest of the sizes, and with the most requests in flight. */
type Rows = (smallest: boolean, most: boolean) => readonly WriterRow[]

interface Opened {
  readonly case: BenchCase
  readonly writer: Pick<Writer, 'close'>
}

async function flushCase(
  row: WriterRow,
  place: Place,
  records: readonly SinkRecord[],
  { bytes, inFlight }: { bytes: number; inFlight: number },
): Promise<Opened> {
  // Cut once for those who prepare their bytes, so that all send the same batches; the others cut them in each call.
  const batches = cut(records)
  const writer = await row.open(place.url, batches, inFlight)
  const preparesBytes = row.name.startsWith('limit-') && row.sends !== false
  const call = () => written(preparesBytes ? batches : cutOf(records, writer), writer, inFlight)
  const parameters = { records: records.length, bytes, inFlight, store: place.store }
  return { case: caseOf(row.name, parameters, place, records, row.sends !== false, call), writer }
}

function sinkCase(
  name: (typeof DESIGNS)[number],
  transport: Transport,
  place: Place,
  records: readonly SinkRecord[],
  bytes: number,
): Opened {
  const writer = sinkWriter(name, transport, place.url)
  const parameters = { records: records.length, bytes, inFlight: 1, store: place.store, transport }
  return { case: caseOf(name, parameters, place, records, true, () => writer.write(records)), writer }
}

const caseOf = (
  name: string,
  parameters: Parameters,
  place: Place,
  records: readonly SinkRecord[],
  sends: boolean,
  call: () => Promise<number>,
): BenchCase => ({
  suite: 'flush',
  name,
  parameters,
  records: records.length,
  unit: 'us/record',
  calls: 1,
  work: {},
  expected: records.length,
  call,
  measureWork: () => place.check(records, sends ? records.length : 0, call),
})

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

const stubPlace = (stub: Stub): Place => ({
  store: 'stub',
  url: stub.url,
  async check(records, sent, call) {
    await stub.came(true)
    const cpuMicrosecondsPerRecord = await cpuOf(records, call)
    const came = await stub.came(false)
    if (came.records !== sent * CPU_CALLS)
      throw new Error(`expected ${sent} records at the store in each call, got ${came.records} in ${CPU_CALLS}`)
    const [requests, bytes] = [came.requests / CPU_CALLS, came.bytes / CPU_CALLS]
    return { requests, bytes, records: sent, cpuMicrosecondsPerRecord }
  },
})

const dynalitePlace = (dynalite: Dynalite): Place => ({
  store: 'dynalite',
  url: dynalite.url,
  async check(records, _sent, call) {
    await dynalite.empty()
    const cpuMicrosecondsPerRecord = await cpuOf(records, call)
    return { records: await dynalite.held(records), cpuMicrosecondsPerRecord }
  },
})

const CPU_CALLS = 3

/** Microseconds a record, in the middle of three calls: our process, not the store's. */
async function cpuOf({ length }: readonly SinkRecord[], call: () => Promise<number>): Promise<number> {
  const cpu: number[] = []
  for (let i = 0; i < CPU_CALLS; i++) {
    const before = process.cpuUsage()
    await call()
    const { user, system } = process.cpuUsage(before)
    cpu.push((user + system) / length)
  }
  return Math.round(summarised(cpu).median * 100) / 100
}
