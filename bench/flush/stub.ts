// The stub store as the suite has it: started, asked for what came, and ended. Read next: stubServer.mjs.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface Came {
  readonly requests: number
  /** Of the bodies. */
  readonly bytes: number
  /** 0 where it was not told to look. */
  readonly records: number
}

export class Stub {
  readonly url: URL
  readonly #process: ChildProcess

  private constructor(process: ChildProcess, port: number) {
    this.#process = process
    this.url = new URL(`http://127.0.0.1:${port}/`)
  }

  /** `root`: of the package; the program runs bundled, the server from its file. */
  static async start(root: string): Promise<Stub> {
    const child = fork(join(root, 'bench', 'flush', 'stubServer.mjs'), {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const [{ port }] = (await once(child, 'message')) as [{ port: number }]
    return new Stub(child, port)
  }

  /** What came since the last call; from now on it counts anew, and counts records where `looking`. */
  async came(looking: boolean): Promise<Came> {
    const answered = once(this.#process, 'message')
    this.#process.send({ looking })
    const [came] = (await answered) as [Came]
    return came
  }

  async close(): Promise<void> {
    const ended = once(this.#process, 'exit')
    this.#process.disconnect()
    await ended
  }
}
