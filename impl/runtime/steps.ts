// Everything that may happen next in a job, one row a step, under the shared vocabulary's names. An executor asks which
// are enabled and performs one; a step that returns a promise has started a mail or a write that is not through yet.
// The store's own steps (apply, respond) and the faults are the world's: ../../properties/world/worldSteps.ts.
// Read next: inOrder.ts (production).
import type { Job } from './job.ts'
import type { Element } from './messages.ts'
import type { SinkSubtask } from './subtask.ts'

export interface Step {
  /** As in the vocabulary, with parameters: `receive(0)`, `collect(sink0)`. */
  readonly name: string
  enabled(): boolean
  perform(): void | Promise<void>
}

/** A log that is at its end is drained. */
const END_OF_INPUT = { type: 'endOfData', mode: 'drain' } as const

export function jobSteps(job: Job): Step[] {
  return [...sourceSteps(job), ...sinkSteps(job), ...coordinatorSteps(job)]
}

function sourceSteps(job: Job): Step[] {
  return job.sources.flatMap((source, s) => {
    const room = () => job.room(s)
    const broadcast = (element: Element) => {
      for (let p = 0; p < job.parallelism; p++) job.send(s, p, element)
    }
    return [
      {
        name: `emit(${s})`,
        enabled: () => job.running && source.ahead !== null && source.ahead !== undefined && source.isReading && room(),
        perform: () => {
          const record = source.take()
          job.send(s, job.subtaskFor(record), { type: 'record', record })
          return source.prepare()
        },
      },
      {
        name: `finish(${s})`,
        enabled: () => job.running && source.ahead === null && source.isReading && room(),
        perform: () => {
          source.ended = true
          source.stop(END_OF_INPUT)
          broadcast({ type: 'endOfData' })
        },
      },
      {
        // Of a stop the end of the input goes first, then the savepoint's barrier.
        name: `barrier(${s})`,
        enabled: () => job.running && source.triggered !== null && room(),
        perform: () => {
          const trigger = source.triggered
          if (trigger === null) return
          const { id, kind } = trigger
          if (kind === 'drain' || kind === 'suspend') {
            if (source.isReading) {
              source.stop({ type: 'endOfData', mode: kind })
              return broadcast({ type: 'endOfData', mode: kind })
            }
            source.stop({ type: 'savepointBarrier', id })
          }
          source.forgetTrigger()
          broadcast(job.barrierElement(trigger))
          const { attempt } = job.coordinator
          job.acknowledgements[s]?.push({ task: s, attempt, id, declined: false, source: source.state(), sink: null })
        },
      },
      {
        // The abort reaches the source before it has taken its trigger: no barrier, and nobody waits for one.
        name: `cancel(${s})`,
        enabled: () => job.running && source.cancelled && room(),
        perform: () => {
          const trigger = source.triggered
          if (trigger === null) return
          source.forgetTrigger()
          broadcast({ type: 'cancel', checkpointId: trigger.id })
        },
      },
    ]
  })
}

function sinkSteps(job: Job): Step[] {
  const { maxParallelism } = job
  return Array.from({ length: maxParallelism }, (_, p) => p).flatMap((p) => {
    const name = `sink${p}`
    const subtask = (): SinkSubtask => job.subtasks[p] as SinkSubtask
    const running = () => job.running && p < job.parallelism
    const idle = () => running() && subtask().idle
    const takesMail = () => running() && subtask().takesMail
    const head = () => job.notices[p]?.[0]?.type
    const notice = () => {
      const next = job.notices[p]?.shift()
      return next === undefined ? undefined : subtask().notice(next)
    }
    return [
      ...job.sources.map((_, s) => ({
        name: `receive(${s * maxParallelism + p})`,
        enabled: () => running() && subtask().canReceive(s),
        perform: () => subtask().receive(s),
      })),
      {
        name: `flush(${name})`,
        enabled: () => takesMail() && subtask().firesTimers && subtask().host.timers > 0,
        perform: () => subtask().fireTimer(),
      },
      {
        name: `overtake(${name})`,
        enabled: () => idle() && subtask().alignmentTimerDue,
        perform: () => subtask().fireAlignmentTimer(),
      },
      {
        name: `timer(${name})`,
        enabled: () => running() && subtask().host.sleeps > 0,
        perform: () => {
          subtask().host.wake()
          return Promise.resolve()
        },
      },
      // Asynchronous parts run side by side: with several checkpoints pending a younger one may be done first.
      ...numbered(job.maxConcurrentCheckpoints, 'acknowledge', name).map((each) => ({
        name: each.name,
        enabled: () => running() && subtask().mayAcknowledge(each.at),
        perform: () => subtask().acknowledge(each.at),
      })),
      { name: `notify(${name})`, enabled: () => takesMail() && head() === 'complete', perform: notice },
      { name: `abort(${name})`, enabled: () => takesMail() && head() === 'abort', perform: notice },
      {
        name: `close(${name})`,
        enabled: () => job.phase === 'failing' && p < job.parallelism && subtask().mail === null && !subtask().closed,
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

/** `complete`, `complete(1)`, ...: the oldest has no number. */
export const numbered = (count: number, name: string, ...parameters: readonly string[]) =>
  Array.from({ length: count }, (_, at) => {
    const all = at === 0 ? parameters : [...parameters, String(at)]
    return { name: all.length === 0 ? name : `${name}(${all.join(', ')})`, at }
  })

function coordinatorSteps(job: Job): Step[] {
  const sources = job.sources.length
  return [
    {
      name: 'trigger',
      enabled: () => job.mayTrigger && !job.inputTaken,
      perform: () => job.trigger('checkpoint'),
    },
    {
      // The last checkpoint is repeated until one is notified (FLIP-147).
      name: 'trigger(last)',
      enabled: () =>
        job.triggersTaken &&
        job.coordinator.pending.length === 0 &&
        job.inputTaken &&
        !job.lastNotified &&
        job.notices.every((queue) => queue.length === 0),
      perform: () => job.trigger('checkpoint'),
    },
    ...job.acknowledgements.map((queue, task) => ({
      name: `collect(${task < sources ? `source${task}` : `sink${task - sources}`})`,
      enabled: () => queue.length > 0,
      perform: () => {
        const message = queue.shift()
        if (message !== undefined) return job.collect(message)
      },
    })),
    ...numbered(job.mostPending, 'complete').map(({ name, at }) => ({
      name,
      enabled: () => {
        const pending = job.coordinator.pending[at]
        return pending !== undefined && job.canComplete(pending)
      },
      perform: () => {
        const pending = job.coordinator.pending[at]
        if (pending !== undefined) return job.complete(pending.id)
      },
    })),
    { name: 'restore', enabled: () => job.phase === 'down', perform: () => job.start() },
  ]
}
