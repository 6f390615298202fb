// `sinkproof run` in this process, on a dynalite behind HTTP in this process, with what it prints kept.
// Read next: badInput.test.ts, run.test.ts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pc from 'picocolors'
import { type DynaliteServer, startDynaliteServer } from '../../impl/store/dynaliteServer.ts'
import type { Io } from '../io.ts'
import { runCommand } from './command.ts'

export interface Printed {
  readonly code: number
  readonly out: readonly string[]
  readonly err: readonly string[]
}

export class RunFixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'sinkproof-run-'))
  readonly server: DynaliteServer
  #made = 0

  private constructor(server: DynaliteServer) {
    this.server = server
  }

  static async start(): Promise<RunFixture> {
    const fixture = new RunFixture(await startDynaliteServer())
    await fixture.server.store.putTable({ name: 'prices' })
    return fixture
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  /** A name nobody used before. */
  fresh(name: string): string {
    return this.path(`${++this.#made}-${name}`)
  }

  file(name: string, content: string | Buffer): string {
    const path = this.fresh(name)
    writeFileSync(path, content)
    return path
  }

  /** The flags of a run that works, in a new checkpoint folder; those given replace or (undefined) remove them. */
  arguments(flags: Readonly<Record<string, string | true | undefined>>): string[] {
    const all: Record<string, string | true | undefined> = {
      key: 'symbol',
      version: 'day',
      table: 'prices',
      endpoint: this.server.url,
      ...flags,
      checkpoints: 'checkpoints' in flags ? flags.checkpoints : this.fresh('checkpoints'),
    }
    return Object.entries(all).flatMap(([name, value]) =>
      value === undefined ? [] : value === true ? [`--${name}`] : [`--${name}`, value],
    )
  }

  async run(flags: Readonly<Record<string, string | true | undefined>>, environment = {}): Promise<Printed> {
    const [out, err]: [string[], string[]] = [[], []]
    const io: Io = {
      out: (line) => void out.push(line),
      err: (line) => void err.push(line),
      live: null,
      colours: pc.createColors(false),
    }
    const code = await runCommand(this.arguments(flags), io, environment)
    return { code, out, err }
  }

  /** Key -> value, as the store has them. */
  async rows(table = 'prices'): Promise<Record<string, unknown>> {
    const items = await this.server.store.snapshot(table)
    return Object.fromEntries(items.map((item) => [String(item.pk?.S), JSON.parse(String(item.value?.S))]))
  }

  async stop(): Promise<void> {
    await this.server.close()
    rmSync(this.folder, { recursive: true })
  }
}
