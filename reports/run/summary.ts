// What a run counts while it runs, and what it says at its end.
// Read next: command.ts.
import type { CompletedCheckpoint } from '../../impl/runtime/checkpointStorage.ts'
import type { OnRunEvent, RunEvent } from '../../impl/runtime/pipelineEvents.ts'
import { counted, secondsText } from '../numbers.ts'
import { failureLine, RunFailedError } from './failure.ts'

export interface Counts {
  /** Checkpoint this run went on from, and the records before it. */
  readonly restoredFrom: number | null
  readonly recordsBefore: number
  /** Records of this run; rows the store took; requests sent for them and how many had to be sent again. */
  readonly records: number
  readonly rows: number
  readonly requests: number
  readonly retries: number
  readonly checkpoints: number
  readonly seconds: number
  readonly recordsPerSecond: number
}

export interface Summary extends Counts {
  readonly input: string
  readonly table: string
  readonly endpoint: string
  readonly design: string
  readonly parallelism: number
  readonly ended: 'finished' | 'stopped'
  readonly savepoint: number | null
  /** False where the rows end with this process. */
  readonly kept: boolean
  /** Records in the input. */
  readonly total: number
}

export class RunFigures {
  readonly #onEvent: OnRunEvent
  #startedMs = 0
  readonly #counts = new Map<RunEvent, number>()
  #trouble: string | null = null

  constructor(onEvent: OnRunEvent) {
    this.#onEvent = onEvent
  }

  /** From here on time counts: the check of the input is not part of the rate. */
  start(): void {
    this.#startedMs = performance.now()
  }

  count(event: RunEvent): void {
    this.#counts.set(event, this.#of(event) + 1)
    if (event === 'answer') this.#trouble = null
    this.#onEvent(event)
  }

  /** Shown until the next answer: a store that is away looks like a run that hangs. */
  trouble({ name, message }: Error): void {
    this.#trouble = `${name}${message ? `: ${message}` : ''}`
  }

  inProgress(): string {
    const figures = `${counted(this.#of('stored'))} checkpoints, ${counted(this.#of('retry'))} retries`
    return this.#trouble === null ? figures : `${figures} (${this.#trouble.replace(/\s+/g, ' ').slice(0, 80)})`
  }

  summary(offset: number, restored: CompletedCheckpoint | null): Counts {
    const seconds = (performance.now() - this.#startedMs) / 1000
    const recordsBefore = restored?.sources[0]?.offset ?? 0
    const records = offset - recordsBefore
    return {
      restoredFrom: restored?.checkpointId ?? null,
      recordsBefore,
      records,
      rows: this.#of('row'),
      requests: this.#of('request'),
      retries: this.#of('retry'),
      checkpoints: this.#of('stored'),
      seconds,
      recordsPerSecond: records / seconds,
    }
  }

  /** The error with what it means for the next start. */
  failed(error: Error, restored: CompletedCheckpoint | null): RunFailedError {
    const from =
      this.#of('stored') > 0 || restored !== null ? 'goes on from the newest checkpoint' : 'begins at the first record'
    return new RunFailedError(`${failureLine(error) ?? error.message}. The run has ended; the next start ${from}`, {
      cause: error,
    })
  }

  #of(event: RunEvent): number {
    return this.#counts.get(event) ?? 0
  }
}

export function summaryLines(summary: Summary): string[] {
  const { records, rows, requests, retries, checkpoints, seconds, recordsPerSecond } = summary
  const place = summary.recordsBefore + records
  const lines = [
    `${summary.input} -> table ${summary.table} at ${summary.endpoint}, ${summary.design}, parallelism ${summary.parallelism}`,
    `${counted(records)} records in ${secondsText(seconds)}, ${counted(recordsPerSecond)}/s; ` +
      `${counted(rows)} rows written in ${counted(requests)} requests, ${counted(retries)} retries; ${counted(checkpoints)} checkpoints`,
  ]
  if (summary.restoredFrom !== null)
    lines.push(`went on from checkpoint ${summary.restoredFrom}, after record ${counted(summary.recordsBefore)}`)
  if (summary.ended === 'stopped')
    lines.push(
      `stopped after record ${counted(place)} of ${counted(summary.total)} with savepoint ${summary.savepoint}; ` +
        (summary.kept ? 'the same command goes on from there' : 'its rows were in memory and are gone'),
    )
  return lines
}
