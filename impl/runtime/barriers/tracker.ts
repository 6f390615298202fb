// At least once: barriers are counted and hold nobody back, so several checkpoints may be on their way at once. One that
// completes drops the older ones without a word; a cancel marker aborts them.
// Source followed: Flink's CheckpointBarrierTracker, with what it does where the last open channel takes its fast path.
// Read next: inputGate.ts.
import type { CheckpointId } from '../../../model/pipeline/ids.ts'
import { type ChannelSet, checkChannel, checkChannels, NO_CHANNELS, withChannel } from './channelSet.ts'
import type { BarrierEffect, BarrierEvent, BarrierHandler } from './handler.ts'

/** More are not tracked: the oldest is forgotten. */
const MOST_PENDING = 50

/** A checkpoint of which some barriers have come. Once aborted it is kept until all have, so as not to start again. */
interface BarrierCount {
  readonly checkpointId: CheckpointId
  readonly aligned: ChannelSet
  readonly target: number
  readonly aborted: boolean
}

export interface TrackerState {
  readonly alignment: 'atLeastOnce'
  readonly channels: number
  readonly checkpointsAfterTasksFinish: boolean
  readonly open: number
  /** Newest checkpoint that was ever counted. The last open channel's fast path counts nothing, so leaves it alone. */
  readonly latestCounted: number
  /** Oldest first. */
  readonly counts: readonly BarrierCount[]
  /** Flink measures one alignment at a time, and fails where it is to end one that has not begun. */
  readonly aligning: boolean
}

/** With the clock at 0 or later; what is measured is the distance to the smallest long. */
const NO_ALIGNMENT =
  'IllegalStateException: Alignment time is less than zero({}). Is the time monotonic? [-9223372036854775808]'

export const TRACKER: BarrierHandler<TrackerState> = {
  initial(channels, { checkpointsAfterTasksFinish = true } = {}) {
    checkChannels(channels)
    return {
      alignment: 'atLeastOnce',
      channels,
      checkpointsAfterTasksFinish,
      open: channels,
      latestCounted: -1,
      counts: [],
      aligning: false,
    }
  },
  step(state, event) {
    if (event.type !== 'timer') checkChannel(event.channel, state.channels)
    const effects: BarrierEffect[] = []
    return { state: handle(state, event, effects), effects }
  },
  pending: ({ counts }) => counts.length > 0,
  pendingIds: ({ counts }) => counts.map(({ checkpointId }) => checkpointId),
  blocked: () => NO_CHANNELS,
  latest: ({ counts }) => counts.at(-1)?.checkpointId ?? -1,
  aligned: () => NO_CHANNELS,
  open: ({ open }) => open,
}

function handle(state: TrackerState, event: BarrierEvent, effects: BarrierEffect[]): TrackerState {
  switch (event.type) {
    case 'barrier':
      return barrier(state, event.channel, event.checkpointId, effects)
    case 'cancel':
      return cancel(state, event.channel, event.checkpointId, effects)
    case 'endOfPartition':
      if (state.open === 0) throw new RangeError(`expected no end of partition: all ${state.channels} have ended`)
      return endOfPartition({ ...state, open: state.open - 1 }, event.channel, effects)
    case 'announcement':
    case 'timer':
      return state
  }
}

/** One open channel and a new id: nothing to count. An id already counted must go the long way, to be taken off again. */
const isFast = ({ open, latestCounted }: TrackerState, id: CheckpointId): boolean => open === 1 && id > latestCounted

function barrier(state: TrackerState, channel: number, id: CheckpointId, effects: BarrierEffect[]): TrackerState {
  if (isFast(state, id)) {
    effects.push({ type: 'trigger', checkpointId: id, how: 'aligned' })
    return { ...state, aligning: false }
  }
  const at = state.counts.findIndex(({ checkpointId }) => checkpointId === id)
  const found = state.counts[at]
  if (found !== undefined) {
    const counted = { ...found, aligned: withChannel(found.aligned, channel) }
    if (!isComplete(counted)) return { ...state, counts: state.counts.with(at, counted) }
    return complete(state, counted, at, effects)
  }
  if (id <= state.latestCounted) return state
  const count: BarrierCount = { checkpointId: id, aligned: [channel], target: state.open, aborted: false }
  return { ...state, latestCounted: id, aligning: true, counts: [...state.counts, count].slice(-MOST_PENDING) }
}

const isComplete = ({ aligned, target }: BarrierCount): boolean => aligned.length === target

/** The older ones are subsumed. */
function complete(state: TrackerState, count: BarrierCount, at: number, effects: BarrierEffect[]): TrackerState {
  const next = { ...state, counts: state.counts.slice(at + 1) }
  if (count.aborted) return next
  const isMeasured = count.checkpointId === state.latestCounted
  if (isMeasured && !state.aligning) {
    effects.push({ type: 'fail', error: NO_ALIGNMENT })
    return next
  }
  effects.push({ type: 'trigger', checkpointId: count.checkpointId, how: 'aligned' })
  return isMeasured ? { ...next, aligning: false } : next
}

function cancel(state: TrackerState, channel: number, id: CheckpointId, effects: BarrierEffect[]): TrackerState {
  const abort = (checkpointId: CheckpointId) =>
    effects.push({ type: 'abort', checkpointId, reason: 'CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER' })
  if (isFast(state, id)) {
    abort(id)
    return { ...state, aligning: false }
  }
  const from = state.counts.findIndex(({ checkpointId }) => checkpointId >= id)
  const older = from < 0 ? state.counts : state.counts.slice(0, from)
  for (const count of older) if (!count.aborted) abort(count.checkpointId)
  const [found, ...newer] = from < 0 ? [] : state.counts.slice(from)
  if (found?.checkpointId === id) {
    if (!found.aborted) abort(id)
    const counted = { ...found, aborted: true, aligned: withChannel(found.aligned, channel) }
    return { ...state, counts: isComplete(counted) ? newer : [counted, ...newer] }
  }
  const left = found === undefined ? newer : [found, ...newer]
  if (id <= state.latestCounted) return { ...state, counts: left }
  abort(id)
  const marker: BarrierCount = { checkpointId: id, aligned: [channel], target: state.open, aborted: true }
  return { ...state, latestCounted: id, counts: [marker, ...left] }
}

/** `state` has one open channel less already. */
function endOfPartition(state: TrackerState, channel: number, effects: BarrierEffect[]): TrackerState {
  if (!state.checkpointsAfterTasksFinish) {
    for (const { aborted, checkpointId } of state.counts)
      if (!aborted) effects.push({ type: 'abort', checkpointId, reason: 'CHECKPOINT_DECLINED_INPUT_END_OF_STREAM' })
    return { ...state, counts: [], aligning: false }
  }
  const counts = state.counts.map((count) => ({ ...count, aligned: withChannel(count.aligned, channel) }))
  const at = counts.findLastIndex(isComplete)
  const newest = counts[at]
  return newest === undefined ? { ...state, counts } : complete({ ...state, counts }, newest, at, effects)
}
