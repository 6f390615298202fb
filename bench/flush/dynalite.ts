// dynalite as the suite has it: a process of its own, a table that is emptied by making it anew, and what it holds.
// A writer is checked against it record by record: here nothing is taken on trust. Read next: ../suites/flush.ts, stub.ts.
import { join } from 'node:path'
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'
import { openEndpoint } from '../../impl/store/endpoint.ts'
import type { DynamoDbPort } from '../../impl/store/port.ts'
import { StoreProcess } from '../../properties/kill/store.ts'
import { TABLE } from './writers.ts'

export class Dynalite {
  readonly url: URL
  readonly #process: StoreProcess
  readonly #client: DynamoDbPort

  private constructor(process: StoreProcess) {
    this.#process = process
    this.url = new URL(process.url)
    this.#client = openEndpoint({ endpoint: process.url }, {}).connect()
  }

  /** `root`: of the package; the program runs bundled, the server from its file. */
  static async start(root: string): Promise<Dynalite> {
    const program = ['--import', 'tsx', join(root, 'impl', 'store', 'dynaliteServer.ts')]
    return new Dynalite(await StoreProcess.start([TABLE], { program }))
  }

  async empty(): Promise<void> {
    await this.#client.deleteTable({ TableName: TABLE })
    await this.#until(async () => (await this.#status()) === null)
    await this.#client.createTable({
      TableName: TABLE,
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    })
    await this.#until(async () => (await this.#status()) === 'ACTIVE')
  }

  /**
   * How many rows the table holds. Compared by what they say: a mapper may make the table's key of more than the record's.
   * @throws Error where they are not these records, of which no two have one key or one value.
   */
  async held(records: readonly SinkRecord[]): Promise<number> {
    const rows = [...(await this.#process.rows(TABLE)).values()]
    const contents = new Set(rows.map(({ version, value }) => `${version} ${value}`))
    const missing = records.find(({ version, value }) => !contents.has(`${version} ${value}`))
    if (missing !== undefined || rows.length !== records.length)
      throw new Error(
        `expected ${records.length} records in the table, got ${rows.length}` +
          (missing === undefined ? '' : `, without ${missing.key} as it was written`),
      )
    return rows.length
  }

  async close(): Promise<void> {
    this.#client.destroy()
    await this.#process.stop()
  }

  async #status(): Promise<string | null> {
    try {
      return (await this.#client.describeTable({ TableName: TABLE })).Table?.TableStatus ?? null
    } catch (error) {
      if ((error as Error).name === 'ResourceNotFoundException') return null
      throw error
    }
  }

  async #until(done: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; !(await done()); tries++) {
      if (tries > 500) throw new Error('expected dynalite to be done with its table within five seconds')
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}
