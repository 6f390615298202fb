// The sink's host in a run: real time, a counted client for the attempt and another for close() after a failover, and a
// word to the run's observer when the sink is inside a snapshot or about to be notified.
// Read next: embeddedHost.ts, pipelineEvents.ts.
import type { CheckpointId } from '../../model/pipeline/ids.ts'
import { EmbeddedHost, type EmbeddedHostOptions } from './embeddedHost.ts'
import type { OperatorStateSnapshot } from './operatorState.ts'
import type { PipelineOptions } from './pipeline.ts'
import { RunClient } from './pipelineClient.ts'
import type { OnRunEvent } from './pipelineEvents.ts'
import type { SinkHost } from './sinkHost.ts'
import { SystemTime } from './systemTime.ts'

export function runHost(options: PipelineOptions, subtask: number, attempt: number, wake: () => void): SinkHost {
  const { design, table, flushIntervalMs, parallelism, runId, logger, onEvent, connect, onTrouble } = options
  const clients = new Map<boolean, RunClient>()
  return new ObservedHost(
    {
      sink: design.create({ table, flushIntervalMs }),
      subtask,
      parallelism,
      attempt,
      runId,
      time: new SystemTime(wake),
      // Jitter only.
      random: Math.random,
      logger,
      client: (closing) => {
        const client = new RunClient(connect(), onEvent, onTrouble)
        clients.set(closing, client)
        return client
      },
      cutOff: (closing) => clients.get(closing)?.cutOff(),
    },
    onEvent,
  )
}

/** Says when a sink is inside a snapshot or about to be notified. */
class ObservedHost extends EmbeddedHost {
  readonly #onEvent: OnRunEvent

  constructor(options: EmbeddedHostOptions, onEvent: OnRunEvent) {
    super(options)
    this.#onEvent = onEvent
  }

  override checkpoint(id: CheckpointId): OperatorStateSnapshot | Promise<OperatorStateSnapshot> {
    const taken = super.checkpoint(id)
    this.#onEvent('snapshot')
    return taken
  }

  override notify(id: CheckpointId): void | Promise<void> {
    this.#onEvent('notify')
    return super.notify(id)
  }
}
