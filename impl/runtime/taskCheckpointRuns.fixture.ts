// Random runs of a task's checkpoints: wishes that become events where they can happen, and the log of what came of them.
// The checks read this log and nothing of the machine. Read next: taskCheckpoints.property.test.ts.
import { fc } from '@fast-check/vitest'
import { checkpointId } from '../../model/pipeline/ids.ts'
import type { TaskCheckpoints, TaskEffect, TaskEvent } from './taskCheckpointEvents.ts'
import { initialTaskCheckpoints } from './taskCheckpointEvents.ts'
import { type stepTask, toldBy } from './taskCheckpoints.ts'

type State = { readonly of: number }
export type Step = typeof stepTask<State>
export interface Entry {
  readonly event: TaskEvent<State>
  readonly effects: readonly TaskEffect<State>[]
}

/** A wish: what it becomes depends on where the task stands, so that most of them can happen. */
interface Wish {
  readonly type: Exclude<TaskEvent<State>['type'], 'restored' | 'finished' | 'ended'>
  readonly number: number
  readonly flag: boolean
}
export const WISH: fc.Arbitrary<Wish> = fc.record({
  type: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('barrier', 'snapshotTaken', 'snapshotTaken', 'asyncDone', 'abort') },
    { weight: 2, arbitrary: fc.constantFrom('channelStateDone', 'complete') },
    { weight: 1, arbitrary: fc.constantFrom('asyncFailed', 'barrierAborted', 'syncFailed') },
  ),
  number: fc.nat({ max: 11 }),
  flag: fc.boolean(),
})
export function logOf(step: Step, maxConcurrent: number, wishes: readonly Wish[]): Entry[] {
  const log: Entry[] = []
  let state = initialTaskCheckpoints<State>(maxConcurrent)
  for (const wish of wishes) {
    for (const event of eventsOf(state, wish)) {
      const made = step(state, event)
      state = made.state
      log.push({ event, effects: made.effects })
    }
  }
  return log
}

/** None where the task's surroundings cannot cause it now. */
function eventsOf({ snapshots, lastCheckpoint }: TaskCheckpoints<State>, wish: Wish): readonly TaskEvent<State>[] {
  const { type, number, flag } = wish
  const waiting = snapshots.find(({ state }) => state === null)?.id
  const near = checkpointId(Math.max(1, lastCheckpoint - 2 + (number % 6)))
  const open = snapshots[number % Math.max(1, snapshots.length)]?.id ?? near
  switch (type) {
    case 'barrier':
      return waiting === undefined ? [{ type, id: near, channelState: flag }] : []
    case 'barrierAborted':
      return waiting === undefined ? [{ type, id: flag ? open : near, reason: 'CHECKPOINT_DECLINED_SUBSUMED' }] : []
    case 'snapshotTaken':
      return waiting === undefined ? [] : [{ type, id: waiting, state: { of: waiting } }]
    case 'syncFailed':
      return waiting === undefined ? [] : [{ type, id: waiting, error: new Error('boom') }]
    case 'asyncDone':
    case 'asyncFailed':
      return open === waiting ? [] : [{ type, id: open }]
    case 'channelStateDone':
      return [{ type, id: open }]
    case 'complete':
      return [{ type, id: near }]
    case 'abort':
      return toldBy({ type, id: flag ? open : near, newestCompleted: number })
  }
}

export const has = (log: readonly Entry[], type: TaskEvent<State>['type'], about: number): boolean =>
  log.some(({ event }) => event.type === type && 'id' in event && event.id === about)
export const idsOf = (log: readonly Entry[], type: TaskEffect<State>['type']): number[] =>
  log.flatMap(({ effects }) => effects.flatMap((effect) => (effect.type === type && 'id' in effect ? [effect.id] : [])))

const startsUnaligned = ({ event, effects }: Entry, about: number): boolean =>
  event.type === 'barrier' &&
  event.channelState &&
  effects.some((each) => each.type === 'snapshot' && each.id === about)
const starts = (log: readonly Entry[], about: number): number =>
  log.findIndex(({ effects }) => effects.some((effect) => effect.type === 'snapshot' && effect.id === about))

/** All channel state of a snapshot is there; an aligned one has none. */
export const captured = (log: readonly Entry[], about: number): boolean => {
  const from = log.slice(starts(log, about))
  return !from.slice(0, 1).some((entry) => startsUnaligned(entry, about)) || has(from, 'channelStateDone', about)
}
