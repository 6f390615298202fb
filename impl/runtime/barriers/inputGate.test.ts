// The gate's own manners, where no recording reaches: a blocked sender's elements wait with it, a busy task handles what
// has priority later, end of data passes through, states are comparable, and the doors are watched.
// The protocol itself is held in properties/vectors (recordings of Flink, random runs). Read next: inputGate.ts.
import { describe, expect, it } from 'vitest'
import { checkpointId } from '../../../model/pipeline/ids.ts'
import { BARRIER_HANDLERS, type BarrierKind } from './handler.ts'
import {
  arrive,
  capturing,
  fireTimer,
  type GateElement,
  type GateStep,
  handlePriority,
  handlerOf,
  hasNext,
  type InputGate,
  inputGate,
  poll,
  priorityChannel,
  senderBlocked,
  setTime,
  timerDue,
} from './inputGate.ts'

type Gate = InputGate<string>

const record = (name: string): GateElement<string> => ({ type: 'record', record: name })
const barrier = (id: number, kind: BarrierKind = 'aligned'): GateElement<string> => ({
  type: 'barrier',
  checkpointId: checkpointId(id),
  kind,
  createdAtMs: 0,
})
const arrived = (gate: Gate, channel: number, ...elements: readonly GateElement<string>[]): Gate =>
  elements.reduce((now, element) => arrive(now, channel, element).gate, gate)
const polled = (gate: Gate, ...channels: readonly number[]): Gate =>
  channels.reduce((now, channel) => poll(now, channel).gate, gate)
const types = ({ effects }: GateStep<string>) => effects.map(({ type }) => type)

describe('a blocked sender', () => {
  const gate = arrived(
    inputGate<string>('aligned', 2),
    0,
    record('a'),
    barrier(1),
    record('b'),
    barrier(2),
    record('c'),
  )

  it('holds back what is behind its barrier', () => {
    expect(senderBlocked(gate)).toEqual([0])
    expect(gate.channels[0]?.queue).toEqual([record('a'), barrier(1)])
    expect(hasNext(polled(gate, 0, 0), 0)).toBe(false)
  })

  it('goes on when it is resumed, up to its next barrier', () => {
    const resumed = polled(arrived(gate, 1, barrier(1)), 0, 0, 1)
    expect(resumed.channels[0]?.queue).toEqual([record('b'), barrier(2)])
    expect(resumed.channels[0]?.held).toEqual([record('c')])
    expect(senderBlocked(resumed)).toEqual([0])
  })

  it('is no such thing at least once', () => {
    const free = arrived(inputGate<string>('atLeastOnce', 2), 0, barrier(1), record('b'))
    expect(senderBlocked(free)).toEqual([])
    expect(poll(polled(free, 0), 0).effects).toEqual([{ type: 'emit', channel: 0, record: 'b' }])
  })
})

describe('a busy task', () => {
  const gate = arrived(
    arrived(inputGate<string>('unaligned', 2), 0, record('a'), barrier(1, 'unaligned'), record('b')),
    1,
    record('x'),
    barrier(1, 'unaligned'),
  )

  it('finds what has priority first, in order of arrival, and captures what was overtaken and nothing else', () => {
    expect(priorityChannel(gate)).toBe(0)
    const first = handlePriority(gate)
    expect(types(first)).toEqual(['init', 'start', 'captured', 'captured', 'trigger'])
    expect(first.effects.filter(({ type }) => type === 'captured')).toEqual([
      { type: 'captured', checkpointId: 1, channel: 0, records: ['a'] },
      { type: 'captured', checkpointId: 1, channel: 1, records: ['x'] },
    ])
    expect(priorityChannel(first.gate)).toBe(1)
    const second = handlePriority(first.gate)
    expect(types(second)).toEqual(['stop'])
    expect(priorityChannel(second.gate)).toBeNull()
    expect(poll(second.gate, 0).effects).toEqual([{ type: 'emit', channel: 0, record: 'a' }])
  })

  it('takes it with a poll of that channel too', () => {
    expect(poll(gate, 1).handled).toMatchObject({ type: 'barrier', channel: 1 })
    expect(priorityChannel(poll(gate, 0).gate)).toBe(1)
  })

  it('fires the timer when it is free again, at the limit and not before', () => {
    const options = { alignedCheckpointTimeoutMs: 10 }
    const waiting = arrived(inputGate<string>('alternating', 2, options), 0, record('a'), barrier(1, 'timeout'))
    const announced = handlePriority(waiting).gate
    expect(timerDue(setTime(announced, 9))).toBe(false)
    expect(() => fireTimer(setTime(announced, 9))).toThrow('expected a timer due by 9 ms, got 10')
    const due = setTime(announced, 10)
    expect(timerDue(due)).toBe(true)
    expect(types(fireTimer(due))).toEqual(['prioritize'])
    expect(fireTimer(due).gate.timerDueMs).toBeNull()
  })
})

it('a start goes as far as the first channel that has received a newer barrier', () => {
  const records = (['a', 'b', 'c'] as const).map((name) => record(name))
  const queued = records.reduce(
    (gate, each, channel) => arrived(gate, channel, each),
    inputGate<string>('alternating', 3),
  )
  const { gate, effects } = handlePriority(arrived(arrived(queued, 1, barrier(2)), 2, barrier(1, 'unaligned')))
  expect(effects).toEqual([
    { type: 'init', checkpointId: 1 },
    { type: 'start', checkpointId: 1 },
    { type: 'captured', checkpointId: 1, channel: 0, records: ['a'] },
    { type: 'abort', checkpointId: 1, reason: 'CHECKPOINT_SUBSUMED' },
  ])
  expect(capturing(gate)).toEqual([0])
})

it('knows where a barrier stands among what is queued', () => {
  const gate = arrived(inputGate<string>('aligned', 1), 0, record('a'), record('b'), barrier(1))
  expect(gate.channels[0]?.beforeBarrier).toBe(2)
  expect(polled(gate, 0).channels[0]?.beforeBarrier).toBe(1)
})

it('end of data passes through in its turn and is no channel state', () => {
  const gate = arrived(inputGate<string>('unaligned', 2), 1, record('x'), { type: 'endOfData' })
  const started = handlePriority(arrived(gate, 0, barrier(1, 'unaligned')))
  expect(started.effects).toContainEqual({ type: 'captured', checkpointId: 1, channel: 1, records: ['x'] })
  expect(poll(polled(started.gate, 1), 1).effects).toEqual([{ type: 'endOfData', channel: 1, mode: 'drain' }])
})

it('a barrier that was announced but is not queued fails the task', () => {
  const barrierOf = { checkpointId: checkpointId(1), kind: 'timeout', createdAtMs: 0 } as const
  const moment = { nowMs: 0, newestArrived: 1 }
  const { initial, step } = BARRIER_HANDLERS.alternating
  const { state } = step(initial(1), { type: 'announcement', channel: 0, ...barrierOf, ...moment })
  const gate = { ...inputGate<string>('alternating', 1), handler: state, timerDueMs: 0 }
  expect(fireTimer(gate).effects).toEqual([{ type: 'fail', error: 'IllegalStateException: null' }])
})

describe('states', () => {
  it('are equal for the same barriers in another order', () => {
    const both = arrived(arrived(inputGate<string>('aligned', 3), 2, barrier(1)), 0, barrier(1))
    expect(polled(both, 0, 2)).toEqual(polled(both, 2, 0))
    const counted = arrived(arrived(inputGate<string>('atLeastOnce', 3), 2, barrier(1)), 0, barrier(1))
    expect(polled(counted, 0, 2)).toEqual(polled(counted, 2, 0))
  })

  it('come back to where they were when a checkpoint is over, but for its id', () => {
    const once = polled(arrived(arrived(inputGate<string>('aligned', 2), 0, barrier(1)), 1, barrier(1)), 0, 1)
    const { handler: _, channels: __, ...rest } = once
    const { handler, channels, ...fresh } = inputGate<string>('aligned', 2)
    expect(rest).toEqual(fresh)
    expect(once.handler).toEqual({ ...handler, latest: 1, over: 1 })
    expect(channels).toHaveLength(2)
  })
})

describe('the doors', () => {
  const gate = inputGate<string>('aligned', 2)
  it.each(Object.keys(BARRIER_HANDLERS) as (keyof typeof BARRIER_HANDLERS)[])('%s needs channels', (alignment) => {
    expect(() => inputGate(alignment, 0)).toThrow('expected 1 or more channels, got 0')
    const ended = { type: 'endOfPartition', channel: 0, nowMs: 0, newestArrived: -1 } as const
    const { initial, step } = BARRIER_HANDLERS[alignment]
    expect(() => step(step(initial(1), ended).state, ended)).toThrow('expected no end of partition')
  })

  it('refuse a channel that is not there, a poll of nothing, no time at all', () => {
    expect(() => arrive(gate, 2, record('a'))).toThrow('expected a channel in 0..1, got 2')
    expect(() =>
      handlerOf(gate).step(gate.handler, { type: 'cancel', channel: -1, checkpointId: checkpointId(1) }),
    ).toThrow('expected a channel in 0..1, got -1')
    expect(() => poll(gate, 0)).toThrow('expected an element in channel 0, nothing has arrived')
    expect(() => handlePriority(gate)).toThrow('expected a channel with a priority element, there is none')
    expect(() => setTime(gate, Number.NaN)).toThrow('expected a time in ms, got NaN')
    expect(() => inputGate('alternating', 1, { alignedCheckpointTimeoutMs: -1 })).toThrow(
      'expected an alignment timeout',
    )
  })

  it('a savepoint cannot be taken unaligned', () => {
    const strict = arrived(inputGate<string>('unaligned', 2), 0, barrier(1, 'savepoint'))
    expect(poll(strict, 0).effects).toEqual([
      { type: 'fail', error: "IllegalArgumentException: Savepoint can't be unaligned" },
    ])
  })
})
