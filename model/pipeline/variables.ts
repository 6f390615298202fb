// The pipeline's state, declared once: the packed layout, the range checks, the printed form and the lockstep's field
// list all come from here. What a mode or a design does not need is declared with no room and costs no bits. Ghosts are
// kept for the guarantees only; the real pipeline has no such fields.
// Read next: pipeline.ts (the names by which rules speak of it), then source.ts, sink.ts, coordinator.ts, store.ts.
import { type FifoDeclaration, fifo, scalar, type VectorDeclaration, vector } from '../kernel/index.ts'
import { type Bounds, highestId, keyCount, mostCrashes, mostFaults, recordCount } from './bounds.ts'
import { gateVariables } from './gates/index.ts'
import { batchLimitOf, type DesignRow, keepsBuffer, mayRepeatKey } from './sinks/designs.ts'
import { adds, forgetsVersions, mostAdded } from './workloads.ts'

export const DOWN = 0
export const RUNNING = 1
export const FAILING = 2

/** What a sink's task is in the middle of; 0 is idle. */
export const IDLE = 0
export const IN_FLUSH = 1
export const IN_SNAPSHOT = 2
export const IN_FINISH = 3
export const IN_CLOSE = 4
export const IN_ABORT = 5

export const WITH_CHANNEL_STATE = 1
export const STATE_LOST = 2

export const NO_REQUEST = 0
export const SENT = 1
export const APPLIED = 2

export const OK = 1
export const UNPROCESSED = 2
export const ERROR = 3
/** The store refuses the request for good: it repeats a key. */
export const REJECTED = 4
/** To a read: there is no such row, or none as new. */
export const ABSENT = 4

/** What a staging sink has at the store; 0 is nothing. */
export const STAGE = 1
export const LOAD = 2
export const WRITE = 3
export const VERIFY = 4
export const REMOVE = 5
export const SCAN = 6

/** Timers that may run inside the waits of one another: a bound of the search, as of every run beside it. */
export const MOST_NESTED = 2

/** Of a staging sink: a write, the staging of rows, their removal. */
const ZOMBIE_KINDS = 3

/** Most zombies that can matter: timeouts and crashes leave them, and one more fault must be left for one to land. */
export const zombieSlots = (b: Bounds, { inFlight }: Pick<DesignRow, 'inFlight'>): number => {
  const { F3 = 0, F4 = 0 } = b.budgets
  if (F3 === 0 || b.others === 0) return 0
  return Math.min(F4, b.others - 1) + b.parallelism * inFlight * mostCrashes(b)
}

/** Most checkpoints and savepoints pending at once. Savepoints are forced, and so beyond the limit, with aligned barriers. */
export const pendingSlots = (b: Bounds): number => (keepsChannelState(b) ? 1 : b.concurrency + b.savepoints)

/** Where records can stay in a channel beyond a checkpoint: barriers overtake them. */
export const keepsChannelState = ({ alignment }: Bounds): boolean =>
  alignment === 'unaligned' || alignment === 'alternating'

const NONE = fifo(0, 0)
type Index = 0 | 1 | 2 | 3 | 4 | 5
type Family<Name extends string, Declaration, Indices extends Index> = {
  readonly [K in `${Name}${Indices}`]: Declaration
}
/** `name0`, `name1`, ...: one variable each, as many as the type says; those beyond `count` have no room. */
function family<Name extends string, Declaration, Indices extends Index>(
  name: Name,
  indices: readonly Indices[],
  of: (index: number) => Declaration,
): Family<Name, Declaration, Indices> {
  return Object.fromEntries(indices.map((i) => [`${name}${i}`, of(i)])) as Family<Name, Declaration, Indices>
}
export const CHANNELS = [0, 1, 2, 3, 4, 5] as const
export const SINKS = [0, 1, 2, 3] as const
export const TASKS = [0, 1, 2, 3, 4] as const
export const SLOTS = [0, 1, 2] as const

export function pipelineVariables(b: Bounds, design: DesignRow) {
  const S = b.sources
  const P = b.parallelism
  const V = recordCount(b)
  const K = keyCount(b)
  const ids = highestId(b)
  const slots = pendingSlots(b)
  const overtaking = keepsChannelState(b)
  const rescales = (b.budgets.F7 ?? 0) > 0
  const budget = (n: number | undefined) => scalar(n ?? 0)
  const copies = keepsBuffer(design)
  const updates = (b.budgets.F8 ?? 0) > 0
  const tears = (b.budgets.F9 ?? 0) > 0
  const R = design.inFlight
  const { staged } = design
  const awaited = R === 1
  const perRequest = <Name extends string, Declaration>(name: Name, of: Declaration, none: Declaration) =>
    family(name, SINKS, (i) => (i < P * R ? of : none))
  const element = b.records + 1 + 3 * ids
  const perChannel = <Name extends string>(name: Name, of: FifoDeclaration) =>
    family(name, CHANNELS, (c) => (c < S * P ? of : NONE))
  const perSink = <Name extends string, Declaration extends FifoDeclaration | VectorDeclaration>(
    name: Name,
    of: Declaration,
    none: Declaration,
  ) => family(name, SINKS, (p) => (p < P ? of : none))
  const ordered = design.buffer === 'list' || design.buffer === 'keyed'
  return {
    job: scalar(FAILING),
    // sources and channels
    offset: vector(S, b.records),
    ended: vector(S, 1),
    rpc: vector(S, ids),
    ...perChannel('channel', fifo(overtaking ? Math.max(b.capacity, b.records) + 1 : b.capacity, element)),
    ...perChannel('held', overtaking ? fifo(b.capacity, element) : NONE),
    capturing: vector(overtaking ? S * P : 0, ids),
    announced: vector(b.alignment === 'alternating' ? S * P : 0, 1),
    recovering: vector(overtaking ? S * P : 0, b.records),
    overdue: scalar(b.alignment === 'alternating' ? ids : 0),
    parallelism: scalar(rescales ? P : 0),
    ...gates(b, ids),
    noChannels: vector(0, 0),
    // each sink's task: mail, snapshot, notifications
    endReceived: vector(S * P, 1),
    finished: vector(P, 1),
    doing: vector(P, IN_ABORT),
    doingId: vector(P, ids),
    ...perSink('acking', fifo(ids, ids), NONE),
    notified: vector(P, ids),
    lastBarrier: vector(P, ids),
    ...perSink('abortedIds', fifo(b.concurrency, ids), NONE),
    maxAborted: vector(P, ids),
    // of a snapshot that waits: it has channel state, or an abort has dropped that
    inSnapshot: vector(overtaking && R > 1 ? P : 0, STATE_LOST),
    finalId: vector(P, ids),
    closed: vector(P, 1),
    // each sink: buffer, timer, the batch it is writing
    ...perSink('bufferList', ordered ? fifo(V, V) : NONE, NONE),
    ...perSink('bufferSet', vector(V, design.buffer === 'hashSet' ? 1 : 0), vector(0, 0)),
    hashOrder: scalar(design.buffer === 'hashSet' ? 1 : 0),
    armed: vector(P, 1),
    ...perSink('batch', vector(awaited ? V : 0, 1), vector(0, 0)),
    backoff: vector(awaited ? P : 0, b.backoffLevels),
    sleeping: vector(awaited ? P : 0, 1),
    // of a sink with several requests in flight: their entries, the rate limit, a record that waits for room
    ...perRequest('flight', awaited ? NONE : fifo(batchLimitOf(design, b), V), NONE),
    limit: vector(awaited ? 0 : P, batchLimitOf(design, b) * R),
    adding: vector(awaited ? 0 : P, V),
    nested: vector(awaited ? 0 : P, MOST_NESTED),
    // of a staging sink: the open epoch's records that are staged, closed epochs (and by what), what is being published;
    // whether open() is not through; what it has at the store; and which records have a row in the staging table
    ...perSink('staged', staged ? fifo(V, V) : NONE, NONE),
    ...perSink('closedEpochs', staged ? fifo(V, V) : NONE, NONE),
    closedBy: vector(staged ? V : 0, ids),
    ...perSink('publishing', staged ? fifo(V, V) : NONE, NONE),
    opening: vector(staged ? P : 0, 1),
    sending: vector(staged ? P : 0, SCAN),
    stagedRows: vector(staged ? V : 0, 1),
    // coordinator: what is pending, by slot, oldest first; its snapshot as far as the tasks have taken it
    nextId: scalar(ids + 1),
    pending: vector(slots, ids),
    isSavepoint: vector(b.savepoints > 0 ? slots : 0, 1),
    waiting: vector(slots * (S + P), 1),
    noRoom: NONE,
    pendingOffset: vector(slots * S, b.records),
    ...family('pendingBuffer', CHANNELS, (i) => (copies && i < slots * P ? fifo(V, V) : NONE)),
    ...perChannel('pendingChannel', overtaking ? fifo(b.records, b.records) : NONE),
    ...family('acks', TASKS, (t) => (t < S + P ? fifo(2 * ids, 2 * ids) : NONE)),
    ...perSink('notices', fifo(2 * slots + mostFaults(b), ids + (ids + 1) * (ids + 1)), NONE),
    savepoints: scalar(b.savepoints),
    completed: scalar(ids),
    completedParallelism: scalar(rescales ? P : 0),
    completedOffset: vector(S, b.records),
    ...perSink('completedBuffer', copies ? fifo(V, V) : NONE, NONE),
    ...perChannel('completedChannel', overtaking ? fifo(b.records, b.records) : NONE),
    // the checkpoint before the newest, where the newest may be damaged: which of the two is, and a restore's refusal
    olderRetained: tears ? fifo(1, ids) : NONE,
    olderParallelism: scalar(tears && rescales ? P : 0),
    olderOffset: vector(tears ? S : 0, b.records),
    ...perSink('olderBuffer', tears && copies ? fifo(V, V) : NONE, NONE),
    ...perChannel('olderChannel', tears && overtaking ? fifo(b.records, b.records) : NONE),
    damaged: vector(tears ? 2 : 0, 1),
    refused: scalar(tears ? 1 : 0),
    // a stop with savepoint: its mode, sources that have ended their data for it; and what ids of a next version start above
    stopMode: scalar(updates ? 2 : 0),
    inputStopped: vector(updates ? S : 0, 1),
    highestStored: scalar(updates ? ids : 0),
    // store and the requests on their way to it, by sink, and the oldest of a sink first
    request: vector(P * R, APPLIED),
    answer: vector(P * R, mayRepeatKey(design) || staged ? REJECTED : ERROR),
    ...perRequest('handedBack', vector(V, 1), vector(0, 0)),
    table: vector(K, V),
    sums: vector(adds(b) ? K : 0, adds(b) ? mostAdded(b) : 0),
    zombies: vector(zombieSlots(b, design), (staged ? ZOMBIE_KINDS : 1) * 2 ** V - 1),
    // budgets used
    usedF1: budget(b.budgets.F1),
    usedF2d: budget(b.budgets.F2d),
    usedF2f: budget(b.budgets.F2f),
    usedF3: budget(b.budgets.F3),
    usedF4: budget(b.budgets.F4),
    usedF5: budget(b.budgets.F5),
    usedF6: budget(b.budgets.F6),
    usedF7: budget(b.budgets.F7),
    usedF8: budget(b.budgets.F8),
    usedF9: budget(b.budgets.F9),
    usedF10: budget(b.budgets.F10),
    // ghosts
    newest: vector(K, V),
    lastSeen: vector(forgetsVersions(b, design) ? K : 0, V),
    changed: vector(V, 1),
    newestId: scalar(ids),
    pendingTaken: vector(slots * S * P, b.records),
    coveredOffset: vector(tears ? S : 0, b.records),
  }
}

/** Whether a task has anything to remember of barriers: with one channel and none that overtakes each comes in its turn. */
export const hasGate = (b: Bounds): boolean => b.sources > 1 || keepsChannelState(b)

/** Every subtask's gate: its numbers by subtask, its flags by channel, its queues each by name. */
function gates(b: Bounds, ids: number) {
  const { sources: S, parallelism: P } = b
  const one = gateVariables(b.alignment, S, ids)
  const has = hasGate(b)
  const number = ({ max }: { readonly max: number }) => vector(has && max > 0 ? P : 0, max)
  const flags = ({ length, max }: VectorDeclaration) => vector(has && length > 0 ? S * P : 0, max)
  const queue = (declared: FifoDeclaration) => (p: number) => (has && p < P ? declared : NONE)
  return {
    latest: number(one.latest),
    over: number(one.over),
    target: number(one.target),
    overtaking: number(one.overtaking),
    alignmentTimer: number(one.timer),
    aligned: flags(one.aligned),
    blocked: flags(one.blocked),
    seen: flags(one.announced),
    ...family('gateQueue', SINKS, queue(one.queue)),
    ...family('gateCounted', SINKS, queue(one.counted)),
  }
}

/** Variables that exist for the guarantees alone: the lockstep does not look for them in the real pipeline. */
export const GHOSTS = ['newest', 'lastSeen', 'changed', 'newestId', 'pendingTaken', 'coveredOffset'] as const
