// Mistakes below the sink: of the client between it and the table, and of the storage that checkpoints are committed to.
// Read next: ../../impl/store/port.ts, ../../impl/runtime/checkpointStorage.ts.
import { type CompletedCheckpoint, MemoryCheckpointStorage } from '../../impl/runtime/checkpointStorage.ts'
import type { SinkClient } from '../../impl/store/port.ts'
import type { Planted } from '../world/planted.ts'
import { type Mutant, mutantsOf, type Rows } from './mutant.ts'
import { aligned, crashed, crashedLater, overtaken, refused, savepoint, twoKeys } from './settings.ts'
import { withClient } from './sinkParts.ts'

const storage = (kind: new () => MemoryCheckpointStorage): Planted => ({ storage: () => new kind() })

/** What is stored is not what was handed over. */
const storing = (change: (checkpoint: CompletedCheckpoint) => CompletedCheckpoint): Planted =>
  storage(
    class extends MemoryCheckpointStorage {
      override store(checkpoint: CompletedCheckpoint): void {
        super.store(change(checkpoint))
      }
    },
  )

type Input = Parameters<SinkClient['batchWriteItem']>[0]
type Items = NonNullable<NonNullable<Input['RequestItems']>[string]>

const withItems = (input: Input, change: (items: Items) => Items): Input => ({
  ...input,
  RequestItems: Object.fromEntries(
    Object.entries(input.RequestItems ?? {}).map(([table, items]) => [table, change(items)]),
  ),
})

const ROWS: Rows = {
  answeredBeforeDurable: {
    source: 'FLINK-9113',
    what: 'a write is answered when it is in the client, and sent with the next one',
    setting: refused('flushOnSnapshot'),
    patch: {
      real: withClient((client) => {
        let held: Input | null = null
        return {
          ...client,
          async batchWriteItem(input) {
            const before = held
            held = input
            return before === null ? {} : client.batchWriteItem(before)
          },
        }
      }),
    },
  },
  lastItemCut: {
    source: 'classic',
    what: 'a request is cut one item short of its limit, and the rest is forgotten',
    setting: twoKeys('flushOnSnapshot'),
    patch: {
      real: withClient((client) => ({
        ...client,
        batchWriteItem: (input) =>
          client.batchWriteItem(withItems(input, (items) => (items.length > 1 ? items.slice(0, -1) : items))),
      })),
    },
  },
  tornIsSuccess: {
    source: 'FLINK-31305',
    what: 'an InternalServerError counts as written, though a part of the batch was not',
    setting: twoKeys('flushOnSnapshot'),
    patch: {
      real: withClient((client) => ({
        ...client,
        batchWriteItem: (input) =>
          client.batchWriteItem(input).catch((error: unknown) => {
            if (error instanceof Error && error.name === 'InternalServerError') return {}
            throw error
          }),
      })),
    },
  },
  cachedByKey: {
    source: 'classic',
    what: 'a key that was written once is taken from a cache of what the table has',
    setting: refused('flushOnSnapshot'),
    patch: {
      real: withClient((client) => {
        const written = new Set<string>()
        return {
          ...client,
          async batchWriteItem(input) {
            const keyOf = (item: Items[number]) => item.PutRequest?.Item?.pk?.S ?? ''
            const items = Object.values(input.RequestItems ?? {}).flat()
            if (items.every((item) => written.has(keyOf(item)))) return {}
            const answer = await client.batchWriteItem(input)
            for (const item of items) written.add(keyOf(item))
            return answer
          },
        }
      }),
    },
  },
  attemptNotFenced: {
    source: 'FLINK-7216',
    what: 'the clients of a dead attempt are not cut off: two attempts write',
    setting: refused('flushOnSnapshot'),
    patch: { real: { host: (right) => ({ ...right, cutOff: () => {} }) } },
  },
  olderRestored: {
    source: 'FLINK-22502',
    what: 'where the newest checkpoint cannot be read the one before it is taken without a word',
    setting: crashedLater('listStateBuffer'),
    patch: {
      real: storage(
        class extends MemoryCheckpointStorage {
          override newest(): CompletedCheckpoint | null {
            const id = this.ids().at(-2) ?? this.ids().at(-1)
            return id === undefined ? null : this.load(id)
          }
        },
      ),
    },
  },
  entryForgotten: {
    source: 'FLINK-7783',
    what: 'every second checkpoint is stored and its entry dropped',
    setting: crashedLater('listStateBuffer'),
    patch: {
      real: storage(
        class extends MemoryCheckpointStorage {
          override store(checkpoint: CompletedCheckpoint): void {
            if (checkpoint.checkpointId % 2 === 1) super.store(checkpoint)
          }
        },
      ),
    },
  },
  savepointIsNewest: {
    source: 'FLINK-10354',
    what: 'a restart takes whatever was stored last, savepoints too',
    setting: savepoint('listStateBuffer'),
    patch: {
      real: storage(
        class extends MemoryCheckpointStorage {
          #last: CompletedCheckpoint | null = null
          override store(checkpoint: CompletedCheckpoint): void {
            super.store(checkpoint)
            this.#last = checkpoint
          }
          override newest(): CompletedCheckpoint | null {
            return this.#last
          }
        },
      ),
    },
  },
  tornFileUnnoticed: {
    source: 'classic',
    what: 'the list state of a torn file ends where the file does',
    setting: crashed('listStateBuffer'),
    patch: {
      real: storing((checkpoint) => ({
        ...checkpoint,
        operatorState: checkpoint.operatorState.map((state) =>
          Object.fromEntries(
            Object.entries(state).map(([name, entry]) => [name, { ...entry, elements: entry.elements.slice(0, -1) }]),
          ),
        ),
      })),
    },
  },
  offsetsOfTheFirstSource: {
    source: 'classic',
    what: 'the offset of the first source is stored for all',
    setting: {
      ...aligned('flushOnSnapshot'),
      name: 'flushOnSnapshot, two channels, crashed',
      small: { ...aligned('flushOnSnapshot').small, others: 0, crashes: 1, budgets: { F2d: 1 } },
    },
    patch: {
      real: storing((checkpoint) => ({
        ...checkpoint,
        sources: checkpoint.sources.map((each) => checkpoint.sources[0] ?? each),
      })),
    },
  },
  channelsNotStored: {
    source: 'classic',
    what: 'channel state is acknowledged and not stored',
    setting: overtaken('flushOnSnapshot'),
    patch: { real: storing(({ channels: _, ...checkpoint }) => checkpoint) },
  },
}

export const STORE_MUTANTS: readonly Mutant[] = mutantsOf('store', ROWS)
