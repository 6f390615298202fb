// D9's protocol: records are staged, a checkpoint closes their epoch and keeps its manifest, and an epoch is published
// once a checkpoint that has its manifest is known to be complete: when notified, or when restored from. Id n stands for
// all ids below it. An abort closes nothing and drops nothing: the epoch stays with the next ones and goes with them.
// Pure: a call of the task goes in, what to do with the store comes out, one thing at a time; the call is over when
// nothing more comes out. Source followed: Flink's TwoPhaseCommitSinkFunction (pending transactions by checkpoint).
// Read next: publishing.ts (how an epoch gets into the table), staged.ts (who carries it out).
import type { CheckpointId } from '../../../model/pipeline/ids.ts'

/** Who stages. Staged rows of different writers never meet: a dead attempt's late write lands where nobody looks. */
export interface Writer {
  readonly run: number
  readonly attempt: number
  readonly subtask: number
}

/** What the manifest says of a record; the rest of it is in the staged row. */
export interface ManifestEntry {
  readonly key: string
  readonly version: number
  readonly id: string
}

/** The manifest of a closed epoch. A staged row is named by writer, epoch and its place in `records`. */
export interface ClosedEpoch extends Writer {
  readonly epoch: number
  /** The checkpoint that closed it. */
  readonly checkpointId: CheckpointId
  readonly records: readonly ManifestEntry[]
}

/** A call of the task that the store holds up. */
export type Call =
  | { readonly type: 'open' }
  | { readonly type: 'write' }
  | { readonly type: 'checkpoint'; readonly id: CheckpointId }
  | { readonly type: 'complete'; readonly id: CheckpointId }
  | { readonly type: 'finish' }

export interface StagedState<Entry extends ManifestEntry> {
  readonly writer: Writer
  /** Of the open epoch; counted from 1 in each attempt. */
  readonly epoch: number
  /** Of the open epoch: staged, in the order of their places. */
  readonly staged: readonly ManifestEntry[]
  /** Of the open epoch: not staged yet; their places follow those that are. */
  readonly unstaged: readonly Entry[]
  /** Not known to be published and removed, oldest first. */
  readonly closed: readonly ClosedEpoch[]
  readonly call: Call | null
}

export type StagedEvent<Entry> =
  /** `epochs`: of the restored checkpoint, so all of them are complete. */
  | { readonly type: 'open'; readonly epochs: readonly ClosedEpoch[] }
  | { readonly type: 'write'; readonly record: Entry }
  | { readonly type: 'checkpoint'; readonly id: CheckpointId }
  | { readonly type: 'complete'; readonly id: CheckpointId }
  | { readonly type: 'abort'; readonly id: CheckpointId }
  | { readonly type: 'finish' }
  | { readonly type: 'staged' | 'published' | 'removed' | 'discarded' }

export type StagedEffect<Entry> =
  /** Put these rows into the staging table; ends with `staged`, when all of them are in it. */
  | {
      readonly type: 'stage'
      readonly writer: Writer
      readonly epoch: number
      readonly from: number
      readonly records: readonly Entry[]
    }
  /** Bring these epochs into the table; ends with `published`. */
  | { readonly type: 'publish'; readonly epochs: readonly ClosedEpoch[] }
  /** Take their rows out of the staging table; ends with `removed`. */
  | { readonly type: 'remove'; readonly epochs: readonly ClosedEpoch[] }
  /** Take out what dead attempts left there and no manifest names; ends with `discarded`. */
  | { readonly type: 'discardStale' }
  /** The operator state of the checkpoint. */
  | { readonly type: 'snapshot'; readonly id: CheckpointId; readonly epochs: readonly ClosedEpoch[] }

export interface Stepped<Entry extends ManifestEntry> {
  readonly state: StagedState<Entry>
  readonly effect: StagedEffect<Entry> | null
}

export const initialStaged = (writer: Writer): StagedState<never> => ({
  writer,
  epoch: 1,
  staged: [],
  unstaged: [],
  closed: [],
  call: null,
})

/** @throws RangeError for an event that cannot happen in this state. */
export function stepStaged<Entry extends ManifestEntry>(
  batchLimit: number,
  state: StagedState<Entry>,
  event: StagedEvent<Entry>,
): Stepped<Entry> {
  switch (event.type) {
    case 'open':
      return goOn(batchLimit, begin({ ...state, closed: event.epochs }, { type: 'open' }))
    case 'write': {
      const buffered = { ...state, unstaged: [...state.unstaged, event.record] }
      return buffered.unstaged.length < batchLimit
        ? idle(buffered)
        : goOn(batchLimit, begin(buffered, { type: 'write' }))
    }
    case 'checkpoint':
    case 'complete':
    case 'finish':
      return goOn(batchLimit, begin(state, event))
    case 'abort':
      return idle(state)
    case 'staged': {
      const batch = state.unstaged.slice(0, batchLimit)
      const staged = [...state.staged, ...batch.map(({ key, version, id }) => ({ key, version, id }))]
      return goOn(batchLimit, { ...waiting(state, event.type), staged, unstaged: state.unstaged.slice(batchLimit) })
    }
    case 'published':
      return { state: waiting(state, event.type), effect: { type: 'remove', epochs: due(state) } }
    case 'removed': {
      const removed = due(waiting(state, event.type))
      return goOn(batchLimit, { ...state, closed: state.closed.filter((epoch) => !removed.includes(epoch)) })
    }
    case 'discarded':
      return over(waiting(state, event.type))
  }
}

/** What the call needs next, or its end. */
function goOn<Entry extends ManifestEntry>(batchLimit: number, state: StagedState<Entry>): Stepped<Entry> {
  const { call, writer, epoch, staged, unstaged } = state
  switch (call?.type) {
    case 'write':
    case 'finish':
    case 'checkpoint':
      if (unstaged.length > 0 && (call.type !== 'write' || unstaged.length >= batchLimit))
        return {
          state,
          effect: { type: 'stage', writer, epoch, from: staged.length, records: unstaged.slice(0, batchLimit) },
        }
      return call.type === 'checkpoint' ? close(state, call.id) : over(state)
    case 'open':
    case 'complete':
      if (due(state).length > 0) return { state, effect: { type: 'publish', epochs: due(state) } }
      return call.type === 'open' ? { state, effect: { type: 'discardStale' } } : over(state)
    case undefined:
      throw new RangeError('expected a call to go on with, the task is idle')
  }
}

/** Which epochs the call publishes. */
function due({ call, closed }: Pick<StagedState<ManifestEntry>, 'call' | 'closed'>): readonly ClosedEpoch[] {
  if (call?.type === 'open') return closed
  return call?.type === 'complete' ? closed.filter(({ checkpointId }) => checkpointId <= call.id) : []
}

function close<Entry extends ManifestEntry>(state: StagedState<Entry>, checkpointId: CheckpointId): Stepped<Entry> {
  const { writer, epoch, staged: records } = state
  const closed = records.length === 0 ? state.closed : [...state.closed, { ...writer, epoch, checkpointId, records }]
  return {
    state: { ...state, epoch: epoch + 1, staged: [], closed, call: null },
    effect: { type: 'snapshot', id: checkpointId, epochs: closed },
  }
}

const idle = <Entry extends ManifestEntry>(state: StagedState<Entry>): Stepped<Entry> => {
  if (state.call !== null) throw new RangeError(`expected an idle task, it waits in ${state.call.type}`)
  return { state, effect: null }
}

const over = <Entry extends ManifestEntry>(state: StagedState<Entry>): Stepped<Entry> => ({
  state: { ...state, call: null },
  effect: null,
})

function begin<Entry extends ManifestEntry>(state: StagedState<Entry>, call: Call): StagedState<Entry> {
  if (state.call !== null) throw new RangeError(`${call.type}: expected an idle task, it waits in ${state.call.type}`)
  return { ...state, call }
}

function waiting<Entry extends ManifestEntry>(state: StagedState<Entry>, what: string): StagedState<Entry> {
  if (state.call === null) throw new RangeError(`${what}: expected a call that waits for it, the task is idle`)
  return state
}
