// Mistakes of barrier alignment and of channel state: the input gate's functions with an element, an effect or a field of
// the gate changed. Read next: ../../impl/runtime/barriers/inputGate.ts, redistributionRows.ts.
import type { GateChannel, GateElement } from '../../impl/runtime/barriers/gateChannel.ts'
import type { GateEffect, GateStep, InputGate } from '../../impl/runtime/barriers/inputGate.ts'
import { type GateProtocol, PROTOCOL } from '../../impl/runtime/protocol.ts'
import type { Planted } from '../world/planted.ts'
import { type Mutant, mutantsOf, type Rows } from './mutant.ts'
import { aligned, calm, overtaken, unaligned } from './settings.ts'

const { gate: right } = PROTOCOL

const gates = (change: Partial<GateProtocol>): Planted => ({ protocol: { gate: { ...right, ...change } } })

/** What it tells the task goes through `change`. */
const telling = (change: <R>(effect: GateEffect<R>, channels: number) => readonly GateEffect<R>[]): Planted => {
  const changed = <R>(step: GateStep<R>): GateStep<R> => ({
    ...step,
    effects: step.effects.flatMap((effect) => change(effect, step.gate.channels.length)),
  })
  return gates({
    arrive: (gate, channel, element) => changed(right.arrive(gate, channel, element)),
    poll: (gate, channel) => changed(right.poll(gate, channel)),
    fireTimer: (gate) => changed(right.fireTimer(gate)),
  })
}

const withChannel = <R>(gate: InputGate<R>, channel: number, changed: Partial<GateChannel<R>>): InputGate<R> => ({
  ...gate,
  channels: gate.channels.with(channel, { ...(gate.channels[channel] as GateChannel<R>), ...changed }),
})

const ROWS: Rows = {
  noAlignment: {
    source: 'classic',
    what: 'the first barrier triggers, no channel waits for the others',
    setting: aligned('flushOnSnapshot'),
    patch: {
      real: gates({
        poll(gate, channel) {
          const { open } = gate.handler
          const step = right.poll({ ...gate, handler: { ...gate.handler, open: 1 } }, channel)
          return { ...step, gate: { ...step.gate, handler: { ...step.gate.handler, open } } }
        },
      }),
    },
  },
  recordBeforeSnapshot: {
    source: 'FLINK-17568',
    what: 'a record that came behind the barrier is taken before the snapshot',
    setting: calm('listStateBuffer'),
    patch: {
      real: gates({
        arrive(gate, channel, element) {
          const { queue = [] } = gate.channels[channel] ?? {}
          const last = queue.at(-1)
          if (element.type !== 'record' || last?.type !== 'barrier') return right.arrive(gate, channel, element)
          const before: readonly GateElement<typeof element.record>[] = [...queue.slice(0, -1), element, last]
          return { gate: withChannel(gate, channel, { queue: before }), effects: [], handled: null }
        },
      }),
    },
  },
  blockedChannelDelivers: {
    source: 'FLINK-17568',
    what: 'a channel that has delivered its barrier goes on delivering',
    setting: aligned('listStateBuffer'),
    patch: {
      real: gates({
        arrive: (gate, channel, element) =>
          right.arrive(withChannel(gate, channel, { senderBlocked: false }), channel, element),
      }),
    },
  },
  channelNotResumed: {
    source: 'FLINK-1775',
    what: 'a channel stays blocked when its checkpoint is over',
    setting: aligned('flushOnSnapshot'),
    patch: {
      real: gates({
        poll(gate, channel) {
          const step = right.poll(gate, channel)
          const first = gate.channels[0]?.senderBlocked === true
          return first ? { ...step, gate: withChannel(step.gate, 0, { senderBlocked: true }) } : step
        },
      }),
    },
  },
  endOfPartitionNotCounted: {
    source: 'FLINK-1775',
    what: 'a channel that has ended is still waited for',
    setting: calm('flushOnSnapshot'),
    patch: {
      real: gates({
        poll(gate, channel) {
          const step = right.poll(gate, channel)
          const { open } = gate.handler
          return { ...step, gate: { ...step.gate, handler: { ...step.gate.handler, open } } }
        },
      }),
    },
  },
  abortedTwice: {
    source: 'apache/flink 62927c90c5a',
    what: 'a checkpoint that a cancel marker ends is declined twice',
    setting: aligned('flushOnSnapshot'),
    patch: { real: telling((effect) => (effect.type === 'abort' ? [effect, effect] : [effect])) },
  },
  channelStateForgotten: {
    source: 'classic',
    what: 'what a barrier overtook is not kept',
    setting: overtaken('listStateBuffer'),
    patch: { real: telling((effect) => (effect.type === 'captured' ? [] : [effect])) },
  },
  wrongChannelsCaptured: {
    source: 'FLINK-18139',
    what: 'channel state is kept under the number of another channel',
    setting: unaligned('listStateBuffer'),
    patch: {
      real: telling((effect, channels) => [
        effect.type === 'captured' ? { ...effect, channel: (effect.channel + 1) % channels } : effect,
      ]),
    },
  },
  lastBufferNotCaptured: {
    source: 'FLINK-20097',
    what: 'capturing stops before the last queued record',
    setting: overtaken('listStateBuffer'),
    patch: {
      real: telling((effect) => [
        effect.type === 'captured' ? { ...effect, records: effect.records.slice(0, -1) } : effect,
      ]),
    },
  },
  captureNeverEnds: {
    source: 'FLINK-28474',
    what: 'nobody hears that the channel state is whole: its acknowledgement waits for ever',
    setting: overtaken('listStateBuffer'),
    patch: { real: telling((effect) => (effect.type === 'stop' ? [] : [effect])) },
  },
}

export const GATE_MUTANTS: readonly Mutant[] = mutantsOf('runtime', ROWS)
