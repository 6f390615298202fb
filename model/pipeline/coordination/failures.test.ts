// What counts against the job around a newer success, which no recorded case reaches; the rule is read from Flink's
// CheckpointFailureManager. A savepoint stays pending beyond newer checkpoints, so that it fails or succeeds too late.
// Read next: failures.ts.
import { expect, it } from 'vitest'
import { plain } from '../../kernel/plain.ts'
import { SEVERAL_PENDING } from './alone.ts'
import {
  acknowledge,
  type Coordinator,
  complete,
  coordinatorCells,
  coordinatorVariables,
  type DeclineReason,
  decline,
  SILENT,
  slotOf,
  start,
  trigger,
} from './index.ts'

/** A savepoint 1 is pending, a checkpoint 2 has completed. */
function behindASuccess(tolerableFailures: number) {
  const config = { ...SEVERAL_PENDING, tasks: 1, ids: 6, tolerableFailures }
  const blamed: (number | null)[] = []
  const k: Coordinator = {
    cells: coordinatorCells(plain(coordinatorVariables(config)).state),
    config,
    effects: { ...SILENT, failJob: (task) => void blamed.push(task) },
    runningTasks: () => config.tasks,
    bug: () => false,
  }
  const succeed = (id: number) => {
    acknowledge(k, 0, id)
    complete(k, slotOf(k, id))
  }
  const fail = (id: number, reason: DeclineReason = 'CHECKPOINT_DECLINED') => decline(k, 0, id, reason)
  start(k)
  trigger(k, 'savepoint')
  trigger(k, 'checkpoint')
  succeed(2)
  return { blamed, succeed, fail, next: () => trigger(k, 'checkpoint') }
}

it('does not count a failure older than the last success', () => {
  const { blamed, fail, next } = behindASuccess(0)
  fail(1)
  expect(blamed).toEqual([])
  next()
  fail(3)
  expect(blamed).toEqual([0])
})

it('starts the count again at a newer success, not at an older one', () => {
  const { blamed, succeed, fail, next } = behindASuccess(1)
  next()
  fail(3)
  next()
  succeed(4)
  next()
  fail(5)
  expect(blamed).toEqual([])
  succeed(1)
  next()
  fail(6, 'IO_EXCEPTION')
  expect(blamed).toEqual([null])
})
