// The real pipeline's state, read from the runtime's own queues, tasks and gates, in the plain form in which states are
// compared, printed and stored. It imports nothing of the model: agreement would prove nothing if both sides shared code.
// Read next: lockstep.ts.
import type { Acknowledgement, Element, Notice } from '../../impl/runtime/messages.ts'
import type { SinkSubtask } from '../../impl/runtime/subtask.ts'
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'
import type { GateRequest } from '../../impl/store/gate.ts'
import type { World } from './world.ts'

export type Readout = Record<string, number | readonly number[]>

/** Sizes that the plain form needs: it pads vectors and numbers elements of channels. */
export interface Shape {
  readonly sources: number
  readonly recordsPerSource: number
  readonly keys: number
  /** Highest checkpoint id. */
  readonly ids: number
  readonly zombies: number
  readonly buffer: 'none' | 'list' | 'hashSet' | 'keyed'
  /** Whether the buffer is copied into operator state. */
  readonly stateful: boolean
}

const DOWN = 0
const RUNNING = 1
const FAILING = 2
const CLOSING = 3
/** What a task is in the middle of, by the kind of mail that waits. */
const DOING = { open: 1, receive: 1, timer: 1, notify: 1, checkpoint: 2, finish: 3, close: 4, abort: 5 } as const
const ANSWERS = { none: 0, ok: 1, unprocessed: 2, refused: 3, torn: 3 } as const

const idOf = (record: SinkRecord): number => Number(record.id)

export function readout(world: World, shape: Shape, table: readonly number[]): Readout {
  const { job, store, budgets, configuration } = world
  const V = shape.sources * shape.recordsPerSource
  const S = shape.sources
  const subtask: SinkSubtask | undefined = job.subtasks[0]
  const running = job.running
  const closing = subtask?.mail?.kind === 'close'
  const insight = subtask?.host.insight() ?? null
  const request: GateRequest | undefined = store.gate.requests[0]
  const coordinator = job.coordinator
  const pendingId = coordinator.pending?.id ?? 0
  const completed = job.options.storage.newest()
  if (completed instanceof Promise) throw new Error('expected checkpoint storage in memory: the world has no disk')
  const perSource = (of: (source: number) => number) => Array.from({ length: S }, (_, source) => of(source))
  const bits = (records: Iterable<number>) => {
    const vector = new Array<number>(V).fill(0)
    for (const record of records) vector[record - 1] = 1
    return vector
  }
  const buffered = insight?.buffered ?? []
  const handedBack =
    request?.answer === 'unprocessed' ? request.unprocessed.map((i) => Number(request.items[i]?.attributes.id?.S)) : []
  const { used } = budgets
  const channel = (s: number) =>
    s < S && running ? (job.channels[s] ?? NOTHING_QUEUED).map((element) => elementNumber(element, shape)) : NOTHING
  const acks = (t: number) =>
    (job.acknowledgements[t] ?? NOTHING_SENT).map((ack) => (ack.declined ? shape.ids + ack.id : ack.id))
  return {
    job: running ? RUNNING : job.phase === 'down' ? DOWN : closing ? CLOSING : FAILING,
    offset: perSource((s) => (running ? (job.sources[s]?.offset ?? 0) : 0)),
    ended: perSource((s) => (running && job.sources[s]?.ended ? 1 : 0)),
    rpc: perSource((s) => job.sources[s]?.triggered ?? 0),
    aligning: running && subtask !== undefined && S > 1 ? aligning(subtask) : 0,
    blocked: perSource((s) => (running && subtask?.gate.blocked.includes(s) ? 1 : 0)),
    endReceived: perSource((s) => (running && subtask?.endReceived[s] ? 1 : 0)),
    finished: running && subtask?.finished ? 1 : 0,
    doing: subtask?.mail ? DOING[subtask.mail.kind] : 0,
    doingId: subtask?.mail?.kind === 'checkpoint' || subtask?.mail?.kind === 'abort' ? Number(subtask.mail.id) : 0,
    acking: subtask?.openSnapshots.map((open) => Number(open.id)) ?? [],
    notified: running ? (subtask?.latestNotified ?? 0) : 0,
    abortedId: running ? (subtask?.latestAborted ?? 0) : 0,
    finalId: running ? (subtask?.finalCheckpoint ?? 0) : 0,
    bufferList: shape.buffer === 'list' || shape.buffer === 'keyed' ? buffered.map(idOf) : [],
    bufferSet: shape.buffer === 'hashSet' ? bits(buffered.map(idOf)) : new Array<number>(V).fill(0),
    hashOrder: shape.buffer === 'hashSet' ? configuration.hashOrder : 0,
    armed: running && (subtask?.host.timers ?? 0) > 0 ? 1 : 0,
    batch: bits(insight?.writing.map(idOf) ?? []),
    backoff: running ? (insight?.backoffLevel ?? 0) : 0,
    sleeping: running && (subtask?.host.sleeps ?? 0) > 0 ? 1 : 0,
    nextId: coordinator.nextId,
    pending: pendingId,
    pendingOffset: perSource((s) => pendingOffset(world, s)),
    pendingBuffer: shape.stateful && pendingId !== 0 ? pendingBuffer(world) : [],
    collected:
      coordinator.pending?.collected.map((message) => (message === null ? 0 : 1)) ?? new Array<number>(S + 1).fill(0),
    notices: (job.notices[0] ?? []).map((notice) => noticeNumber(notice, shape.ids)),
    completed: completed?.checkpointId ?? 0,
    completedOffset: perSource((s) => completed?.sources[s]?.offset ?? 0),
    completedBuffer: shape.stateful ? bufferIn(completed?.operatorState[0]) : [],
    request: request === undefined ? 0 : request.phase === 'sent' ? 1 : 2,
    answer: request === undefined ? 0 : ANSWERS[request.answer],
    handedBack: bits(handedBack),
    table,
    zombies: zombies(store.gate.zombies, shape.zombies),
    // Spelled out: an object whose keys are computed is a slow dictionary, and this one is read at every step.
    channel0: channel(0),
    channel1: channel(1),
    channel2: channel(2),
    acks0: acks(0),
    acks1: acks(1),
    acks2: acks(2),
    acks3: acks(3),
    usedF1: used.F1,
    usedF2d: used.F2d,
    usedF2f: used.F2f,
    usedF3: used.F3,
    usedF4: used.F4,
    usedF5: used.F5,
    usedF6: used.F6,
  }
}

const NOTHING: readonly number[] = []
const NOTHING_QUEUED: readonly Element[] = []
const NOTHING_SENT: readonly Acknowledgement[] = []

const aligning = ({ gate }: SinkSubtask): number => (gate.latest !== gate.over && gate.latest > 0 ? gate.latest : 0)

/** The snapshot of a task for the pending checkpoint, wherever it is: still open, on its way, or collected. */
function pendingAcknowledgement(world: World, task: number) {
  const { pending } = world.job.coordinator
  if (pending === null) return undefined
  const matches = (message: { id: number; attempt: number } | null) =>
    message !== null && message.id === pending.id && message.attempt === pending.attempt
  return [pending.collected[task] ?? null, ...(world.job.acknowledgements[task] ?? [])].find(matches) ?? undefined
}

const pendingOffset = (world: World, source: number): number =>
  pendingAcknowledgement(world, source)?.source?.offset ?? 0

function pendingBuffer(world: World): number[] {
  const { job } = world
  const open = job.subtasks[0]?.openSnapshots.find((snapshot) => snapshot.id === job.coordinator.pending?.id)
  return bufferIn(open?.state ?? pendingAcknowledgement(world, job.sources.length)?.sink ?? undefined)
}

function bufferIn(state: Readonly<Record<string, { readonly elements: readonly unknown[] }>> | undefined): number[] {
  return (state?.['buffered-records']?.elements ?? []).map((record) => idOf(record as SinkRecord))
}

function elementNumber(element: Element, shape: Shape): number {
  if (element.type === 'record') return element.record.version
  return shape.recordsPerSource + 1 + (element.type === 'barrier' ? element.id : 0)
}

function noticeNumber(notice: Notice, ids: number): number {
  return notice.type === 'complete' ? notice.id : notice.id * (ids + 1) + notice.newestCompleted
}

/** As bit sets of record numbers, largest first, padded. */
function zombies(requests: readonly GateRequest[], slots: number): number[] {
  const sets = requests.map((request) =>
    request.items.reduce((set, item) => set | (1 << (Number(item.attributes.id?.S) - 1)), 0),
  )
  sets.sort((a, b) => b - a)
  while (sets.length < slots) sets.push(0)
  return sets
}
