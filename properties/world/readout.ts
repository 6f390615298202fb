// The real pipeline's state, read from the runtime's own queues, tasks and gates, in the plain form in which states are
// compared, printed and stored. It imports nothing of the model: agreement would prove nothing if both sides shared code.
// Read next: lockstep.ts.
import type { ChannelState, CompletedCheckpoint } from '../../impl/runtime/checkpointStorage.ts'
import type { PendingCheckpoint } from '../../impl/runtime/coordination/state.ts'
import type { Acknowledgement } from '../../impl/runtime/messages.ts'
import type { OperatorStateSnapshot } from '../../impl/runtime/operatorState.ts'
import { restoredRecord, type StoredRecord } from '../../impl/sinks/encodedRecord.ts'
import { type RequestReadout, readSink, type SinkReadout } from './readSink.ts'
import { epochsIn } from './stagedRows.ts'
import type { Rows } from './table.ts'
import type { World } from './world.ts'

export type Readout = Record<string, number | readonly number[]>

/** Sizes that the plain form needs: it pads vectors and numbers elements of channels. */
export interface Shape {
  readonly sources: number
  /** The most subtasks there can be. */
  readonly parallelism: number
  readonly recordsPerSource: number
  /** Highest checkpoint id. */
  readonly ids: number
  /** Checkpoints that can be pending at once. */
  readonly slots: number
  readonly zombies: number
  readonly buffer: 'none' | 'list' | 'hashSet' | 'keyed'
  /** Most requests in flight of a sink. */
  readonly inFlight: number
  /** Whether the buffer is copied into operator state. */
  readonly stateful: boolean
  /** Whether records go into a second table first. */
  readonly staged: boolean
  /** Whether barriers may overtake, whether the alignment has a timeout, and what else a mode has. */
  readonly overtaking: boolean
  readonly alternating: boolean
  readonly tracked: boolean
  /** Whether a task has anything to remember of barriers. */
  readonly gated: boolean
  readonly rescales: boolean
  readonly savepoints: boolean
  /** Whether the job may be stopped for a next version. */
  readonly updates: boolean
  /** Whether checkpoints may be damaged, so that an older one counts. */
  readonly tears: boolean
  /** Whether records add to their rows. */
  readonly adds: boolean
}

const DOWN = 0
const RUNNING = 1
const FAILING = 2
export function readout(world: World, shape: Shape, rows: Rows): Readout {
  const { table, sums } = rows
  const { job, budgets, configuration } = world
  const { sources: S, parallelism: P, slots } = shape
  const { running, coordinator } = job
  const kept = shape.tears ? world.storage.look() : NO_CHECKPOINTS
  const isDamaged = (checkpoint: CompletedCheckpoint | undefined) =>
    world.storage.isDamaged(checkpoint?.checkpointId) ? 1 : 0
  const completed = isDamaged(kept[0]) === 1 ? (kept[0] ?? null) : job.options.storage.newest()
  if (completed instanceof Promise) throw new Error('expected checkpoint storage in memory: the world has no disk')
  const perSource = (of: (source: number) => number) => Array.from({ length: S }, (_, source) => of(source))
  const pendings = coordinator.pending
  const pendingAt = (slot: number) => pendings[slot]
  const perSlot = (of: (pending: Pending) => readonly number[], width: number) => {
    const [only] = pendings
    if (slots === 1) return only === undefined ? zeros(width) : of(only)
    return Array.from({ length: slots }, (_, slot) => {
      const pending = pendingAt(slot)
      return pending === undefined ? zeros(width) : of(pending)
    }).flat()
  }
  const sinks = Array.from({ length: P }, (_, p) => readSink(world, shape, p))
  const perSink = (of: (sink: SinkReadout) => number) => sinks.map(of)
  const sinkOf = (c: number) => (c < S * P ? sinks[c % P] : undefined)
  const channel = (c: number) => {
    const queue = sinkOf(c)?.gate?.queues[Math.floor(c / P)]
    const held = shape.overtaking ? undefined : sinkOf(c)?.gate?.held[Math.floor(c / P)]
    if (queue === undefined) return NOTHING
    return held === undefined || held.length === 0 ? queue : [...queue, ...held]
  }
  const perRequest = (of: (request: RequestReadout) => number) =>
    shape.inFlight === 1
      ? sinks.map(({ requests }) => of(requests[0] as RequestReadout))
      : sinks.flatMap(({ requests }) => requests.map(of))
  const perChannel = (of: (source: number, sink: SinkReadout) => number) =>
    Array.from({ length: S }, (_, source) => sinks.map((sink) => of(source, sink))).flat()
  const acks = (t: number) =>
    (job.acknowledgements[t] ?? NOTHING_SENT).map((ack) => (ack.declined ? shape.ids + ack.id : ack.id))
  const { used } = budgets
  const pendingBuffer = (i: number) => {
    const pending = pendingAt(Math.floor(i / P))
    return shape.stateful && pending !== undefined ? bufferPending(world, pending, i % P) : NOTHING
  }
  const first = sinks[0] as SinkReadout
  // Spelled out: an object whose keys are computed is a slow dictionary, and this one is read at every step.
  const out: Readout = {
    job: running ? RUNNING : job.phase === 'down' ? DOWN : FAILING,
    offset: perSource((s) => (running ? (job.sources[s]?.offset ?? 0) : 0)),
    ended: perSource((s) => (running && job.sources[s]?.ended ? 1 : 0)),
    rpc: perSource((s) => job.sources[s]?.triggered?.id ?? 0),
    channel0: channel(0),
    channel1: channel(1),
    channel2: channel(2),
    channel3: channel(3),
    channel4: channel(4),
    channel5: channel(5),
    overdue: world.overdue,
    parallelism: shape.rescales ? job.parallelism : 0,
    endReceived: perChannel((source, sink) => (sink.endReceived[source] ? 1 : 0)),
    finished: perSink((sink) => sink.finished),
    doing: perSink((sink) => sink.doing),
    doingId: perSink((sink) => sink.doingId),
    acking0: first.acking,
    notified: perSink((sink) => sink.notified),
    lastBarrier: perSink((sink) => sink.lastBarrier),
    abortedIds0: first.abortedIds,
    maxAborted: perSink((sink) => sink.maxAborted),
    finalId: perSink((sink) => sink.finalId),
    closed: perSink((sink) => sink.closed),
    bufferList0: first.bufferList,
    bufferSet0: first.bufferSet,
    hashOrder: shape.buffer === 'hashSet' ? configuration.hashOrder : 0,
    armed: perSink((sink) => sink.armed),
    batch0: first.batch,
    backoff: perSink((sink) => sink.backoff),
    sleeping: perSink((sink) => sink.sleeping),
    nextId: coordinator.nextId,
    pending: perSlot(({ id }) => [id], 1),
    waiting: perSlot(
      ({ plan, collected }) =>
        Array.from({ length: S + P }, (_, t) => (plan.includes(t) && collected[t] === null ? 1 : 0)),
      S + P,
    ),
    pendingOffset: perSlot((pending) => perSource((s) => offsetPending(world, pending, s)), S),
    pendingBuffer0: pendingBuffer(0),
    pendingBuffer1: pendingBuffer(1),
    pendingBuffer2: pendingBuffer(2),
    pendingBuffer3: pendingBuffer(3),
    acks0: acks(0),
    acks1: acks(1),
    acks2: acks(2),
    acks3: acks(3),
    acks4: acks(4),
    notices0: first.notices,
    savepoints: budgets.savepoints,
    completed: completed?.checkpointId ?? 0,
    completedParallelism: shape.rescales ? (completed?.parallelism ?? 0) : 0,
    completedOffset: perSource((s) => completed?.sources[s]?.offset ?? 0),
    completedBuffer0: shape.stateful ? bufferIn(completed?.operatorState[0]) : NOTHING,
    request: perRequest(({ phase }) => phase),
    answer: perRequest(({ answer }) => answer),
    handedBack0: (first.requests[0] as RequestReadout).handedBack,
    table,
    zombies: zombies(world, shape.zombies),
    usedF1: used.F1,
    usedF2d: used.F2d,
    usedF2f: used.F2f,
    usedF3: used.F3,
    usedF4: used.F4,
    usedF5: used.F5,
    usedF6: used.F6,
    usedF7: used.F7,
    usedF8: used.F8,
    usedF9: used.F9,
    usedF10: used.F10,
  }
  if (shape.adds) out.sums = sums
  if (shape.updates) {
    const stop = running && job.isStopping ? job.stop : null
    out.stopMode = stop === null ? 0 : stop.mode === 'suspend' ? 1 : 2
    out.inputStopped = perSource((s) => {
      const source = job.sources[s]
      return stop !== null && source !== undefined && !source.ended && !source.isReading ? 1 : 0
    })
    out.highestStored = world.storage.highestId()
  }
  if (shape.tears) {
    const older = kept[1]
    out.olderRetained = older === undefined ? NOTHING : [older.checkpointId]
    out.olderParallelism = shape.rescales ? (older?.parallelism ?? 0) : 0
    out.olderOffset = perSource((s) => older?.sources[s]?.offset ?? 0)
    for (let p = 0; p < P && shape.stateful; p++) out[`olderBuffer${p}`] = bufferIn(older?.operatorState[p])
    for (let c = 0; c < S * P && shape.overtaking; c++)
      out[`olderChannel${c}`] = versionsIn(older?.channels, Math.floor(c / P), c % P)
    out.damaged = [isDamaged(kept[0]), isDamaged(older)]
    out.refused = world.refusal === null ? 0 : 1
  }
  if (shape.savepoints) out.isSavepoint = perSlot(({ kind }) => [kind === 'checkpoint' ? 0 : 1], 1)
  if (shape.gated) {
    out.latest = perSink((sink) => sink.gate?.latest ?? 0)
    out.over = perSink((sink) => sink.gate?.over ?? 0)
    out.target = perSink((sink) => sink.gate?.target ?? 0)
    out.aligned = perChannel((source, sink) => sink.gate?.aligned[source] ?? 0)
    out.blocked = perChannel((source, sink) => sink.gate?.blocked[source] ?? 0)
  }
  if (shape.overtaking) {
    out.capturing = perChannel((source, sink) => sink.gate?.capturing[source] ?? 0)
    out.recovering = perChannel((source, sink) => sink.recovering[source] ?? 0)
    for (let c = 0; c < S * P; c++) {
      out[`held${c}`] = sinkOf(c)?.gate?.held[Math.floor(c / P)] ?? NOTHING
      out[`pendingChannel${c}`] = channelPending(world, pendingAt(0), Math.floor(c / P), c % P)
      out[`completedChannel${c}`] = versionsIn(completed?.channels, Math.floor(c / P), c % P)
    }
  }
  if (shape.alternating) {
    out.overtaking = perSink((sink) => sink.gate?.overtaking ?? 0)
    out.alignmentTimer = perSink((sink) => sink.gate?.alignmentTimer ?? 0)
    out.seen = perChannel((source, sink) => sink.gate?.seen[source] ?? 0)
    out.announced = perChannel((source, sink) => sink.gate?.announced[source] ?? 0)
  }
  if (shape.tracked)
    for (let p = 0; p < P; p++) {
      out[`gateQueue${p}`] = sinks[p]?.gate?.ids ?? NOTHING
      out[`gateCounted${p}`] = sinks[p]?.gate?.counted ?? NOTHING
    }
  if (shape.staged) {
    out.opening = perSink(({ staging }) => staging.opening)
    out.sending = perSink(({ staging }) => staging.sending)
    out.stagedRows = rows.staged
    out.closedBy = rows.staged.map((_, r) =>
      sinks.reduce((by, { staging }) => by || (staging.closedBy.get(r + 1) ?? 0), 0),
    )
    for (const [p, { staging }] of sinks.entries()) {
      out[`staged${p}`] = staging.staged
      out[`closedEpochs${p}`] = staging.closedEpochs
      out[`publishing${p}`] = staging.publishing
    }
  }
  if (shape.inFlight > 1) {
    out.limit = perSink((sink) => sink.limit)
    out.adding = perSink((sink) => sink.adding)
    out.nested = perSink((sink) => sink.nested)
    if (shape.overtaking) out.inSnapshot = perSink((sink) => sink.inSnapshot)
  }
  for (let at = 0; at < P * shape.inFlight; at++) {
    const request = sinks[Math.floor(at / shape.inFlight)]?.requests[at % shape.inFlight]
    if (at > 0) out[`handedBack${at}`] = request?.handedBack ?? NOTHING
    if (shape.inFlight > 1) out[`flight${at}`] = request?.entries ?? NOTHING
  }
  for (let p = 1; p < P; p++) {
    const sink = sinks[p] as SinkReadout
    out[`acking${p}`] = sink.acking
    out[`abortedIds${p}`] = sink.abortedIds
    out[`bufferList${p}`] = sink.bufferList
    out[`bufferSet${p}`] = sink.bufferSet
    out[`batch${p}`] = sink.batch
    out[`notices${p}`] = sink.notices
    out[`completedBuffer${p}`] = shape.stateful ? bufferIn(completed?.operatorState[p]) : NOTHING
  }
  return out
}

type Pending = PendingCheckpoint<Acknowledgement>

/** One list for each length: read at every step, changed by nobody. */
const ZEROS: (readonly number[])[] = []
function zeros(length: number): readonly number[] {
  ZEROS[length] ??= new Array<number>(length).fill(0)
  return ZEROS[length] as readonly number[]
}

const NOTHING: readonly number[] = []
const NO_CHECKPOINTS: readonly CompletedCheckpoint[] = []
const NOTHING_SENT: readonly Acknowledgement[] = []

/** The snapshot of a task for a pending checkpoint, wherever it is: on its way, or collected. */
function acknowledgementOf(world: World, pending: Pending, task: number) {
  const matches = (message: Acknowledgement | null) =>
    message !== null && message.id === pending.id && message.attempt === pending.attempt && !message.declined
  return (
    [pending.collected[task]?.state ?? null, ...(world.job.acknowledgements[task] ?? [])].find(matches) ?? undefined
  )
}

const offsetPending = (world: World, pending: Pending, source: number): number =>
  acknowledgementOf(world, pending, source)?.source?.offset ?? 0

function bufferPending(world: World, pending: Pending, p: number): readonly number[] {
  const { job } = world
  const open = job.subtasks[p]?.checkpoints.snapshots.find((snapshot) => snapshot.id === pending.id)
  return bufferIn(open?.state ?? acknowledgementOf(world, pending, job.sources.length + p)?.sink ?? undefined)
}

function bufferIn(state: Readonly<Record<string, { readonly elements: readonly unknown[] }>> | undefined): number[] {
  const one = (element: unknown) => Number(restoredRecord(element as StoredRecord).id)
  if (state?.['unpublished-epochs'] !== undefined)
    return epochsIn(state as OperatorStateSnapshot).flatMap(({ records }) => records.map(({ id }) => Number(id)))
  const whole = state?.writer_raw_states?.elements
  if (whole !== undefined)
    return whole.flatMap((element) => (element as { records: readonly unknown[] }).records.map(one))
  return (state?.['buffered-records']?.elements ?? []).map(one)
}

/** Records a barrier has overtaken on one channel, for a pending checkpoint: being captured, on their way, or collected. */
function channelPending(world: World, pending: Pending | undefined, source: number, p: number): readonly number[] {
  if (pending === undefined) return NOTHING
  const { job } = world
  const capturing = job.subtasks[p]?.channelStates.of(pending.id)[source]
  if (capturing !== undefined) return capturing.map(({ version }) => version)
  return versionsIn(acknowledgementOf(world, pending, job.sources.length + p)?.channels, source, p)
}

const versionsIn = (states: readonly ChannelState[] | undefined, source: number, p: number): readonly number[] =>
  states?.find((state) => state.source === source && state.subtask === p)?.records.map(({ version }) => version) ??
  NOTHING

/** As what they would still do, largest first, padded. */
function zombies({ store, afterlife }: World, slots: number): number[] {
  const sets = store.gate.zombies.map(afterlife)
  sets.sort((a, b) => b - a)
  while (sets.length < slots) sets.push(0)
  return sets
}
