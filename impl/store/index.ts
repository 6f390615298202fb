// The door of the stores: what sinks, the world and the command line may import.
// A store answers wire requests (memory, embedded dynalite); the gate stands between a client and a store and lets a
// test decide what happens to each request; a port is what a sink is given.
export { quiesce } from './drain.ts'
export { EmbeddedDynalite } from './dynalite.ts'
export { type DynaliteServer, startDynaliteServer } from './dynaliteServer.ts'
export { EncodedWrite } from './encodedWrite.ts'
export { type EndpointFlags, openEndpoint, type StoreEndpoint } from './endpoint.ts'
export { fastGateClient } from './fastGateClient.ts'
export {
  type AppliedWrite,
  type GateClient,
  type GateItem,
  type GateOptions,
  type GateRequest,
  type Outcome,
  type RefusalName,
  StoreGate,
} from './gate.ts'
export { sdkGateClient } from './gateSdkClient.ts'
export { DIFFERENCES, type Difference, UNPROBED } from './memory/differences.ts'
export { MemoryStore } from './memory/memoryStore.ts'
export { UnsupportedByMemoryStore } from './memory/refusal.ts'
export type { DynamoDbPort, SinkClient } from './port.ts'
export { backendPort } from './portWire.ts'
export { sameItem } from './sameItem.ts'
export { handlerPort, sdkPort, warmSdk } from './sdkClient.ts'
export { StoreError } from './storeError.ts'
export type {
  AttributeValue,
  EmbeddedStore,
  Item,
  KeyAttribute,
  SyncBackend,
  TableShape,
  WireBackend,
  WireOperation,
  WireRequest,
  WireResponse,
} from './wire.ts'
