// Mistakes of sink authors, each a class or a buffer in the place of the design's own.
// Read next: sinkParts.ts (what they are built from), epochSink.ts and epochRows.ts (sinks that commit by epoch).

import { HashSetBuffer } from '../../impl/sinks/buffers/hashSetBuffer.ts'
import { KeyedBuffer } from '../../impl/sinks/buffers/keyedBuffer.ts'
import { ListBuffer } from '../../impl/sinks/buffers/listBuffer.ts'
import { FlushOnSnapshotSink, ListStateSink } from '../../impl/sinks/checkpointedSinks.ts'
import { DynamoDbSyncSink } from '../../impl/sinks/dynamoDbSyncSink.ts'
import type {
  FunctionInitializationContext,
  FunctionSnapshotContext,
  ListState,
  SinkRecord,
} from '../../impl/sinks/interfaces.ts'
import { type Mutant, mutantsOf, type Rows } from './mutant.ts'
import {
  aborted,
  calm,
  crashed,
  crashedLater,
  manyRecords,
  parallel,
  refused,
  refusedTwice,
  twoKeys,
  unanswered,
} from './settings.ts'
import { recordOfItem, SleeplessTime, sinkOf, withClient } from './sinkParts.ts'

const STATE = 'buffered-records'

const ROWS: Rows = {
  flushNotAwaited: {
    source: 'FLINK-24041',
    what: 'snapshotState starts the flush and does not wait for it',
    setting: refused('flushOnSnapshot'),
    patch: {
      real: {
        sink: sinkOf(
          class extends FlushOnSnapshotSink {
            override snapshotState(): Promise<void> {
              void this.format.flush()
              return Promise.resolve()
            }
          },
        ),
      },
    },
  },
  flushesFullBatchesOnly: {
    source: 'FLINK-24041',
    what: 'snapshotState writes full batches and leaves the rest for later',
    setting: calm('flushOnSnapshot'),
    patch: {
      real: {
        sink: sinkOf(
          class extends FlushOnSnapshotSink {
            override snapshotState(): Promise<void> {
              return this.format.buffer.size < this.options.batchLimit ? Promise.resolve() : this.format.flush()
            }
          },
        ),
      },
    },
  },
  noCheckpointedFunction: {
    source: 'FLINK-20552',
    what: 'a buffering sink that takes no part in snapshots',
    setting: calm('flushOnSnapshot'),
    patch: { real: { sink: sinkOf(DynamoDbSyncSink) } },
  },
  bufferNotInState: {
    source: 'FLINK-25943',
    what: 'the snapshot leaves the buffer out',
    setting: calm('listStateBuffer'),
    patch: {
      real: {
        sink: sinkOf(
          class extends ListStateSink {
            override snapshotState(): void {}
          },
        ),
      },
    },
  },
  inFlightNotInState: {
    source: 'FLINK-26417',
    what: 'writes go on in the background, and the snapshot has only what has not been sent',
    setting: refused('listStateBuffer'),
    patch: {
      real: {
        sink: sinkOf(
          class extends ListStateSink {
            override invoke(record: SinkRecord): void {
              void super.invoke(record)
            }
          },
        ),
      },
    },
  },
  overlappingFlush: {
    source: 'floci #3471',
    what: 'a flush under way is taken for the flush of the snapshot',
    setting: refused('flushOnSnapshot'),
    patch: {
      real: {
        sink: sinkOf(
          class extends FlushOnSnapshotSink {
            override invoke(record: SinkRecord): void {
              void super.invoke(record)
            }
            override snapshotState(context: FunctionSnapshotContext): Promise<void> {
              return this.format.writing.records.length > 0 ? Promise.resolve() : super.snapshotState(context)
            }
          },
        ),
      },
    },
  },
  unprocessedIgnored: {
    source: 'risingwave #25985',
    what: 'UnprocessedItems are taken for written',
    setting: refused('flushOnSnapshot'),
    patch: {
      real: withClient((client) => ({
        ...client,
        batchWriteItem: async (input) => ({ ...(await client.batchWriteItem(input)), UnprocessedItems: {} }),
      })),
    },
  },
  errorSwallowed: {
    source: 'FLINK-31305',
    what: 'a failed write is logged and forgotten',
    setting: refused('flushOnSnapshot'),
    patch: {
      real: withClient((client) => ({
        ...client,
        batchWriteItem: (input) => client.batchWriteItem(input).catch(() => ({})),
      })),
    },
  },
  secondFailureForgotten: {
    source: 'FLINK-23896',
    what: 'a batch is given up when its retry fails as well',
    setting: refusedTwice('flushOnSnapshot'),
    patch: {
      real: withClient((client) => {
        let failures = 0
        return {
          ...client,
          async batchWriteItem(input) {
            try {
              const answer = await client.batchWriteItem(input)
              failures = Object.keys(answer.UnprocessedItems ?? {}).length === 0 ? 0 : failures + 1
              return failures < 2 ? answer : {}
            } catch (error) {
              failures++
              if (failures < 2) throw error
              failures = 0
              return {}
            }
          },
        }
      }),
    },
  },
  retryForgetsOrder: {
    source: 'classic',
    what: 'what was handed back goes to the end of the buffer, behind newer writes of its key',
    setting: refused('flushOnSnapshot'),
    patch: {
      real: {
        sink(settings) {
          const sink = sinkOf(FlushOnSnapshotSink)(settings)
          const open = sink.open?.bind(sink)
          sink.open = (context) =>
            open?.({
              ...context,
              client: {
                ...context.client,
                async batchWriteItem(input) {
                  const answer = await context.client.batchWriteItem(input)
                  for (const back of Object.values(answer.UnprocessedItems ?? {}).flat())
                    sink.format?.buffer.add(recordOfItem(back.PutRequest?.Item ?? {}))
                  return {}
                },
              },
            })
          return sink
        },
      },
    },
  },
  wholeBatchAgain: {
    source: 'aws-kinesisanalytics-flink-connectors #18',
    what: 'the whole batch is sent again when a part of it was handed back',
    setting: twoKeys('flushOnSnapshot'),
    patch: {
      real: withClient((client) => ({
        ...client,
        async batchWriteItem(input) {
          const answer = await client.batchWriteItem(input)
          const again = Object.keys(answer.UnprocessedItems ?? {}).length > 0
          return again ? { UnprocessedItems: input.RequestItems } : answer
        },
      })),
    },
  },
  backOffNeverEnds: {
    source: 'FLINK-25846',
    what: 'the retry waits for a timer that nobody fires',
    setting: refused('flushOnSnapshot'),
    patch: {
      real: {
        host: (right) => ({ ...right, time: new SleeplessTime(right.time) }),
      },
    },
  },
  restOfBufferForgotten: {
    source: 'FLINK-24041',
    what: 'one batch is taken and the rest of the buffer thrown away',
    setting: calm('flushOnSnapshot'),
    patch: {
      real: {
        sink: sinkOf(
          FlushOnSnapshotSink,
          () =>
            new (class extends ListBuffer {
              override takeBatch(limit: number): SinkRecord[] {
                const batch = super.takeBatch(limit)
                this.clear()
                return batch
              }
            })(),
        ),
      },
    },
  },
  newestFirst: {
    source: 'classic',
    what: 'the buffer is a stack',
    setting: calm('flushOnSnapshot'),
    patch: {
      real: {
        sink: sinkOf(
          FlushOnSnapshotSink,
          () =>
            new (class extends ListBuffer {
              override takeBatch(limit: number): SinkRecord[] {
                const turned = this.records().toReversed()
                this.clear()
                for (const record of turned) this.add(record)
                const batch = super.takeBatch(limit)
                const rest = this.records().toReversed()
                this.clear()
                for (const record of rest) this.add(record)
                return batch
              }
            })(),
        ),
      },
    },
  },
  hashSetBuffer: {
    source: 'classic',
    what: 'a HashSet holds the records, and gives them back in an order of its own',
    setting: calm('flushOnSnapshot'),
    patch: {
      real: {
        sink: sinkOf(FlushOnSnapshotSink, ({ hashOrder = () => 0 }) => new HashSetBuffer({ order: hashOrder })),
      },
    },
  },
  equalByKey: {
    source: 'classic',
    what: 'a HashSet whose elements are equal when their keys are: the older write stays',
    setting: calm('flushOnSnapshot'),
    patch: {
      real: { sink: sinkOf(FlushOnSnapshotSink, () => new HashSetBuffer({ equality: 'key', order: () => 0 })) },
    },
  },
  dedupeKeepsOlder: {
    source: 'classic',
    what: 'of two writes of a key the buffer keeps the older',
    setting: calm('flushOnSnapshotKeyed'),
    patch: {
      real: {
        sink: sinkOf(
          FlushOnSnapshotSink,
          () =>
            new (class extends KeyedBuffer {
              override add(record: SinkRecord): boolean {
                return this.records().some(({ key }) => key === record.key) ? false : super.add(record)
              }
            })(),
        ),
      },
    },
  },
  keyNotEscaped: {
    source: 'risingwave #25985',
    what: 'the parts of a key are joined so that two keys become one',
    setting: twoKeys('flushOnSnapshotKeyed'),
    patch: {
      real: {
        sink: sinkOf(
          FlushOnSnapshotSink,
          () =>
            new (class extends KeyedBuffer {
              override add(record: SinkRecord): boolean {
                const joined = (key: string) => key.replaceAll(/\d/g, '')
                const held = this.records().filter(({ key }) => joined(key) !== joined(record.key))
                this.clear()
                for (const other of held) super.add(other)
                return super.add(record)
              }
            })(),
        ),
      },
    },
  },
  objectReused: {
    source: 'classic',
    what: 'records are copied into one object that is used again, and the buffer keeps the reference',
    setting: twoKeys('flushOnSnapshot'),
    patch: {
      real: {
        sink: sinkOf(
          class extends FlushOnSnapshotSink {
            readonly #reused = { key: '', version: 0, id: '', value: '' }
            override invoke(record: SinkRecord): void | Promise<void> {
              return super.invoke(Object.assign(this.#reused, record))
            }
          },
        ),
      },
    },
  },
  repeatedKeyInBatch: {
    source: 'classic',
    what: 'a key stands twice in a request, which the store refuses for ever',
    setting: calm('flushOnSnapshot'),
    patch: {
      real: {
        mayBeRefused: true,
        sink: sinkOf(
          FlushOnSnapshotSink,
          () =>
            new (class extends ListBuffer {
              override takeBatch(limit: number): SinkRecord[] {
                const all = [...this.records()]
                this.clear()
                for (const record of all.slice(limit)) this.add(record)
                return all.slice(0, limit)
              }
            })(),
        ),
      },
    },
  },
  twentySixInABatch: {
    source: 'classic',
    what: 'the limit of a request is missed by one',
    setting: manyRecords('flushOnSnapshot'),
    patch: {
      real: {
        mayBeRefused: true,
        sink: sinkOf(
          FlushOnSnapshotSink,
          () =>
            new (class extends ListBuffer {
              override get size(): number {
                return Math.max(0, super.size - 1)
              }
              override get isEmpty(): boolean {
                return this.records().length === 0
              }
              override takeBatch(limit: number): SinkRecord[] {
                const all = [...this.records()]
                this.clear()
                for (const record of all.slice(limit + 1)) this.add(record)
                return all.slice(0, limit + 1)
              }
            })(),
        ),
      },
    },
  },
  writesInCloseOnly: {
    source: 'classic',
    what: 'the buffer is written in close(), which a job that ends well calls last and a dead one never',
    setting: calm('flushOnSnapshot'),
    patch: {
      real: { sink: sinkOf(DynamoDbSyncSink, undefined, { flushWhenFull: false, onFinish: 'drop', onClose: 'write' }) },
    },
  },
  writesInFinishOnly: {
    source: 'classic',
    what: 'the buffer is written in finish(), after checkpoints that cover it',
    setting: calm('flushOnSnapshot'),
    patch: { real: { sink: sinkOf(DynamoDbSyncSink, undefined, { flushWhenFull: false }) } },
  },
  finishDoesNotFlush: {
    source: 'FLINK-21453',
    what: 'finish() releases the buffer and does not write it',
    setting: calm('listStateBuffer'),
    patch: {
      real: {
        sink: sinkOf(
          class extends ListStateSink {
            override finish(): void {
              this.format.discard()
            }
          },
        ),
      },
    },
  },
  firstRecordAgain: {
    source: 'FLINK-24131',
    what: 'finish() writes the first record once more',
    setting: calm('flushOnSnapshot'),
    patch: {
      real: {
        sink: sinkOf(
          class extends FlushOnSnapshotSink {
            #first: SinkRecord | undefined
            override invoke(record: SinkRecord): void | Promise<void> {
              this.#first ??= record
              return super.invoke(record)
            }
            override finish(): void | Promise<void> {
              if (this.#first !== undefined) this.format.buffer.add(this.#first)
              return super.finish()
            }
          },
        ),
      },
    },
  },
  abortDiscards: {
    source: 'classic',
    what: 'an aborted checkpoint throws the buffer away',
    setting: aborted('listStateBuffer'),
    patch: {
      real: {
        sink: sinkOf(
          class extends ListStateSink {
            notifyCheckpointAborted(): void {
              this.format.discard()
            }
          },
        ),
      },
    },
  },
  notifyTrusted: {
    source: 'classic',
    what: 'a notified checkpoint is taken for written, and the buffer thrown away',
    setting: calm('listStateBuffer'),
    patch: {
      real: {
        sink: sinkOf(
          class extends ListStateSink {
            notifyCheckpointComplete(): void {
              this.format.discard()
            }
          },
        ),
      },
    },
  },
  stateNotRestored: {
    source: 'classic',
    what: 'initializeState declares its state and does not read it',
    setting: crashed('listStateBuffer'),
    patch: {
      real: {
        sink: sinkOf(
          class extends ListStateSink {
            override initializeState(context: FunctionInitializationContext): void {
              super.initializeState(context)
              this.format.buffer.clear()
            }
          },
        ),
      },
    },
  },
  stateNotCleared: {
    source: 'classic',
    what: 'each snapshot adds to the list state what is buffered, and clears nothing',
    setting: crashedLater('listStateBuffer'),
    patch: {
      real: {
        sink: sinkOf(
          class extends ListStateSink {
            #own: ListState<SinkRecord> | undefined
            override initializeState(context: FunctionInitializationContext): void {
              super.initializeState(context)
              this.#own = context.operatorState.listState<SinkRecord>(STATE)
            }
            override snapshotState(): void {
              this.#own?.addAll(this.format.buffer.records())
            }
          },
        ),
      },
    },
  },
  unionNotFiltered: {
    source: 'flink-agents #824',
    what: 'union list state: each subtask restores the records of all',
    setting: parallel('listStateBuffer'),
    patch: {
      real: {
        sink: sinkOf(
          class extends DynamoDbSyncSink {
            #own: ListState<SinkRecord> | undefined
            initializeState(context: FunctionInitializationContext): void {
              this.#own = context.operatorState.unionListState<SinkRecord>(STATE)
              for (const record of this.#own.get()) this.format.buffer.add(record)
            }
            snapshotState(): void {
              this.#own?.update(this.format.buffer.records())
            }
          },
        ),
      },
    },
  },
  timerLostAfterRestore: {
    source: 'FLINK-29827',
    what: 'a restored buffer has no timer until the next record comes',
    setting: crashed('listStateBuffer'),
    patch: {
      real: {
        sink: sinkOf(
          class extends ListStateSink {
            override open(context: Parameters<ListStateSink['open']>[0]): void {
              const restored = [...this.format.buffer.records()]
              this.format.buffer.clear()
              super.open(context)
              for (const record of restored) this.format.buffer.add(record)
            }
          },
        ),
      },
    },
  },
  timeoutIsSuccess: {
    source: 'classic',
    what: 'a request whose answer did not come in time counts as written',
    setting: unanswered('flushOnSnapshot'),
    patch: {
      real: withClient((client) => ({
        ...client,
        batchWriteItem: (input) =>
          client.batchWriteItem(input).catch((error: unknown) => {
            if (error instanceof Error && error.name === 'TimeoutError') return {}
            throw error
          }),
      })),
    },
  },
}

export const SINK_MUTANTS: readonly Mutant[] = mutantsOf('sink', ROWS)
