// Mistakes of a task around its sink: when it acknowledges, what it restores, what it is told.
// Read next: relayHost.ts, ../../impl/runtime/subtask.ts.
import type { OperatorStateSnapshot } from '../../impl/runtime/operatorState.ts'
import type { Restored, SinkHost } from '../../impl/runtime/sinkHost.ts'
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'
import type { CheckpointId } from '../../model/pipeline/ids.ts'
import type { Planted } from '../world/planted.ts'
import { type Mutant, mutantsOf, type Rows } from './mutant.ts'
import { RelayHost } from './relayHost.ts'
import { aborted, calm, crashed, refused } from './settings.ts'

/** Outside of what is written down: calls are judged as the task makes them. */
const hosts = (host: new (right: SinkHost) => SinkHost): Planted => ({
  job: (right) => ({ ...right, host: (subtask, attempt) => new host(right.host(subtask, attempt)) }),
})

const ROWS: Rows = {
  acknowledgedBeforeSnapshot: {
    source: 'classic',
    what: 'the acknowledgement does not wait for snapshotState',
    setting: calm('flushOnSnapshot'),
    patch: {
      real: hosts(
        class extends RelayHost {
          override checkpoint(id: CheckpointId): OperatorStateSnapshot {
            void this.right.checkpoint(id)
            return {}
          }
        },
      ),
    },
  },
  stateByReference: {
    source: 'FLINK-9263',
    what: 'the snapshot is the live list, which goes on changing until somebody reads it',
    setting: refused('listStateBuffer'),
    patch: {
      real: hosts(
        class extends RelayHost {
          override checkpoint(id: CheckpointId): OperatorStateSnapshot | Promise<OperatorStateSnapshot> {
            const taken = this.right.checkpoint(id)
            if (taken instanceof Promise) return taken
            return Object.fromEntries(
              Object.entries(taken).map(([name, { mode }]) => [name, new LiveEntry(mode, this.right)]),
            )
          }
        },
      ),
    },
  },
  restoredWithoutState: {
    source: 'classic',
    what: 'the state is in the checkpoint and the task starts without it',
    setting: crashed('listStateBuffer'),
    patch: {
      real: hosts(
        class extends RelayHost {
          override open(restored: Restored | null): void | Promise<void> {
            return this.right.open(restored === null ? null : { ...restored, state: {} })
          }
        },
      ),
    },
  },
  notifyUnfiltered: {
    source: 'FLINK-21080',
    what: 'the newest completed id that comes with an abort is delivered again',
    setting: aborted('flushOnSnapshot'),
    patch: {
      real: hosts(
        class extends RelayHost {
          #notified: CheckpointId | null = null
          override notify(id: CheckpointId): void | Promise<void> {
            this.#notified = id
            return this.right.notify(id)
          }
          override abort(id: CheckpointId): void | Promise<void> {
            if (this.#notified !== null) void this.right.notify(this.#notified)
            return this.right.abort(id)
          }
        },
      ),
    },
  },
  recordTakenTwice: {
    source: 'classic',
    what: 'the record before a barrier is handed to the sink again after it',
    setting: calm('flushOnSnapshot'),
    patch: {
      real: hosts(
        class extends RelayHost {
          #last: SinkRecord | null = null
          override write(record: SinkRecord): void | Promise<void> {
            const again = this.#last
            this.#last = null
            const written = this.right.write(record)
            if (again === null) return written
            return written === undefined ? this.right.write(again) : written.then(() => this.right.write(again))
          }
          override checkpoint(id: CheckpointId): OperatorStateSnapshot | Promise<OperatorStateSnapshot> {
            this.#last = this.right.insight()?.buffered.at(-1) ?? null
            return this.right.checkpoint(id)
          }
        },
      ),
    },
  },
}

class LiveEntry {
  readonly mode: OperatorStateSnapshot[string]['mode']
  readonly #host: SinkHost

  constructor(mode: OperatorStateSnapshot[string]['mode'], host: SinkHost) {
    this.mode = mode
    this.#host = host
  }
  get elements(): readonly unknown[] {
    return this.#host.insight()?.buffered ?? []
  }
}

export const TASK_MUTANTS: readonly Mutant[] = mutantsOf('runtime', ROWS)
