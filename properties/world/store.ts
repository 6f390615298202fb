// The store a world runs on: the memory store answering at port level, or embedded dynalite under the real SDK client.
// Behind the same gate, so a schedule means the same on both. Read next: world.ts.
import { stagingTableOf } from '../../impl/sinks/staged/staged.ts'
import { quiesce } from '../../impl/store/drain.ts'
import { EmbeddedDynalite } from '../../impl/store/dynalite.ts'
import { StoreGate } from '../../impl/store/gate.ts'
import { sdkGateClient } from '../../impl/store/gateSdkClient.ts'
import { MemoryStore } from '../../impl/store/memory/memoryStore.ts'
import type { SinkClient } from '../../impl/store/port.ts'
import { warmSdk } from '../../impl/store/sdkClient.ts'
import type { EmbeddedStore } from '../../impl/store/wire.ts'
import type { StoreKind } from './configuration.ts'

export const TABLE = 'sinkproof'
const TABLES = [TABLE, stagingTableOf(TABLE)]

export interface WorldStore {
  readonly kind: StoreKind
  readonly gate: StoreGate
  readonly backend: EmbeddedStore
  client(label: string): SinkClient
  reset(): void | Promise<void>
  /** Waits until nothing moves that needs no decision. */
  settle(): Promise<void>
}

/** Runs when the microtask queue is empty: without the SDK nothing else is on its way. */
const afterMicrotasks = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve))

export function memoryWorldStore(): WorldStore {
  const backend = new MemoryStore()
  for (const name of TABLES) backend.putTable({ name })
  const gate = new StoreGate(backend)
  return {
    kind: 'memory',
    gate,
    backend,
    client: (label) => gate.client(label),
    reset() {
      backend.reset()
      gate.reset()
    },
    settle: afterMicrotasks,
  }
}

/** `over`: the client in front of the gate; the SDK's, or the fast one. */
export async function dynaliteWorldStore(over = sdkGateClient): Promise<WorldStore> {
  const backend = new EmbeddedDynalite()
  for (const name of TABLES) await backend.putTable({ name })
  await warmSdk()
  const gate = new StoreGate(backend)
  return {
    kind: 'dynalite',
    gate,
    backend,
    client: (label) => over(gate, label),
    async reset() {
      await quiesce(gate)
      await backend.reset()
      gate.reset()
    },
    settle: () => quiesce(gate),
  }
}

export const worldStore = (kind: StoreKind): WorldStore | Promise<WorldStore> =>
  kind === 'memory' ? memoryWorldStore() : dynaliteWorldStore()
