// The ways to stand at the gate: memory or dynalite behind it; in front no client, the real SDK client or the fast one.
// Tests of the gate run on each and must see the same. Read next: gate.test.ts, gateOrders.test.ts.
import { quiesce } from './drain.ts'
import { EmbeddedDynalite } from './dynalite.ts'
import { fastGateClient } from './fastGateClient.ts'
import { type GateClient, StoreGate } from './gate.ts'
import { sdkGateClient, tunedSdkGateClient } from './gateSdkClient.ts'
import { MemoryStore } from './memory/memoryStore.ts'
import type { EmbeddedStore } from './wire.ts'

export interface Bench {
  readonly gate: StoreGate
  readonly store: EmbeddedStore
  client(label: string): GateClient
  /** Lets sends reach the gate and answers reach their promises. */
  settle(): Promise<void>
}

export const LEVELS: readonly { readonly name: string; make(): Promise<Bench> }[] = [
  { name: 'memory, no SDK', make: () => bench(new MemoryStore(), null) },
  { name: 'memory under the SDK', make: () => bench(new MemoryStore(), sdkGateClient) },
  { name: 'dynalite, no SDK', make: () => bench(new EmbeddedDynalite(), null) },
  { name: 'dynalite under the SDK', make: () => bench(new EmbeddedDynalite(), sdkGateClient) },
  { name: 'memory under the tuned SDK', make: () => bench(new MemoryStore(), tunedSdkGateClient) },
  { name: 'dynalite under the tuned SDK', make: () => bench(new EmbeddedDynalite(), tunedSdkGateClient) },
  { name: 'memory under the fast client', make: () => bench(new MemoryStore(), fastGateClient) },
  { name: 'dynalite under the fast client', make: () => bench(new EmbeddedDynalite(), fastGateClient) },
]

async function bench(
  store: EmbeddedStore,
  over: ((gate: StoreGate, label: string) => GateClient) | null,
): Promise<Bench> {
  await store.putTable({ name: 'ttt' })
  await store.putTable({ name: 'ttt.staged' })
  const gate = new StoreGate(store)
  return {
    gate,
    store,
    client: (label) => (over === null ? gate.client(label) : over(gate, label)),
    settle: () => quiesce(gate),
  }
}
