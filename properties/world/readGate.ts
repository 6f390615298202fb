// The input gate of one subtask as it is read for the comparison: what its handler knows, and each channel in the order in
// which its elements were sent. Imports nothing of the model. Read next: readSink.ts.
import type { GateChannel } from '../../impl/runtime/barriers/gateChannel.ts'
import type { InputGate } from '../../impl/runtime/barriers/inputGate.ts'
import type { Element } from '../../impl/runtime/messages.ts'
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'
import type { Shape } from './readout.ts'

export interface GateReadout {
  readonly latest: number
  readonly over: number
  readonly target: number
  readonly overtaking: number
  readonly alignmentTimer: number
  /** By source. */
  readonly aligned: readonly number[]
  readonly blocked: readonly number[]
  readonly seen: readonly number[]
  readonly announced: readonly number[]
  readonly capturing: readonly number[]
  readonly queues: readonly (readonly number[])[]
  readonly held: readonly (readonly number[])[]
  /** Of the tracker: ids, and what has been counted for each. */
  readonly ids: readonly number[]
  readonly counted: readonly number[]
}

const NOTHING: readonly number[] = []
/** What a task remembers of barriers where each comes in its turn: nothing. */
const NO_GATE: Omit<GateReadout, 'queues' | 'held'> = {
  latest: 0,
  over: 0,
  target: 0,
  overtaking: 0,
  alignmentTimer: 0,
  aligned: NOTHING,
  blocked: NOTHING,
  seen: NOTHING,
  announced: NOTHING,
  capturing: NOTHING,
  ids: NOTHING,
  counted: NOTHING,
}

export function readGate(gate: InputGate<SinkRecord>, shape: Shape): GateReadout {
  const { handler, channels } = gate
  const tracker = handler.alignment === 'atLeastOnce' ? handler : null
  const single = handler.alignment === 'atLeastOnce' ? null : handler
  const flags = (members: readonly number[]) => channels.map((_, source) => (members.includes(source) ? 1 : 0))
  const bits = (members: readonly number[]) => members.reduce((mask, member) => mask | (1 << member), 0)
  const numberOf = (element: Element) => elementNumber(element, shape)
  const S = shape.sources
  const queues = channels.map((channel) => queueOf(channel, shape))
  const held = channels.map((channel) => (channel.held.length === 0 ? NOTHING : channel.held.map(numberOf)))
  if (!shape.gated) return { ...NO_GATE, queues, held }
  return {
    latest: Math.max(0, tracker?.latestCounted ?? single?.latest ?? 0),
    over: tracker === null ? Math.max(0, single?.over ?? 0) : tracker.aligning ? 1 : 0,
    target: single?.target ?? 0,
    overtaking: single?.phase === 'waitingUnaligned' || single?.phase === 'collectingUnaligned' ? 1 : 0,
    alignmentTimer: gate.timerDueMs === null ? 0 : 1,
    aligned: flags(single?.aligned ?? []),
    blocked: flags(single?.blocked ?? []),
    seen: flags(single?.announced ?? []),
    announced: channels.map(({ priority }) => (priority.some(({ type }) => type === 'announcement') ? 1 : 0)),
    capturing: channels.map(({ persisting, lastSeen }) => (persisting === 'pending' ? lastSeen : 0)),
    queues,
    held,
    ids: tracker?.counts.map(({ checkpointId }) => checkpointId) ?? [],
    counted:
      tracker?.counts.map(({ aligned, target, aborted }) => ((target * 2 + (aborted ? 1 : 0)) << S) | bits(aligned)) ??
      [],
  }
}

/** Barriers that overtake stand where they arrived; all but the newest have lost their place. */
function queueOf(channel: GateChannel<SinkRecord>, shape: Shape): number[] {
  const queue = channel.queue.map((element) => elementNumber(element, shape))
  const overtaking = channel.priority.filter(({ type }) => type === 'barrier')
  if (overtaking.length === 0) return queue
  const number = (id: number) => shape.recordsPerSource + 1 + OVERTAKING * shape.ids + id
  const placed = overtaking.at(-1)?.checkpointId === channel.lastBarrier ? 1 : 0
  const placeless = overtaking.slice(0, overtaking.length - placed).map(({ checkpointId }) => number(checkpointId))
  const last = overtaking.slice(overtaking.length - placed).map(({ checkpointId }) => number(checkpointId))
  const { beforeBarrier } = channel
  return [...placeless, ...queue.slice(0, beforeBarrier), ...last, ...queue.slice(beforeBarrier)]
}

const OVERTAKING = 1

function elementNumber(element: Element, shape: Shape): number {
  if (element.type === 'record') return element.record.version
  const end = shape.recordsPerSource + 1
  if (element.type === 'endOfData') return end
  if (element.type === 'endOfPartition')
    throw new Error('expected no end of partition: ended sources still send barriers')
  return end + (element.type === 'cancel' ? 2 * shape.ids : 0) + element.checkpointId
}
