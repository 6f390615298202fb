// One subtask of the real pipeline as it is read for the comparison: its task, its sink as far as the host shows it, and
// the request it has at the store's gate. Imports nothing of the model. Read next: readout.ts.
import type { Notice } from '../../impl/runtime/messages.ts'
import type { RecordName } from '../../impl/runtime/sinkHost.ts'
import type { SinkSubtask } from '../../impl/runtime/subtask.ts'
import type { TaskCheckpoints } from '../../impl/runtime/taskCheckpointEvents.ts'
import type { StagedInsight, StagedRequest } from '../../impl/sinks/staged/insight.ts'
import type { GateItem, GateRequest } from '../../impl/store/gate.ts'
import { type GateReadout, readGate } from './readGate.ts'
import type { Shape } from './readout.ts'
import { requestOf } from './requests.ts'
import type { World } from './world.ts'

/** What a task is in the middle of, by the kind of mail that waits. */
const DOING = { open: 1, receive: 1, timer: 1, notify: 1, checkpoint: 2, finish: 3, close: 4, abort: 5 } as const
const ANSWERS = { none: 0, ok: 1, unprocessed: 2, refused: 3, torn: 3 } as const
const REJECTED = 4
const ABSENT = 4
/** What a staging sink has at the store; housekeeping is over before anybody looks. */
const SENDING: Readonly<Partial<Record<StagedRequest, number>>> = {
  stage: 1,
  load: 2,
  write: 3,
  verify: 4,
  remove: 5,
  scan: 6,
}
/** What has become of the channel state of a snapshot that waits. */
const IN_SNAPSHOT = { none: 0, capturing: 1, captured: 1, lost: 2 } as const

const idOf = (record: RecordName): number => Number(record.id)

export interface SinkReadout {
  readonly gate: GateReadout | null
  /** By source. */
  readonly recovering: readonly number[]
  readonly endReceived: readonly boolean[]
  readonly finished: number
  readonly doing: number
  readonly doingId: number
  readonly acking: readonly number[]
  readonly notices: readonly number[]
  readonly notified: number
  readonly lastBarrier: number
  /** Oldest first. */
  readonly abortedIds: readonly number[]
  readonly maxAborted: number
  readonly inSnapshot: number
  readonly finalId: number
  readonly closed: number
  readonly bufferList: readonly number[]
  readonly bufferSet: readonly number[]
  readonly armed: number
  readonly batch: readonly number[]
  readonly backoff: number
  readonly sleeping: number
  readonly requests: readonly RequestReadout[]
  /** Of a sink with several requests in flight. */
  readonly limit: number
  readonly adding: number
  readonly nested: number
  /** Of a staging sink. */
  readonly staging: StagingReadout
}

export interface StagingReadout {
  readonly staged: readonly number[]
  readonly closedEpochs: readonly number[]
  /** By record, the checkpoint that closed its epoch. */
  readonly closedBy: ReadonlyMap<number, number>
  readonly publishing: readonly number[]
  readonly opening: number
  readonly sending: number
}

export interface RequestReadout {
  readonly phase: number
  readonly answer: number
  readonly handedBack: readonly number[]
  /** The records of the request, dropped ones included, in the sink's order; where only one is in flight, nothing. */
  readonly entries: readonly number[]
}

export function readSink(world: World, shape: Shape, p: number): SinkReadout {
  const { job, store } = world
  const running = job.running
  const subtask: SinkSubtask | undefined = job.subtasks[p]
  const insight = subtask?.host.insight() ?? null
  const V = shape.sources * shape.recordsPerSource
  const bits = (records: Iterable<number>) => {
    const vector = new Array<number>(V).fill(0)
    for (const record of records) vector[record - 1] = 1
    return vector
  }
  const buffered = insight?.buffered ?? []
  const flying = running ? (insight?.inFlight ?? null) : null
  const requests: RequestReadout[] = []
  for (let at = 0; at < shape.inFlight; at++) {
    const request = requestOf(store.gate, p, at)
    requests.push({
      phase: request === undefined ? 0 : request.phase === 'sent' ? 1 : 2,
      answer: request === undefined ? 0 : answerOf(request, insight?.staging ?? null),
      handedBack: bits(handedBack(world, request)),
      entries: flying?.requests[at]?.map(idOf) ?? NOTHING,
    })
  }
  const mail = subtask?.mail
  const live = running ? subtask : undefined
  const checkpoints = live?.checkpoints
  return {
    gate: live === undefined ? null : readGate(live.gate, shape),
    recovering: live?.recovering ?? NOTHING,
    endReceived: live?.endReceived ?? [],
    finished: checkpoints?.finished ? 1 : 0,
    doing: mail ? DOING[mail.kind] : 0,
    doingId: mail?.kind === 'checkpoint' || mail?.kind === 'abort' ? Number(mail.id) : 0,
    acking: checkpoints === undefined ? NOTHING : acking(checkpoints),
    notices: (job.notices[p] ?? []).map((notice) => noticeNumber(notice, shape.ids)),
    notified: checkpoints?.latestReported ?? 0,
    lastBarrier: checkpoints?.lastCheckpoint ?? 0,
    abortedIds: checkpoints?.abortedIds ?? NOTHING,
    maxAborted: checkpoints?.maxAborted ?? 0,
    inSnapshot: IN_SNAPSHOT[checkpoints?.snapshots.find(({ state }) => state === null)?.channelState ?? 'none'],
    finalId: checkpoints?.finalCheckpoint ?? 0,
    closed: job.phase === 'failing' && subtask?.closed ? 1 : 0,
    bufferList: shape.buffer === 'list' || shape.buffer === 'keyed' ? buffered.map(idOf) : NOTHING,
    bufferSet: shape.buffer === 'hashSet' ? bits(buffered.map(idOf)) : new Array<number>(V).fill(0),
    armed: (live?.host.timers ?? 0) > 0 ? 1 : 0,
    batch: shape.inFlight === 1 ? bits(insight?.writing.map(idOf) ?? []) : NOTHING,
    backoff: running ? (insight?.backoffLevel ?? 0) : 0,
    sleeping: (live?.host.sleeps ?? 0) > 0 ? 1 : 0,
    requests,
    limit: flying?.maxInFlightMessages ?? 0,
    adding: flying?.adding ? idOf(flying.adding) : 0,
    nested: Math.max(0, (flying?.waits ?? 0) - 1),
    staging: stagingOf(insight?.staging ?? null),
  }
}

/** What a fence refuses is there already, or something newer: success. */
function answerOf({ answer, error, found }: GateRequest, staging: StagedInsight | null): number {
  if (error === 'ValidationException') return REJECTED
  const [asked] = staging?.publishing ?? []
  if (answer === 'ok' && staging?.request === 'load' && found === undefined) return ABSENT
  if (answer === 'ok' && staging?.request === 'verify' && Number(found?.version?.N ?? 0) < (asked?.version ?? 0))
    return ABSENT
  return error === 'ConditionalCheckFailedException' ? ANSWERS.ok : ANSWERS[answer]
}

const NOT_STAGING: StagingReadout = {
  staged: [],
  closedEpochs: [],
  closedBy: new Map(),
  publishing: [],
  opening: 0,
  sending: 0,
}

function stagingOf(insight: StagedInsight | null): StagingReadout {
  if (insight === null) return NOT_STAGING
  const { staged, closed, publishing, call, request } = insight
  // What is restored is published in open(), whatever had closed it.
  const closedBy = call === 'open' ? [] : closed
  return {
    staged: staged.map(idOf),
    closedEpochs: closed.flatMap(({ records }) => records.map(idOf)),
    closedBy: new Map(
      closedBy.flatMap(({ checkpointId, records }) => records.map((each) => [idOf(each), checkpointId])),
    ),
    publishing: publishing.map(idOf),
    opening: call === 'open' ? 1 : 0,
    sending: request === null ? 0 : (SENDING[request] ?? 0),
  }
}

const handedBack = ({ numberOf }: World, request: GateRequest | undefined): readonly number[] =>
  request?.answer === 'unprocessed'
    ? request.unprocessed.map((i) => numberOf(request, request.items[i] as GateItem))
    : NOTHING

const NOTHING: readonly number[] = []

/** Snapshots whose synchronous part is through. */
function acking({ snapshots }: TaskCheckpoints<object>): readonly number[] {
  if (snapshots.length === 0) return NOTHING
  return snapshots.flatMap(({ id, state }) => (state === null ? [] : [id]))
}

function noticeNumber(notice: Notice, ids: number): number {
  return notice.type === 'complete' ? notice.id : notice.id * (ids + 1) + notice.newestCompleted
}
