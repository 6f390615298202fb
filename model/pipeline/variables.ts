// The pipeline's state, declared once: the packed layout, the range checks, the printed form and the lockstep's field
// list all come from here. Ghosts are kept for the guarantees only; the real pipeline has no such fields.
// Read next: pipeline.ts (the names by which rules speak of it), then source.ts, sink.ts, coordinator.ts, store.ts.
import { fifo, scalar, vector } from '../kernel/index.ts'
import { type Bounds, highestId, keyCount, mostFaults, recordCount } from './bounds.ts'
import type { DesignRow } from './sinks/designs.ts'

export const DOWN = 0
export const RUNNING = 1
export const FAILING = 2
export const CLOSING = 3

/** What the sink's task is in the middle of; 0 is idle. */
export const IDLE = 0
export const IN_FLUSH = 1
export const IN_SNAPSHOT = 2
export const IN_FINISH = 3
export const IN_CLOSE = 4
export const IN_ABORT = 5

export const NO_REQUEST = 0
export const SENT = 1
export const APPLIED = 2

export const OK = 1
export const UNPROCESSED = 2
export const ERROR = 3

/** Most zombies that can matter: each one comes from a fault and is itself a fault when it lands. */
export const zombieSlots = (b: Bounds): number =>
  (b.budgets.F3 ?? 0) === 0 || b.others === 0
    ? 0
    : Math.min(mostFaults(b), (b.budgets.F2d ?? 0) + (b.budgets.F2f ?? 0) + (b.budgets.F4 ?? 0))

export function pipelineVariables(b: Bounds, design: DesignRow) {
  const S = b.sources
  const V = recordCount(b)
  const K = keyCount(b)
  const ids = highestId(b)
  const budget = (n: number | undefined) => scalar(n ?? 0)
  const element = b.records + 1 + ids
  const channel = (s: number) => (s < S ? fifo(b.capacity, element) : fifo(0, 0))
  const acks = (t: number) => (t <= S ? fifo(ids, 2 * ids) : fifo(0, 0))
  const ordered = design.buffer === 'list' || design.buffer === 'keyed'
  return {
    job: scalar(CLOSING),
    // sources and channels
    offset: vector(S, b.records),
    ended: vector(S, 1),
    rpc: vector(S, ids),
    channel0: channel(0),
    channel1: channel(1),
    channel2: channel(2),
    // the sink's task: alignment, mail, snapshot
    aligning: scalar(S === 1 ? 0 : ids),
    blocked: vector(S, 1),
    endReceived: vector(S, 1),
    finished: scalar(1),
    doing: scalar(IN_ABORT),
    doingId: scalar(ids),
    acking: fifo(ids, ids),
    notified: scalar(ids),
    abortedId: scalar(ids),
    finalId: scalar(ids),
    // the sink: buffer, timer, the batch it is writing
    bufferList: ordered ? fifo(V, V) : fifo(0, 0),
    bufferSet: vector(V, design.buffer === 'hashSet' ? 1 : 0),
    hashOrder: scalar(design.buffer === 'hashSet' ? 1 : 0),
    armed: scalar(1),
    batch: vector(V, 1),
    backoff: scalar(b.backoffLevels),
    sleeping: scalar(1),
    // coordinator
    nextId: scalar(ids + 1),
    pending: scalar(ids),
    pendingOffset: vector(S, b.records),
    pendingBuffer: design.onSnapshot === 'copy' ? fifo(V, V) : fifo(0, 0),
    collected: vector(S + 1, 1),
    acks0: acks(0),
    acks1: acks(1),
    acks2: acks(2),
    acks3: acks(3),
    notices: fifo(2 + mostFaults(b), ids + (ids + 1) * (ids + 1)),
    completed: scalar(ids),
    completedOffset: vector(S, b.records),
    completedBuffer: design.onSnapshot === 'copy' ? fifo(V, V) : fifo(0, 0),
    // store and the requests on their way to it
    request: scalar(APPLIED),
    answer: scalar(ERROR),
    handedBack: vector(V, 1),
    table: vector(K, V),
    zombies: vector(zombieSlots(b), 2 ** V - 1),
    // budgets used
    usedF1: budget(b.budgets.F1),
    usedF2d: budget(b.budgets.F2d),
    usedF2f: budget(b.budgets.F2f),
    usedF3: budget(b.budgets.F3),
    usedF4: budget(b.budgets.F4),
    usedF5: budget(b.budgets.F5),
    usedF6: budget(b.budgets.F6),
    // ghosts
    newest: vector(K, V),
    changed: vector(V, 1),
    newestId: scalar(ids),
    pendingTaken: vector(S, b.records),
  }
}

/** Variables that exist for the guarantees alone: the lockstep does not look for them in the real pipeline. */
export const GHOSTS = ['newest', 'changed', 'newestId', 'pendingTaken'] as const
