// A real job stopped with a savepoint: the two machines of impl/runtime/stopWithSavepoint.ts say what has to happen, the
// job's own steps carry it out, and what the machines do not ask for does not happen. And the other ways in which a job
// ends before its new version starts. Read next: waysOfStopping.ts, deploy.ts.
import {
  RUNNING_TASK,
  type StopEffect,
  type StopEvent,
  type StopMode,
  type StoppingTask,
  type StoppingTaskEffect,
  type StoppingTaskEvent,
  startStop,
  stepStop,
  stepStoppingTask,
} from '../../impl/runtime/stopWithSavepoint.ts'
import { type CheckpointId, checkpointId } from '../../model/pipeline/ids.ts'
import { cancel } from './deploy.ts'
import type { Run } from './run.ts'

export interface Stopped {
  readonly savepoint: CheckpointId
  /** What the coordinator's machine came to. */
  readonly outcome: StopEffect
  /** What the sink's machine asked for, in order. */
  readonly asked: readonly StoppingTaskEffect['type'][]
}

/** By number, as the coordinator knows them. */
const TASKS = ['source', 'sink'] as const
type Task = (typeof TASKS)[number]

const STORE = /^(apply|respond|timer)\(/
/** From the snapshot to completion. No buffer timer: Flink fires none once the input has ended. */
const ON = /^(apply|respond|timer|acknowledge|collect|complete)\b/

/** One source, one sink. With `dies` the process ends after the savepoint is created and before anybody is notified. */
export async function stopWithSavepoint(run: Run, mode: StopMode, dies = false): Promise<Stopped> {
  const { job } = run
  const savepoint = checkpointId(job.coordinator.nextId)
  const tasks: Record<Task, StoppingTask> = { source: RUNNING_TASK, sink: RUNNING_TASK }
  const asked: StoppingTaskEffect['type'][] = []
  let { state, effects } = startStop(TASKS.length, mode)
  const tell = (event: StopEvent) => {
    const step = stepStop(state, event)
    state = step.state
    effects = step.effects
  }
  const written = () => run.until(() => job.subtasks[0]?.mail === null, STORE)
  // What is not here has no counterpart: neither task has operators of its own, and nothing is behind the sink.
  const steps: Readonly<Partial<Record<`${StoppingTaskEffect['type']} of ${Task}`, () => Promise<unknown>>>> = {
    'broadcastEndOfData of source': async () => mode === 'drain' && endInput(run),
    'checkpoint of source': () => run.act('barrier(0)'),
    'finish of sink': () => run.act('receive(0)').then(written),
    'checkpoint of sink': () => run.act('receive(0)').then(written),
    'end of sink': () => cancel(run),
  }
  const give = async (task: Task, event: StoppingTaskEvent) => {
    const step = stepStoppingTask(tasks[task], event)
    tasks[task] = step.state
    for (const { type } of step.effects) {
      if (task === 'sink') asked.push(type)
      await steps[`${type} of ${task}`]?.()
    }
  }
  if (effects.some(({ type }) => type === 'triggerSavepoint')) await job.trigger(mode)
  await give('source', { type: 'endOfData', mode })
  await give('source', { type: 'savepointBarrier', id: savepoint })
  while (/^\d/.test(run.channel()[0] ?? '')) await run.act('receive(0)').then(written)
  await give('sink', { type: 'endOfData', mode })
  await give('sink', { type: 'savepointBarrier', id: savepoint })
  await run.until(() => job.coordinator.pending.length === 0, ON)
  tell({ type: 'savepointCreated', id: savepoint })
  if (dies) await run.act('crash(death)')
  else {
    await run.act('notify(sink0)').then(written)
    await give('source', { type: 'complete', id: savepoint })
    await give('sink', { type: 'complete', id: savepoint })
  }
  for (const task of TASKS.keys()) tell({ type: 'taskEnded', task, state: dies ? 'FAILED' : 'FINISHED' })
  const [outcome] = effects
  if (outcome === undefined) throw new Error(`expected the stop to have come to an end, it is in ${state.phase}`)
  return { savepoint, outcome, asked }
}

/** The source is told that nothing is ahead of it, wherever it stands. */
async function endInput(run: Run): Promise<void> {
  for (const source of run.job.sources) source.ahead = null
  await run.act('finish(0)')
}

export const WAYS = ['savepoint', 'savepoint with drain', 'cancel', 'kill'] as const
export type Way = (typeof WAYS)[number]

/** Ends the job so that its next version starts from the savepoint, or else from the checkpoint that was retained. */
export async function endBy(run: Run, way: Way): Promise<void> {
  if (way === 'cancel' || way === 'kill') {
    await run.checkpoint()
    await (way === 'cancel' ? cancel(run) : run.act('crash(death)'))
    return
  }
  const { savepoint } = await stopWithSavepoint(run, way === 'savepoint' ? 'suspend' : 'drain')
  await run.job.options.storage.restartFrom(savepoint)
}
