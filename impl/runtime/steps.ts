// Everything that may happen next in a job, one row a step, under the shared vocabulary's names. An executor asks which
// are enabled and performs one; a step that returns a promise has started a mail or a write that is not through yet.
// The store's own steps (apply, respond) and the faults are the world's: ../../properties/world/worldSteps.ts.
// Read next: inOrder.ts (production).
import * as coordination from './coordinator.ts'
import type { Job } from './job.ts'
import type { Element } from './messages.ts'
import type { SinkSubtask } from './subtask.ts'

export interface Step {
  /** As in the vocabulary, with parameters: `receive(0)`, `collect(sink0)`. */
  readonly name: string
  enabled(): boolean
  perform(): void | Promise<void>
}

export function jobSteps(job: Job): Step[] {
  return [...sourceSteps(job), ...sinkSteps(job), ...coordinatorSteps(job)]
}

function sourceSteps(job: Job): Step[] {
  const { parallelism, channelCapacity } = job.options
  return job.sources.flatMap((source, s) => {
    const outputs = () => Array.from({ length: parallelism }, (_, p) => job.channelOf(s, p))
    const room = () => outputs().every((channel) => channel.length < channelCapacity)
    const broadcast = (element: Element) => {
      for (const channel of outputs()) channel.push(element)
    }
    return [
      {
        name: `emit(${s})`,
        enabled: () => job.running && source.ahead !== null && source.ahead !== undefined && room(),
        perform: () => {
          const record = source.take()
          job.channelOf(s, job.subtaskFor(record)).push({ type: 'record', record })
          return source.prepare()
        },
      },
      {
        name: `finish(${s})`,
        enabled: () => job.running && source.ahead === null && !source.ended && room(),
        perform: () => {
          source.ended = true
          broadcast({ type: 'endOfData' })
        },
      },
      {
        name: `barrier(${s})`,
        enabled: () => job.running && source.triggered !== null && room(),
        perform: () => {
          const id = source.triggered
          if (id === null) return
          source.triggered = null
          broadcast({ type: 'barrier', id })
          const { attempt } = job.coordinator
          job.acknowledgements[s]?.push({ task: s, attempt, id, declined: false, source: source.state(), sink: null })
        },
      },
    ]
  })
}

function sinkSteps(job: Job): Step[] {
  const { parallelism } = job.options
  return Array.from({ length: parallelism }, (_, p) => p).flatMap((p) => {
    const name = `sink${p}`
    const task = job.sources.length + p
    const subtask = (): SinkSubtask => job.subtasks[p] as SinkSubtask
    const idle = () => job.running && subtask().idle
    const head = () => job.notices[p]?.[0]?.type
    const notice = () => {
      const next = job.notices[p]?.shift()
      return next === undefined ? undefined : subtask().notice(next)
    }
    return [
      ...job.sources.map((_, s) => ({
        name: `receive(${s * parallelism + p})`,
        enabled: () => job.running && subtask().canReceive(s),
        perform: () => subtask().receive(s),
      })),
      {
        name: `flush(${name})`,
        enabled: () => idle() && subtask().host.timers > 0,
        perform: () => subtask().fireTimer(),
      },
      {
        name: `timer(${name})`,
        enabled: () => job.running && subtask().host.sleeps > 0,
        perform: () => {
          subtask().host.wake()
          return Promise.resolve()
        },
      },
      {
        name: `acknowledge(${name})`,
        enabled: () => job.running && subtask().openSnapshots.length > 0,
        perform: () => {
          job.acknowledgements[task]?.push(subtask().acknowledge(false))
        },
      },
      { name: `notify(${name})`, enabled: () => idle() && head() === 'complete', perform: notice },
      { name: `abort(${name})`, enabled: () => idle() && head() === 'abort', perform: notice },
      {
        name: `close(${name})`,
        enabled: () => job.phase === 'failing' && subtask().mail === null && !subtask().closed,
        perform: () => {
          const closed = subtask().close()
          const down = () => {
            if (job.subtasks.every((each) => each.closed)) job.phase = 'down'
          }
          return closed === undefined ? down() : closed.then(down)
        },
      },
    ]
  })
}

function coordinatorSteps(job: Job): Step[] {
  const sources = job.sources.length
  const free = () =>
    job.running && job.coordinator.pending === null && job.sources.every((source) => source.triggered === null)
  return [
    {
      name: 'trigger',
      enabled: () => free() && !job.inputTaken,
      perform: () => job.take(coordination.trigger(job.coordinator)),
    },
    {
      // The last checkpoint is repeated until one is notified (FLIP-147).
      name: 'trigger(last)',
      enabled: () => free() && job.inputTaken && !job.lastNotified && job.notices.every((queue) => queue.length === 0),
      perform: () => job.take(coordination.trigger(job.coordinator)),
    },
    ...job.acknowledgements.map((queue, task) => ({
      name: `collect(${task < sources ? `source${task}` : `sink${task - sources}`})`,
      enabled: () => queue.length > 0,
      perform: () => {
        const message = queue.shift()
        if (message !== undefined) return job.take(coordination.collect(job.coordinator, message))
      },
    })),
    {
      name: 'complete',
      enabled: () => coordination.allCollected(job.coordinator),
      perform: () => job.take(coordination.complete(job.coordinator)),
    },
    { name: 'restore', enabled: () => job.phase === 'down', perform: () => job.start() },
  ]
}
