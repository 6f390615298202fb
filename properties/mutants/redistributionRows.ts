// Mistakes of a restore: whose list state, whose channel state, from which offset.
// Read next: ../../impl/runtime/operatorState.ts, channelRedistribution.ts and sourceTask.ts beside it.

import type { SourceState } from '../../impl/runtime/checkpointStorage.ts'
import type { OperatorStateSnapshot } from '../../impl/runtime/operatorState.ts'
import { PROTOCOL, type Protocol } from '../../impl/runtime/protocol.ts'
import { type RecordLog, SourceTask, type Trigger } from '../../impl/runtime/sourceTask.ts'
import type { StoppingTaskEffect } from '../../impl/runtime/stopWithSavepoint.ts'
import type { CheckpointId } from '../../model/pipeline/ids.ts'
import type { Planted } from '../world/planted.ts'
import { type Mutant, mutantsOf, type Rows } from './mutant.ts'
import { aligned, calm, crashed, overtaken, parallel, refused, rescaled, rescaledUnaligned } from './settings.ts'

const protocol = (change: Partial<Protocol>): Planted => ({ protocol: change })
const { redistribute, redistributeChannels } = PROTOCOL

const eachEntry = (
  state: OperatorStateSnapshot,
  change: (elements: readonly unknown[]) => readonly unknown[],
): OperatorStateSnapshot =>
  Object.fromEntries(
    Object.entries(state).map(([name, { mode, elements }]) => [name, { mode, elements: change(elements) }]),
  )

/** Does not move its log. */
class StandingLog implements RecordLog {
  readonly #right: RecordLog

  constructor(right: RecordLog) {
    this.#right = right
  }
  next(): ReturnType<RecordLog['next']> {
    return this.#right.next()
  }
  position(): unknown {
    return this.#right.position()
  }
  seek(): void {}
}

const ROWS: Rows = {
  firstListOnly: {
    source: 'FLINK-26118',
    what: 'a rescaled restore reads the list of the first old subtask only',
    setting: rescaled('listStateBuffer'),
    patch: { real: protocol({ redistribute: (states, parallelism) => redistribute(states.slice(0, 1), parallelism) }) },
  },
  shuffledWithoutRescale: {
    source: 'FLINK-11618',
    what: 'list state changes its subtask though their number has not changed',
    setting: parallel('listStateBuffer'),
    patch: {
      real: protocol({ redistribute: (states, parallelism) => redistribute(states, parallelism).toReversed() }),
    },
  },
  everybodyRestoresAll: {
    source: 'flink-agents #824',
    what: 'split list state is given whole to every subtask',
    setting: parallel('listStateBuffer'),
    patch: {
      real: protocol({
        redistribute(states, parallelism) {
          const names = [...new Set(states.flatMap((state) => Object.keys(state)))]
          const all: OperatorStateSnapshot = Object.fromEntries(
            names.map((name) => [
              name,
              { mode: 'SPLIT_DISTRIBUTE', elements: states.flatMap((state) => state[name]?.elements ?? []) },
            ]),
          )
          return Array.from({ length: parallelism }, () => all)
        },
      }),
    },
  },
  lastElementLost: {
    source: 'classic',
    what: 'list state comes back without its last element',
    setting: crashed('listStateBuffer'),
    patch: {
      real: protocol({
        redistribute: (states, parallelism) =>
          redistribute(states, parallelism).map((state) => eachEntry(state, (elements) => elements.slice(0, -1))),
      }),
    },
  },
  channelStateInReverse: {
    source: 'FLINK-17564',
    what: 'records that were overtaken come back in another order',
    setting: overtaken('flushOnSnapshot'),
    patch: {
      real: protocol({
        redistributeChannels: (channels, rescale) =>
          redistributeChannels(channels, rescale).map((restored) =>
            restored.map((channel) => ({ ...channel, records: channel.records.toReversed() })),
          ),
      }),
    },
  },
  channelStateNotRestored: {
    source: 'classic',
    what: 'records that were overtaken are stored and not restored',
    setting: overtaken('flushOnSnapshot'),
    patch: { real: protocol({ redistributeChannels: (_, { newParallelism }) => new Array(newParallelism).fill([]) }) },
  },
  channelStateByOldPartition: {
    source: 'FLINK-31963',
    what: 'after a rescale channel state is looked for at the subtask of its old number, which may be gone',
    setting: rescaledUnaligned('listStateBuffer'),
    patch: {
      real: protocol({
        redistributeChannels: (channels, { newParallelism }) =>
          Array.from({ length: newParallelism }, (_, subtask) =>
            channels.filter((channel) => channel.subtask === subtask),
          ),
      }),
    },
  },
  channelStateToEverybody: {
    source: 'FLINK-35351',
    what: 'channel state is routed to every subtask',
    setting: rescaledUnaligned('listStateBuffer'),
    patch: {
      real: protocol({
        redistributeChannels: (channels, { newParallelism }) => Array.from({ length: newParallelism }, () => channels),
      }),
    },
  },
  offsetAfterBarrier: {
    source: 'FLINK-25256',
    what: 'the source stores an offset one past its barrier',
    setting: calm('flushOnSnapshot'),
    patch: {
      real: protocol({
        SourceTask: class extends SourceTask {
          override state(): SourceState {
            const state = super.state()
            return this.ended ? state : { ...state, offset: state.offset + 1 }
          }
        },
      }),
    },
  },
  readsFromTheStart: {
    source: 'classic',
    what: 'a restored source reads its log from the start, beside state that is not',
    setting: crashed('listStateBuffer'),
    patch: {
      real: protocol({
        SourceTask: class extends SourceTask {
          override restore(): void | Promise<void> {
            return super.restore(null)
          }
        },
      }),
    },
  },
  recordSkippedAtRestore: {
    source: 'classic',
    what: 'a restored source goes on one record too far',
    setting: refused('flushOnSnapshot'),
    patch: {
      real: protocol({
        SourceTask: class extends SourceTask {
          override restore(state: SourceState | null): void | Promise<void> {
            return super.restore(state === null ? null : { ...state, offset: state.offset + 1 })
          }
        },
      }),
    },
  },
  logNotSought: {
    source: 'classic',
    what: 'a restored source knows its offset, and its log stands where the last attempt left it',
    setting: refused('flushOnSnapshot'),
    patch: {
      real: { job: (right) => ({ ...right, logs: right.logs.map((log) => new StandingLog(log)) }) },
    },
  },
  endedSourceTakesNoPart: {
    source: 'classic',
    what: 'a source at its end answers no trigger any more',
    setting: calm('flushOnSnapshot'),
    patch: {
      real: protocol({
        SourceTask: class extends SourceTask {
          override tellTrigger(trigger: Trigger): void {
            if (!this.ended) super.tellTrigger(trigger)
          }
        },
      }),
    },
  },
  cancelMarkerLost: {
    source: 'FLINK-18238',
    what: 'a source that is told of the abort before its trigger forgets both, and sends nothing',
    setting: aligned('flushOnSnapshot'),
    patch: {
      real: protocol({
        SourceTask: class extends SourceTask {
          override toldAborted(id: CheckpointId): readonly StoppingTaskEffect[] {
            if (this.triggered?.id === id) this.forgetTrigger()
            return []
          }
        },
      }),
    },
  },
}

export const REDISTRIBUTION_MUTANTS: readonly Mutant[] = mutantsOf('runtime', ROWS)
