// What an input gate is, and how it carries out what its barrier handler decides: resumes senders, keeps channel state,
// lets announced barriers go ahead. What a resumed sender then delivers arrives when the decision has been carried out.
// Sources followed: Flink's CheckpointedInputGate, SingleInputGate.
// Read next: inputGate.ts (what a task calls), gateChannel.ts (one channel).
import type { CheckpointId } from '../../../model/pipeline/ids.ts'
import type { StopMode } from '../stopWithSavepoint.ts'
import {
  barrierArrives,
  type GateChannel,
  type GateElement,
  newestReceived,
  prioritized,
  startPersisting,
  stopPersisting,
} from './gateChannel.ts'
import { BARRIER_HANDLERS, type BarrierEffect, type BarrierEvent, type HandlerState, type Moment } from './handler.ts'

/** Plain data, never changed in place. */
export interface InputGate<R> {
  readonly handler: HandlerState
  readonly channels: readonly GateChannel<R>[]
  /** Channels with elements that have priority, in the order in which they are handled. */
  readonly priorityChannels: readonly number[]
  readonly nowMs: number
  /** When the alignment timer fires; null while none is armed. */
  readonly timerDueMs: number | null
}

/** What is left for the task to do. */
export type GateEffect<R> =
  | { readonly type: 'emit'; readonly channel: number; readonly record: R }
  | { readonly type: 'endOfData'; readonly channel: number; readonly mode: StopMode }
  /** These records of the channel are part of the checkpoint's state. They are delivered all the same. */
  | {
      readonly type: 'captured'
      readonly checkpointId: CheckpointId
      readonly channel: number
      readonly records: readonly R[]
    }
  | Exclude<BarrierEffect, { readonly type: 'block' | 'armTimer' | 'cancelTimer' }>

export interface GateStep<R> {
  readonly gate: InputGate<R>
  /** In order. */
  readonly effects: readonly GateEffect<R>[]
  /** The call of the handler that this step made: for traces, and to compare with Flink. */
  readonly handled: BarrierEvent | null
}

export const momentOf = <R>({ nowMs, channels }: InputGate<R>): Moment => ({
  nowMs,
  newestArrived: Math.max(...channels.map(newestReceived)),
})

/** A change of one channel; it keeps its turn among those with priority elements, or gets or loses one. */
export function withGateChannel<R>(gate: InputGate<R>, channel: number, changed: GateChannel<R>): InputGate<R> {
  const channels = gate.channels.with(channel, changed)
  const { priorityChannels } = gate
  if (changed.priority.length > 0 === priorityChannels.includes(channel)) return { ...gate, channels }
  return {
    ...gate,
    channels,
    priorityChannels:
      changed.priority.length > 0
        ? [...priorityChannels, channel]
        : priorityChannels.filter((other) => other !== channel),
  }
}

/** The network delivers: its sender is not blocked. */
export function receive<R>(
  gate: InputGate<R>,
  channel: number,
  element: GateElement<R>,
  effects: GateEffect<R>[],
): InputGate<R> {
  const before = gate.channels[channel] as GateChannel<R>
  if (element.type === 'barrier') {
    // Barriers of an at-least-once job are sent so that they do not stop the sender, whatever their kind.
    const blocksSender = element.kind !== 'unaligned' && gate.handler.alignment !== 'atLeastOnce'
    return withGateChannel(gate, channel, barrierArrives(before, element, blocksSender))
  }
  if (element.type === 'record' && before.persisting === 'pending')
    effects.push({
      type: 'captured',
      checkpointId: before.lastSeen as CheckpointId,
      channel,
      records: [element.record],
    })
  return withGateChannel(gate, channel, { ...before, queue: [...before.queue, element] })
}

/** Calls the handler and does what it says. */
export function handle<R>(before: InputGate<R>, event: BarrierEvent, done: GateEffect<R>[] = []): GateStep<R> {
  const { state, effects } = BARRIER_HANDLERS[before.handler.alignment].step(before.handler, event)
  let gate: InputGate<R> = { ...before, handler: state }
  const resumed: number[] = []
  for (const effect of effects) {
    if (effect.type === 'resume') resumed.push(...effect.channels)
    gate = carryOut(gate, effect, done)
  }
  for (const channel of resumed) gate = release(gate, channel, done)
  return { gate, effects: done, handled: event }
}

function carryOut<R>(gate: InputGate<R>, effect: BarrierEffect, done: GateEffect<R>[]): InputGate<R> {
  switch (effect.type) {
    case 'block':
      return gate
    case 'armTimer':
      return { ...gate, timerDueMs: effect.dueMs }
    case 'cancelTimer':
      return { ...gate, timerDueMs: null }
    case 'prioritize':
      return prioritize(gate, effect.channel, done)
    case 'start':
      done.push(effect)
      return start(gate, effect.checkpointId, done)
    case 'stop':
      done.push(effect)
      return { ...gate, channels: gate.channels.map((channel) => stopPersisting(channel, effect.checkpointId)) }
    case 'resume':
    case 'trigger':
    case 'abort':
    case 'init':
    case 'fail':
      done.push(effect)
      return gate
  }
}

function prioritize<R>(gate: InputGate<R>, channel: number, done: GateEffect<R>[]): InputGate<R> {
  const changed = prioritized(gate.channels[channel] as GateChannel<R>)
  if (changed === null) {
    done.push({ type: 'fail', error: 'IllegalStateException: null' })
    return gate
  }
  done.push({ type: 'prioritize', channel })
  return withGateChannel(gate, channel, changed)
}

/** Channel by channel, up to one that has received a newer barrier: the handler knows of it and gives the checkpoint up. */
function start<R>(gate: InputGate<R>, checkpointId: CheckpointId, done: GateEffect<R>[]): InputGate<R> {
  const channels = [...gate.channels]
  for (const [channel, before] of gate.channels.entries()) {
    const started = startPersisting(before, checkpointId)
    if (started === null) break
    channels[channel] = started.channel
    if (started.records.length > 0) done.push({ type: 'captured', checkpointId, channel, records: started.records })
  }
  return { ...gate, channels }
}

/** The sender goes on with what it held back, up to its next aligned barrier. */
function release<R>(gate: InputGate<R>, channel: number, done: GateEffect<R>[]): InputGate<R> {
  const { held, ...rest } = gate.channels[channel] as GateChannel<R>
  let next = withGateChannel(gate, channel, { ...rest, held: [], senderBlocked: false })
  for (const [at, element] of held.entries()) {
    const now = next.channels[channel] as GateChannel<R>
    if (now.senderBlocked) return withGateChannel(next, channel, { ...now, held: held.slice(at) })
    next = receive(next, channel, element, done)
  }
  return next
}
