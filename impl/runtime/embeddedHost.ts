// Hosts a sink of this project in this process: calls it in Flink's order (initializeState before open), gives it its
// context, keeps its operator state, and cuts it off when its attempt dies.
// Read next: subtask.ts.
import { attempt, type CheckpointId, subtaskIndex } from '../../model/pipeline/ids.ts'
import type { InspectableSink } from '../sinks/designs.ts'
import type { InvokeContext, Logger, ProcessingTimeService, RuntimeContext, SinkRecord } from '../sinks/interfaces.ts'
import type { SinkClient } from '../store/port.ts'
import { type OperatorStateSnapshot, SubtaskOperatorState } from './operatorState.ts'
import type { Restored, SinkHost, SinkInsight } from './sinkHost.ts'
import { whenOver } from './subtask.ts'
import { TaskMailbox } from './taskMailbox.ts'

/** Timers as a host fires them: virtual in the world, the system's in production (which fires by itself). */
export interface HostTime extends ProcessingTimeService {
  readonly timers: number
  readonly sleeps: number
  fireTimer(): void | Promise<void>
  wake(): void | Promise<void>
  cancel(): void
}

export interface EmbeddedHostOptions {
  readonly sink: InspectableSink
  readonly subtask: number
  readonly parallelism: number
  readonly attempt: number
  readonly runId: number
  readonly time: HostTime
  readonly random: () => number
  readonly logger: Logger
  /** A client under that label; `closing` asks for the one that close() writes with after a failover. */
  readonly client: (closing: boolean) => SinkClient
  /** Makes every call of a client hang for ever and turns its open requests into zombies. */
  readonly cutOff: (closing: boolean) => void
  /** Element serialiser of the operator state; default a JSON round trip. */
  readonly copy?: <T>(element: T) => T
}

export class EmbeddedHost implements SinkHost {
  failure: Error | null = null
  readonly #options: EmbeddedHostOptions
  readonly #sink: InspectableSink
  readonly #state: SubtaskOperatorState
  readonly #invokeContext: InvokeContext
  readonly #mailbox = new TaskMailbox((error) => {
    this.failure ??= error
  })
  #client: SinkClient
  #closing = false

  constructor(options: EmbeddedHostOptions) {
    this.#options = options
    this.#sink = options.sink
    this.#state = new SubtaskOperatorState(options.copy)
    this.#client = options.client(false)
    this.#invokeContext = new TaskInvokeContext(options.time)
  }

  open(restored: Restored | null): void | Promise<void> {
    if (restored !== null) this.#state.restore([restored.state])
    const initialized = this.#sink.initializeState?.({
      isRestored: restored !== null,
      restoredCheckpointId: restored?.checkpointId ?? null,
      operatorState: this.#state,
    })
    return then(initialized, () => this.#sink.open?.(this.#context()))
  }

  write(record: SinkRecord): void | Promise<void> {
    return this.#mailbox.call(() => this.#sink.invoke(record, this.#invokeContext))
  }

  checkpoint(id: CheckpointId): OperatorStateSnapshot | Promise<OperatorStateSnapshot> {
    return this.#mailbox.call(() => {
      const prepared = this.#sink.prepareSnapshotPreBarrier?.(id)
      const taken = then(prepared, () => this.#sink.snapshotState?.({ checkpointId: id, operatorState: this.#state }))
      return taken === undefined ? this.#state.snapshot() : taken.then(() => this.#state.snapshot())
    })
  }

  notify(id: CheckpointId): void | Promise<void> {
    return this.#mailbox.call(() => this.#sink.notifyCheckpointComplete?.(id))
  }

  abort(id: CheckpointId): void | Promise<void> {
    return this.#mailbox.call(() => this.#sink.notifyCheckpointAborted?.(id))
  }

  endInput(): void | Promise<void> {
    return this.#mailbox.call(() => this.#sink.finish?.())
  }

  fireTimer(): void | Promise<void> {
    return this.#mailbox.call(() => this.#options.time.fireTimer())
  }

  wake(): void {
    void this.#options.time.wake()
  }

  close(): void | Promise<void> {
    return whenOver(
      () => this.#sink.close?.(),
      () => this.#options.cutOff(this.#closing),
    )
  }

  crash(kind: 'death' | 'failover'): void {
    this.#options.cutOff(this.#closing)
    this.#options.time.cancel()
    this.#mailbox.cutOff()
    if (kind === 'death') return
    this.#closing = true
    this.#client = this.#options.client(true)
  }

  get timers(): number {
    return this.#options.time.timers
  }

  get yielding(): boolean {
    return this.#mailbox.yielding
  }

  get sleeps(): number {
    return this.#options.time.sleeps
  }

  insight(): SinkInsight | null {
    const { format } = this.#sink
    if (format !== undefined) {
      const { buffer, writing } = format
      const [inFlight, staging] = [null, null]
      return { buffered: buffer.records(), writing: writing.records, backoffLevel: writing.level, inFlight, staging }
    }
    const staging = this.#sink.stagedInsight?.()
    if (staging !== undefined) {
      const { unstaged, batch, level } = staging
      return { buffered: unstaged, writing: batch, backoffLevel: level, inFlight: null, staging }
    }
    const insight = this.#sink.insight?.()
    if (insight === undefined) return null
    const { buffered, inFlight, maxInFlightMessages, adding, waiting } = insight
    const requests = inFlight.map(({ records }) => records)
    const writing = adding === null ? requests.flat() : [...requests.flat(), adding]
    return {
      buffered,
      writing,
      backoffLevel: 0,
      inFlight: { requests, maxInFlightMessages, adding, waits: waiting.length },
      staging: null,
    }
  }

  #context(): RuntimeContext {
    const { subtask, parallelism, runId, time, random, logger } = this.#options
    return {
      subtaskIndex: subtaskIndex(subtask),
      parallelism,
      attempt: attempt(this.#options.attempt),
      runId,
      // Read at each call: after a failover close() writes with another client than the one that was cut off.
      client: {
        batchWriteItem: (input) => this.#client.batchWriteItem(input),
        putItem: (input) => this.#client.putItem(input),
        updateItem: (input) => this.#client.updateItem(input),
        transactWriteItems: (input) => this.#client.transactWriteItems(input),
        getItem: (input) => this.#client.getItem(input),
        scan: (input) => this.#client.scan(input),
        destroy: () => this.#client.destroy(),
      },
      processingTime: time,
      mailbox: this.#mailbox,
      random,
      logger,
      fail: (error) => {
        this.failure ??= error
      },
    }
  }
}

/** A class: a literal with a getter would give each host a hidden class of its own. */
class TaskInvokeContext implements InvokeContext {
  readonly timestamp = null
  readonly #time: HostTime

  constructor(time: HostTime) {
    this.#time = time
  }

  get currentProcessingTime(): number {
    return this.#time.now()
  }
}

/** Goes on at once where there is nothing to wait for: a sink that does not wait costs no turn of the event loop. */
function then(first: void | Promise<void>, next: () => void | Promise<void>): void | Promise<void> {
  return first === undefined ? next() : first.then(next)
}
