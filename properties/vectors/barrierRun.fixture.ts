// Random runs of the runtime's input gate: correct senders (ids rise on each channel, nothing behind the end of
// partition), any interleaving of arrivals, polls and time, everything taken in the end. A run is its log; states are
// frozen, so a step that changed one in place would throw.
// Read next: barrierInvariants.test.ts (what must hold of a log).
import fc from 'fast-check'
import type { Alignment, BarrierKind } from '../../impl/runtime/barriers/handler.ts'
import {
  arrive,
  fireTimer,
  type GateElement,
  type GateStep,
  handlePriority,
  hasNext,
  type InputGate,
  inputGate,
  poll,
  priorityChannel,
  setTime,
  timerDue,
} from '../../impl/runtime/barriers/inputGate.ts'
import { checkpointId } from '../../model/pipeline/ids.ts'

export type Gate = InputGate<number>
export type Step = GateStep<number>
export type Sabotage = (before: Gate, step: Step) => Step

/** Without creation time: a barrier is created when the first of its id is sent. */
type Sent =
  | { readonly type: 'record'; readonly record: number }
  | { readonly type: 'barrier'; readonly id: number; readonly kind: BarrierKind }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'endOfPartition' }

export interface Scenario {
  readonly alignment: Alignment
  readonly checkpointsAfterTasksFinish: boolean
  readonly senders: readonly (readonly Sent[])[]
  readonly choices: readonly number[]
}

export interface Entry {
  readonly before: Gate
  readonly step: Step
}

export interface Run {
  readonly scenario: Scenario
  readonly log: readonly Entry[]
  readonly end: Gate
}

const TIMEOUT_MS = 10

/** What the senders of one checkpoint do; `faults`: some channels skip it or send a cancel marker, some channels end. */
export function scenarios(alignment: Alignment, faults: boolean): fc.Arbitrary<Scenario> {
  const turn = fc.record({
    records: fc.nat(3),
    what: faults
      ? fc.constantFrom('barrier', 'barrier', 'barrier', 'barrier', 'barrier', 'cancel', 'skip')
      : fc.constant('barrier'),
    early: fc.integer({ min: 0, max: 4 }),
  })
  return fc
    .record({
      channels: fc.integer({ min: 1, max: 4 }),
      checkpointsAfterTasksFinish: fc.boolean(),
      savepoints: fc.array(fc.constantFrom(false, false, false, true), { minLength: 1, maxLength: 5 }),
      turns: fc.array(turn, { minLength: 20, maxLength: 20 }),
      ends: fc.array(faults ? fc.boolean() : fc.constant(false), { minLength: 4, maxLength: 4 }),
      last: fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }),
      choices: fc.array(fc.nat(1000), { maxLength: 120, size: 'max' }),
    })
    .map(({ channels, checkpointsAfterTasksFinish, savepoints, turns, ends, last, choices }) => {
      let next = 1
      const records = (count: number): Sent[] =>
        Array.from({ length: count }, () => ({ type: 'record', record: next++ }))
      const senders = Array.from({ length: channels }, (_, c) => [
        ...savepoints.flatMap((savepoint, n): Sent[] => {
          const { records: count, what, early } = turns[c * 5 + n] as (typeof turns)[number]
          const before = records(count)
          if (what === 'skip') return before
          if (what === 'cancel') return [...before, { type: 'cancel', id: n + 1 }]
          return [...before, { type: 'barrier', id: n + 1, kind: kindOf(alignment, savepoint, early === 0) }]
        }),
        ...records(last[c] as number),
        ...(ends[c] ? [{ type: 'endOfPartition' } as const] : []),
      ])
      return { alignment, checkpointsAfterTasksFinish, senders, choices }
    })
}

function kindOf(alignment: Alignment, savepoint: boolean, upstreamTimedOut: boolean): BarrierKind {
  if (alignment === 'unaligned') return 'unaligned'
  if (alignment !== 'alternating') return 'aligned'
  if (savepoint) return 'savepoint'
  return upstreamTimedOut ? 'unaligned' : 'timeout'
}

export function run(scenario: Scenario, sabotage: Sabotage = (_before, step) => step): Run {
  const { alignment, checkpointsAfterTasksFinish, senders, choices } = scenario
  let gate: Gate = inputGate(alignment, senders.length, {
    checkpointsAfterTasksFinish,
    alignedCheckpointTimeoutMs: TIMEOUT_MS,
  })
  const log: Entry[] = []
  const sent = senders.map(() => 0)
  const createdAtMs = new Map<number, number>()
  const failed = () => log.at(-1)?.step.effects.at(-1)?.type === 'fail'

  const take = (step: Step) => {
    const done = deepFreeze(sabotage(gate, step))
    log.push({ before: gate, step: done })
    gate = done.gate
  }
  const element = (next: Sent): GateElement<number> => {
    if (next.type !== 'barrier' && next.type !== 'cancel') return next
    const id = checkpointId(next.id)
    if (next.type === 'cancel') return { type: 'cancel', checkpointId: id }
    if (!createdAtMs.has(id)) createdAtMs.set(id, gate.nowMs)
    return { type: 'barrier', checkpointId: id, kind: next.kind, createdAtMs: createdAtMs.get(id) ?? 0 }
  }
  const enabled = (): (() => void)[] => {
    const sends = senders.flatMap((all, c) => {
      const next = all[sent[c] as number]
      if (next === undefined) return []
      return [
        () => {
          sent[c] = (sent[c] as number) + 1
          take(arrive(gate, c, element(next)))
        },
      ]
    })
    const polls =
      priorityChannel(gate) !== null
        ? [() => take(handlePriority(gate))]
        : senders.flatMap((_, c) => (hasNext(gate, c) ? [() => take(poll(gate, c))] : []))
    const timers = timerDue(gate) ? [() => take(fireTimer(gate))] : []
    return [...sends, ...polls, ...timers]
  }
  for (const choice of choices) {
    if (failed()) break
    const actions = enabled()
    const at = choice % (actions.length + 1)
    if (at < actions.length) actions[at]?.()
    else gate = deepFreeze(setTime(gate, gate.nowMs + 6))
  }
  for (let actions = enabled(); actions.length > 0 && !failed(); actions = enabled()) actions[0]?.()
  return { scenario, log, end: gate }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) deepFreeze(part)
  }
  return value
}
