// What a writer does when the store does not simply say yes: items handed back, throttling, a key twice in a batch, an
// answer without a body. Observed, not read in documentation: how many requests came, and what the caller was told.
// Every client is set to one attempt a request, as in the suite. Read next: peers.ts, writers.ts.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'
import type { Observation } from '../method/benchRun.ts'
import { recordAt } from '../suites/records.ts'
import type { WriterRow } from './writers.ts'

export const TROUBLES = ['unprocessed', 'throttled', 'duplicate key', 'empty answer'] as const
export type Trouble = (typeof TROUBLES)[number]

export interface Fact {
  readonly name: string
  readonly trouble: Trouble
  /** Requests the store saw. */
  readonly requests: number
  /** Of three records: how many the caller was told are written; null where it was told of an error. */
  readonly confirmed: number | null
  /** Records that the store has taken. */
  readonly taken: number
  readonly error: string | null
}

interface Write {
  readonly PutRequest: { readonly Item: Readonly<Record<string, { readonly S?: string }>> }
}
type Tables = Readonly<Record<string, readonly Write[]>>

const SERVICE = 'com.amazonaws.dynamodb.v20120810#'

/** Answers the first request with the trouble and all others with yes. */
class TroubledStore {
  requests = 0
  readonly taken = new Set<string>()
  readonly #trouble: Trouble
  readonly #server: Server

  constructor(trouble: Trouble) {
    this.#trouble = trouble
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const { status, body } = this.#answer(
          JSON.parse(Buffer.concat(chunks).toString('utf8')) as { RequestItems: Tables },
        )
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body)
      })
    })
  }

  async listen(): Promise<URL> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`)
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  #answer({ RequestItems }: { RequestItems: Tables }): { status: number; body: string } {
    this.requests++
    const [[table, writes] = ['', []]] = Object.entries(RequestItems)
    const keys = writes.map((write) => write.PutRequest.Item.pk?.S ?? '')
    if (new Set(keys).size < keys.length)
      return refusal('com.amazon.coral.validate#ValidationException', 'Provided list of item keys contains duplicates')
    if (this.requests > 1 || this.#trouble === 'duplicate key') return this.#take(keys, {})
    switch (this.#trouble) {
      case 'unprocessed':
        return this.#take(keys.slice(0, -1), { [table]: writes.slice(-1) })
      case 'throttled':
        return refusal(`${SERVICE}ProvisionedThroughputExceededException`, 'slow down')
      case 'empty answer':
        return { status: 200, body: '' }
    }
  }

  #take(keys: readonly string[], UnprocessedItems: Tables): { status: number; body: string } {
    for (const key of keys) this.taken.add(key)
    return { status: 200, body: JSON.stringify({ UnprocessedItems }) }
  }
}

const refusal = (__type: string, message: string) => ({ status: 400, body: JSON.stringify({ __type, message }) })

export async function observed(row: WriterRow, trouble: Trouble): Promise<Fact> {
  const store = new TroubledStore(trouble)
  const url = await store.listen()
  const batch: SinkRecord[] = [0, 1, trouble === 'duplicate key' ? 0 : 2].map((number) => recordAt(number, 60))
  const writer = await row.open(url, [batch], 1)
  const { enter = (record) => record } = writer
  const told: { confirmed: number | null; error: string | null } = { confirmed: null, error: null }
  try {
    told.confirmed = await writer.write(batch.map(enter), 0)
  } catch (error) {
    told.error = error instanceof Error ? error.name : String(error)
  } finally {
    writer.close()
    store.close()
  }
  return { name: row.name, trouble, requests: store.requests, taken: store.taken.size, ...told }
}

/** One sentence a row; the bad one is a record that was not taken and is called written. */
export function factText({ trouble, requests, confirmed, taken, error }: Fact): string {
  const distinct = trouble === 'duplicate key' ? 2 : 3
  const again = requests > 1 ? `, ${requests} requests` : ''
  if (error !== null) return `${error}${again}`
  if (taken < Math.min(confirmed ?? 0, distinct)) return `says ${confirmed} written, ${taken} are${again}`
  return `${confirmed} written${again}`
}

/** One attempt a request; of three records, what the caller is told. */
export async function observations(rows: readonly WriterRow[]): Promise<Observation[]> {
  const all: Observation[] = []
  for (const row of rows)
    for (const trouble of TROUBLES)
      all.push({ name: row.name, about: trouble, seen: factText(await observed(row, trouble)) })
  return all
}
