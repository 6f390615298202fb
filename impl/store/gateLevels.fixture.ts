// The four ways to stand at the gate: memory or dynalite behind it, with or without the real SDK client in front.
// Tests of the gate run on each and must see the same. Read next: gate.test.ts, gateOrders.test.ts.
import { quiesce } from './drain.ts'
import { EmbeddedDynalite } from './dynalite.ts'
import { type GateClient, StoreGate } from './gate.ts'
import { sdkGateClient } from './gateSdkClient.ts'
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
  { name: 'memory, no SDK', make: () => bench(new MemoryStore(), false) },
  { name: 'memory under the SDK', make: () => bench(new MemoryStore(), true) },
  { name: 'dynalite, no SDK', make: () => bench(new EmbeddedDynalite(), false) },
  { name: 'dynalite under the SDK', make: () => bench(new EmbeddedDynalite(), true) },
]

async function bench(store: EmbeddedStore, sdk: boolean): Promise<Bench> {
  await store.putTable({ name: 'ttt' })
  await store.putTable({ name: 'uuu' })
  const gate = new StoreGate(store)
  return {
    gate,
    store,
    client: (label) => (sdk ? sdkGateClient(gate, label) : gate.client(label)),
    settle: () => quiesce(gate),
  }
}
