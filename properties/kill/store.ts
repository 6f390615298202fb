// dynalite in a process of its own, and what its tables hold: the one thing a killed run cannot take along. Given a
// folder it can be killed itself and started again with what it had taken.
// Read next: killedRun.ts.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openEndpoint } from '../../impl/store/endpoint.ts'
import type { DynamoDbPort } from '../../impl/store/port.ts'

/** Node's arguments that start the server from its sources. */
const FROM_SOURCES = ['--import', 'tsx', fileURLToPath(new URL('../../impl/store/dynaliteServer.ts', import.meta.url))]
/** Where `--import tsx` is found. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Key -> version and value of each row. */
export type Rows = ReadonlyMap<string, { readonly version: string; readonly value: string }>

export interface StoreOptions {
  /** Node's arguments that start it. */
  readonly program?: readonly string[]
  /** Folder in which its tables outlive it; without one they are in its memory. */
  readonly path?: string
}

export class StoreProcess {
  readonly url: string
  readonly #process: ChildProcess
  readonly #port: DynamoDbPort
  readonly #end: () => void

  private constructor(child: ChildProcess, url: string) {
    this.#process = child
    this.url = url
    this.#port = openEndpoint({ endpoint: url }, {}).connect()
    this.#end = () => void child.kill('SIGKILL')
    process.once('exit', this.#end)
  }

  static async start(
    tables: readonly string[],
    { program = FROM_SOURCES, path }: StoreOptions = {},
  ): Promise<StoreProcess> {
    const named = tables.flatMap((table) => ['--table', table])
    const kept = path === undefined ? [] : ['--path', path]
    const child = spawn(process.execPath, [...program, '--port', '0', ...kept, ...named], {
      cwd: ROOT,
      stdio: ['pipe', 'pipe', 'inherit'],
      // Ctrl-C at the terminal is for who started it.
      detached: true,
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
    await this.#ended(() => this.#process.stdin?.end())
  }

  /** As SIGKILL ends it: without a word, and with nothing flushed that was not. */
  async kill(): Promise<void> {
    await this.#ended(() => this.#process.kill('SIGKILL'))
  }

  async #ended(end: () => void): Promise<void> {
    this.#port.destroy()
    process.off('exit', this.#end)
    const exited = once(this.#process, 'exit')
    end()
    await exited
  }
}
