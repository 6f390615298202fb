// dynalite in a process of its own, and what its tables hold: the one thing a killed run cannot take along.
// Read next: killedRun.ts.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openEndpoint } from '../../impl/store/endpoint.ts'
import type { DynamoDbPort } from '../../impl/store/port.ts'

const SERVER = fileURLToPath(new URL('../../impl/store/dynaliteServer.ts', import.meta.url))
/** Where `--import tsx` is found. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Key -> version and value of each row. */
export type Rows = ReadonlyMap<string, { readonly version: string; readonly value: string }>

export class StoreProcess {
  readonly url: string
  readonly #process: ChildProcess
  readonly #port: DynamoDbPort

  private constructor(process: ChildProcess, url: string) {
    this.#process = process
    this.url = url
    this.#port = openEndpoint({ endpoint: url }, {}).connect()
  }

  static async start(tables: readonly string[]): Promise<StoreProcess> {
    const named = tables.flatMap((table) => ['--table', table])
    const child = spawn(process.execPath, ['--import', 'tsx', SERVER, '--port', '0', ...named], {
      cwd: ROOT,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /^listening on (\S+)$/.exec(line)?.[1]
      if (url !== undefined) return new StoreProcess(child, url)
    }
    throw new Error('dynalite ended before it listened')
  }

  async rows(table: string): Promise<Rows> {
    const rows = new Map<string, { version: string; value: string }>()
    let from: Awaited<ReturnType<DynamoDbPort['scan']>>['LastEvaluatedKey']
    do {
      const page = await this.#port.scan({
        TableName: table,
        ConsistentRead: true,
        ...(from && { ExclusiveStartKey: from }),
      })
      for (const item of page.Items ?? [])
        rows.set(String(item.pk?.S), { version: String(item.version?.N), value: String(item.value?.S) })
      from = page.LastEvaluatedKey
    } while (from !== undefined)
    return rows
  }

  /** It ends with its standard input, and would also if this process were killed. */
  async stop(): Promise<void> {
    this.#port.destroy()
    const exited = once(this.#process, 'exit')
    this.#process.stdin?.end()
    await exited
  }
}
