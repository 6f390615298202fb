// The input gate of a task: queues of what has arrived, and the barrier handler of the job's alignment. How a task uses it:
//   arrive(gate, channel, element)   whenever the network delivers; the task may be busy
//   handlePriority(gate)             as soon as the task is free and `priorityChannel(gate)` is not null
//   poll(gate, channel)              when it is free and `hasNext(gate, channel)`: takes one element
//   setTime(gate, nowMs), fireTimer(gate)   the latter when it is free and `timerDue(gate)`
// Each answers the next gate and what the task has to do, in order. Read next: gateStep.ts, gateChannel.ts, handler.ts.
import { checkChannel } from './channelSet.ts'
import { emptyChannel, type GateChannel, type GateElement, type PriorityElement, takeNext } from './gateChannel.ts'
import {
  type GateEffect,
  type GateStep,
  handle,
  type InputGate,
  momentOf,
  receive,
  withGateChannel,
} from './gateStep.ts'
import {
  type Alignment,
  BARRIER_HANDLERS,
  type BarrierEvent,
  type BarrierHandler,
  type HandlerOptions,
  type HandlerState,
} from './handler.ts'

export type { GateElement } from './gateChannel.ts'
export type { GateEffect, GateStep, InputGate } from './gateStep.ts'

export const inputGate = <R>(alignment: Alignment, channels: number, options: HandlerOptions = {}): InputGate<R> => ({
  handler: BARRIER_HANDLERS[alignment].initial(channels, options),
  channels: Array.from({ length: channels }, () => emptyChannel<R>()),
  priorityChannels: [],
  nowMs: 0,
  timerDueMs: null,
})

/** To ask `handler` with: `handlerOf(gate).blocked(gate.handler)`. */
export const handlerOf = <R>({ handler }: InputGate<R>): BarrierHandler<HandlerState> =>
  BARRIER_HANDLERS[handler.alignment]

/** True where `poll` has something to take. A blocked channel runs dry: behind an aligned barrier nothing arrives. */
export function hasNext<R>(gate: InputGate<R>, channel: number): boolean {
  const { queue, priority } = channelOf(gate, channel)
  return queue.length > 0 || priority.length > 0
}

/** The channel whose priority element comes next, null where there is none. */
export const priorityChannel = <R>({ priorityChannels }: InputGate<R>): number | null => priorityChannels[0] ?? null

/** Channels whose sender waits to be resumed. */
export const senderBlocked = <R>(gate: InputGate<R>): readonly number[] =>
  channelsThat(gate, (channel) => channel.senderBlocked)

/** Channels whose arriving records are kept as channel state. */
export const capturing = <R>(gate: InputGate<R>): readonly number[] =>
  channelsThat(gate, ({ persisting }) => persisting === 'pending')

export const timerDue = <R>({ timerDueMs, nowMs }: InputGate<R>): boolean => timerDueMs !== null && timerDueMs <= nowMs

/** A timer that is due from now on waits for `fireTimer`. Clocks of machines may be set back, so an earlier time is one too. */
export function setTime<R>(gate: InputGate<R>, nowMs: number): InputGate<R> {
  if (!Number.isFinite(nowMs)) throw new RangeError(`expected a time in ms, got ${nowMs}`)
  return { ...gate, nowMs }
}

/** What a blocked sender sends stays with it until the channel is resumed. */
export function arrive<R>(gate: InputGate<R>, channel: number, element: GateElement<R>): GateStep<R> {
  const before = channelOf(gate, channel)
  const effects: GateEffect<R>[] = []
  const next = before.senderBlocked
    ? withGateChannel(gate, channel, { ...before, held: [...before.held, element] })
    : receive(gate, channel, element, effects)
  return { gate: next, effects, handled: null }
}

/** Takes the next element of a channel, those with priority first. Throws RangeError where there is none. */
export function poll<R>(gate: InputGate<R>, channel: number): GateStep<R> {
  const next = takeNext(channelOf(gate, channel))
  if (next === null) throw new RangeError(`expected an element in channel ${channel}, nothing has arrived`)
  const taken = withGateChannel(gate, channel, next.channel)
  const { element } = next
  switch (element.type) {
    case 'record':
      return { gate: taken, effects: [{ type: 'emit', channel, record: element.record }], handled: null }
    case 'endOfData':
      return { gate: taken, effects: [{ type: 'endOfData', channel, mode: element.mode ?? 'drain' }], handled: null }
    default:
      return handle(taken, asEvent(taken, channel, element))
  }
}

export function handlePriority<R>(gate: InputGate<R>): GateStep<R> {
  const channel = priorityChannel(gate)
  if (channel === null) throw new RangeError('expected a channel with a priority element, there is none')
  return poll(gate, channel)
}

export function fireTimer<R>(gate: InputGate<R>): GateStep<R> {
  if (!timerDue(gate)) throw new RangeError(`expected a timer due by ${gate.nowMs} ms, got ${gate.timerDueMs}`)
  return handle({ ...gate, timerDueMs: null }, { type: 'timer', ...momentOf(gate) })
}

function asEvent<R>(
  gate: InputGate<R>,
  channel: number,
  element: Exclude<GateElement<R> | PriorityElement, { readonly type: 'record' | 'endOfData' }>,
): BarrierEvent {
  switch (element.type) {
    case 'cancel':
      return { ...element, channel }
    case 'endOfPartition':
      return { ...element, channel, ...momentOf(gate) }
    case 'barrier':
    case 'announcement':
      return { ...element, channel, ...momentOf(gate) }
  }
}

function channelOf<R>(gate: InputGate<R>, channel: number): GateChannel<R> {
  checkChannel(channel, gate.channels.length)
  return gate.channels[channel] as GateChannel<R>
}

const channelsThat = <R>(gate: InputGate<R>, holds: (channel: GateChannel<R>) => boolean): readonly number[] =>
  gate.channels.flatMap((channel, index) => (holds(channel) ? [index] : []))
