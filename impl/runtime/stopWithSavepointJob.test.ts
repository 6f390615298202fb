// Whole jobs stopped with a savepoint, in random orders of all their messages: three tasks in a row, the coordinator, and
// perhaps one task that fails between the savepoint and its notification. Read next: stopWithSavepoint.ts.
import { fc } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { checkpointId } from '../../model/pipeline/ids.ts'
import {
  type EndState,
  RUNNING_TASK,
  type StopEvent,
  type StopMode,
  type StoppingTask,
  type StoppingTaskEvent,
  startStop,
  stepStop,
  stepStoppingTask,
} from './stopWithSavepoint.ts'

const SAVEPOINT = checkpointId(7)
const BEFORE_END: Readonly<Record<StopMode, readonly string[]>> = {
  drain: ['emitMaxWatermark', 'endInput', 'finish', 'broadcastEndOfData', 'checkpoint'],
  suspend: ['broadcastEndOfData', 'checkpoint'],
}

describe('a job that is stopped', () => {
  it.each([null, 0, 1, 2])('ends as its tasks do, whatever the order (task %s fails before it is told)', (failing) => {
    const property = fc.property(
      fc.constantFrom<StopMode>('drain', 'suspend'),
      fc.infiniteStream(fc.nat(99)),
      (mode, pick) => {
        const { outcome, calls } = stopJob(mode, failing, () => pick.next().value as number)
        expect(outcome).toEqual(failing === null ? ['succeed'] : ['failJob'])
        for (const [number, made] of calls.entries()) {
          const before = BEFORE_END[mode]
          expect(made).toEqual(number === failing ? before : [...before, 'end'])
        }
      },
    )
    fc.assert(property, { seed: 13, numRuns: 300 })
  })
})

/** Three tasks in a row and the coordinator: every message waits until it is picked. */
function stopJob(mode: StopMode, failing: number | null, pick: () => number) {
  let coordinator = startStop(3, mode).state
  const tasks = [RUNNING_TASK, RUNNING_TASK, RUNNING_TASK]
  const calls: string[][] = [[], [], []]
  const outcome: string[] = []
  const messages: (() => void)[] = []
  let acknowledged = 0
  const tell = (event: StopEvent) =>
    messages.push(() => {
      const step = stepStop(coordinator, event)
      coordinator = step.state
      outcome.push(...step.effects.map(({ type }) => type))
    })
  const ends = (task: number, state: EndState) => tell({ type: 'taskEnded', task, state })
  const notify = (number: number) =>
    messages.push(() =>
      number === failing ? ends(number, 'FAILED') : give(number, { type: 'complete', id: SAVEPOINT }),
    )
  const give = (number: number, event: StoppingTaskEvent) => {
    const { state, effects } = stepStoppingTask(tasks[number] as StoppingTask, event)
    tasks[number] = state
    for (const { type } of effects) {
      calls[number]?.push(type)
      if (type === 'end') ends(number, 'FINISHED')
      if (type === 'checkpoint') {
        if (number < 2) messages.push(() => takesBarrier(number + 1))
        messages.push(() => {
          acknowledged += 1
          if (acknowledged < 3) return
          tell({ type: 'savepointCreated', id: SAVEPOINT })
          for (const each of tasks.keys()) notify(each)
        })
      }
    }
  }
  const takesBarrier = (number: number) => {
    give(number, { type: 'endOfData', mode })
    give(number, { type: 'savepointBarrier', id: SAVEPOINT })
  }
  takesBarrier(0)
  while (messages.length > 0) messages.splice(pick() % messages.length, 1)[0]?.()
  return { outcome, calls }
}
