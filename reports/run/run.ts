// One run: everything that can be wrong is looked at before the first row is written (the store, the whole input, the
// table, the folder), then the pipeline runs to its end or to a stop.
// Read next: ../../impl/runtime/pipeline.ts, summary.ts, input.ts, table.ts.
import { resolve } from 'node:path'
import { FileCheckpointStorage } from '../../impl/runtime/fileCheckpointStorage.ts'
import type { Ended } from '../../impl/runtime/inOrder.ts'
import { Pipeline } from '../../impl/runtime/pipeline.ts'
import { FileRecordLog } from '../../impl/runtime/pipelineLog.ts'
import { RecordMapper } from '../../impl/runtime/sources/toRecord.ts'
import { encodedOnEntry } from '../../impl/sinks/designs.ts'
import { openEndpoint, type StoreEndpoint } from '../../impl/store/endpoint.ts'
import { UsageError } from '../exit.ts'
import type { Io } from '../io.ts'
import { counted } from '../numbers.ts'
import { Progress } from '../progress.ts'
import { isOfTheRun } from './failure.ts'
import { checkInput, inputLog } from './input.ts'
import type { Interrupt } from './interrupt.ts'
import { killSwitch } from './killSwitch.ts'
import type { RunOptions } from './options.ts'
import { RunFigures, type Summary, summaryLines } from './summary.ts'
import { prepareTable } from './table.ts'

export class Run {
  readonly #options: RunOptions
  readonly #io: Io
  readonly #interrupt: Interrupt
  readonly #progress: Progress
  readonly #figures: RunFigures
  readonly #endpoint: StoreEndpoint

  constructor(options: RunOptions, io: Io, environment: NodeJS.ProcessEnv, interrupt: Interrupt) {
    this.#options = options
    this.#io = io
    this.#interrupt = interrupt
    this.#progress = new Progress(io)
    this.#figures = new RunFigures(killSwitch(environment.SINKPROOF_KILL))
    this.#endpoint = reachable(options, environment)
  }

  async toTheEnd(): Promise<void> {
    // What is quick to see comes first; a table is only made for an input that can be used.
    const mayMake = this.#options.createTable || this.#options.endpoint === 'embedded'
    const found = mayMake ? null : await this.#prepareTable()
    const total = await this.#checkInput()
    if (this.#interrupt.asked) return this.#remark('stopped before anything was written')
    const tableId = found ?? (await this.#prepareTable())
    const fingerprint = this.#fingerprint(tableId)
    const storage = await FileCheckpointStorage.open({
      folder: this.#options.checkpoints,
      job: fingerprint,
      onStep: (step) => this.#figures.count(step),
      onWarning: (message) => this.#remark(message),
    })
    try {
      await this.#write(storage, fingerprint, total)
    } finally {
      await storage.close()
    }
  }

  async #checkInput(): Promise<number> {
    const { input, mapping } = this.#options
    const report = (done: number) => this.#progress.report({ stage: 'checking the input', done, unit: 'records' })
    const { records, forgottenKeys } = await checkInput(input, mapping, report, () => this.#interrupt.asked)
    if (forgottenKeys > 0)
      this.#remark(
        `${input}: more keys than the check remembers: ${counted(forgottenKeys)} times a key's last version was forgotten`,
      )
    return records
  }

  async #prepareTable(): Promise<string> {
    const { table, createTable, endpoint, design } = this.#options
    const embedded = endpoint === 'embedded'
    if (embedded) this.#remark('the embedded store is in memory: nothing is kept when this process ends')
    const port = this.#endpoint.connect()
    try {
      const ids: string[] = []
      for (const name of [table, ...(design.tablesBeside?.(table) ?? [])])
        ids.push(
          await prepareTable(port, {
            table: name,
            create: createTable || embedded,
            where: this.#endpoint.description,
          }),
        )
      return embedded ? 'in memory' : ids.join(' ')
    } finally {
      port.destroy()
    }
  }

  /** What a checkpoint must agree with: its positions and its "is written" are true of this input and this table only. */
  #fingerprint(tableId: string): string {
    const { input, mapping, table, design } = this.#options
    const endpoint = this.#endpoint.description
    return JSON.stringify({ input: resolve(input), ...mapping, table, tableId, design: design.name, endpoint })
  }

  async #write(storage: FileCheckpointStorage, fingerprint: string, total: number): Promise<void> {
    const { input, mapping, endpoint, restartFrom, design, transport } = this.#options
    if (endpoint === 'embedded' && (await storage.newest()) !== null)
      throw new UsageError(
        `${this.#options.checkpoints}: its checkpoints are of a table that was in memory and is gone. Use a new folder`,
      )
    if (restartFrom !== null) await storage.restartFrom(restartFrom)
    const log = new FileRecordLog(inputLog(input), new RecordMapper(input, mapping))
    try {
      const pipeline = await Pipeline.create({
        ...this.#options,
        design: transport === 'fast' ? encodedOnEntry(design) : design,
        log,
        storage,
        runId: storage.runId,
        fingerprint,
        connect: () => this.#endpoint.connect(),
        logger: { info: () => {}, warn: (message) => this.#remark(message) },
        onEvent: (event) => this.#figures.count(event),
        onTrouble: (error) => this.#figures.trouble(error),
      })
      this.#interrupt.onAsked(() => {
        this.#remark('stopping with a savepoint (Ctrl-C again ends at once)')
        pipeline.stop(this.#options.stopMode)
      })
      const ended = await this.#watched(pipeline, total)
      this.#report(pipeline, ended, total)
    } finally {
      await log.close()
    }
  }

  async #watched(pipeline: Pipeline, total: number): Promise<Ended> {
    const figures = this.#figures
    const show = () => {
      const done = pipeline.job.sources[0]?.offset ?? 0
      this.#progress.report({ stage: 'writing', done, total, unit: `records, ${figures.inProgress()}` })
    }
    figures.start()
    show()
    const timer = setInterval(show, 100)
    try {
      return await pipeline.run()
    } catch (error) {
      this.#progress.clear()
      throw isOfTheRun(error) ? figures.failed(error, pipeline.job.restored) : error
    } finally {
      clearInterval(timer)
      this.#progress.clear()
    }
  }

  #report(pipeline: Pipeline, ended: Ended, total: number): void {
    const { input, table, endpoint, design, parallelism, json } = this.#options
    const [source] = pipeline.job.sources
    const summary: Summary = {
      input,
      table,
      endpoint: this.#endpoint.description,
      design: design.name,
      parallelism,
      kept: endpoint !== 'embedded',
      ended: ended.type,
      savepoint: ended.type === 'stopped' ? ended.savepoint : null,
      total,
      ...this.#figures.summary(source?.offset ?? 0, pipeline.job.restored),
    }
    if (json) this.#io.out(JSON.stringify(summary))
    else for (const line of summaryLines(summary)) this.#io.out(line)
  }

  #remark(message: string): void {
    this.#progress.clear()
    this.#io.err(`sinkproof run: ${message}`)
  }
}

function reachable(options: RunOptions, environment: NodeJS.ProcessEnv): StoreEndpoint {
  const { endpoint, requestTimeoutMs, transport } = options
  try {
    return openEndpoint({ endpoint, requestTimeoutMs, transport }, environment)
  } catch (error) {
    throw new UsageError(`--${(error as Error).message}`)
  }
}
