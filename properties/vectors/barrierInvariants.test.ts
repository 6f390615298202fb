// What must hold of every barrier handler behind its gate, beyond the recorded cases: blocked channels deliver nothing,
// each record comes once and in order, a checkpoint is a clean cut. Each check is shown a gate with a planted bug.
// Rules: shared/facts/flink.md section 2; exceptions: flink-vectors.md. Read next: barrierRun.fixture.ts.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Alignment } from '../../impl/runtime/barriers/handler.ts'
import { type GateEffect, handlerOf, senderBlocked } from '../../impl/runtime/barriers/inputGate.ts'
import {
  type Entry,
  type Gate,
  type Run,
  run,
  type Sabotage,
  type Scenario,
  type Step,
  scenarios,
} from './barrierRun.fixture.ts'

const ALIGNMENTS = ['aligned', 'unaligned', 'alternating', 'atLeastOnce'] as const
const parameters = { seed: 20_261_123, numRuns: 300 }

type Effect<T extends GateEffect<number>['type']> = Extract<GateEffect<number>, { readonly type: T }>
type Check = (run: Run) => readonly string[]
type Channel = Gate['channels'][number]

const effectsOf = <T extends GateEffect<number>['type']>(log: readonly Entry[], type: T): readonly Effect<T>[] =>
  log.flatMap(({ step }) => step.effects.filter((effect): effect is Effect<T> => effect.type === type))
const blockedOf = (gate: Gate) => handlerOf(gate).blocked(gate.handler)
const isPending = (gate: Gate) => handlerOf(gate).pending(gate.handler)
const failed = ({ log }: Run) => effectsOf(log, 'fail').length > 0

const repeated = (ids: readonly number[]) => ids.filter((id, at) => ids.indexOf(id) !== at)

/** A channel may deliver what an aligned barrier of an unaligned checkpoint has overtaken. */
const nothingFromBlocked: Check = ({ log }) => {
  const taken = new Set<number>()
  return log.flatMap(({ before, step }) => {
    const wrong = step.effects.flatMap((effect) =>
      effect.type === 'emit' &&
      blockedOf(before).includes(effect.channel) &&
      !taken.has(handlerOf(before).latest(before.handler))
        ? [`record ${effect.record} of channel ${effect.channel} while it is blocked`]
        : [],
    )
    for (const effect of step.effects)
      if (effect.type === 'trigger' && effect.how === 'unaligned') taken.add(effect.checkpointId)
    return wrong
  })
}

/** The tracker may go back where its last open channel took the fast path past what it still counted. */
const triggersRise: Check = ({ log }) => {
  let newest = -1
  let jumped = false
  return log.flatMap(({ before, step }) =>
    step.effects.flatMap((effect) => {
      if (effect.type !== 'trigger') return []
      const handler = handlerOf(before)
      const falls = effect.checkpointId <= newest
      const again = effect.checkpointId === newest
      newest = Math.max(newest, effect.checkpointId)
      if (handler.open(before.handler) === 1 && handler.pending(before.handler))
        jumped ||= before.handler.alignment === 'atLeastOnce'
      return falls && (again || !jumped) ? [`trigger of ${effect.checkpointId} after ${newest}`] : []
    }),
  )
}

const abortsOnce: Check = ({ log }) =>
  repeated(effectsOf(log, 'abort').map((effect) => effect.checkpointId)).map((id) => `abort of ${id} again`)

/** Only the barrier that made the older checkpoint give up may hold its own channel back afterwards. */
const abortUnblocks: Check = ({ log }) =>
  log.flatMap(({ step }) => {
    if (!step.effects.some(({ type }) => type === 'abort')) return []
    const own = step.handled !== null && 'channel' in step.handled ? step.handled.channel : -1
    const left = blockedOf(step.gate).filter((channel) => channel !== own)
    return left.map((channel) => `channel ${channel} still blocked after an abort`)
  })

/** With nothing left to take, a sender that waits is one that the handler knows to hold back. */
const nobodyForgotten: Check = (done) =>
  failed(done) || done.scenario.alignment === 'atLeastOnce'
    ? []
    : senderBlocked(done.end)
        .filter((channel) => !blockedOf(done.end).includes(channel))
        .map((channel) => `sender of channel ${channel} waits for ever`)

const capturesInTime: Check = ({ log }) => {
  const started = new Set<number>()
  let stopped = -1
  return log
    .flatMap(({ step }) => step.effects)
    .flatMap((effect) => {
      if (effect.type === 'start') started.add(effect.checkpointId)
      if (effect.type === 'stop') stopped = Math.max(stopped, effect.checkpointId)
      if (effect.type !== 'captured') return []
      const id = effect.checkpointId
      return started.has(id) && id > stopped ? [] : [`capture for ${id}: started ${[...started]}, stopped ${stopped}`]
    })
}

const timersOnlyPending: Check = ({ log }) =>
  log.flatMap(({ step: { gate } }) => (gate.timerDueMs !== null && !isPending(gate) ? ['a timer of nothing'] : []))

/** Of the sender of a channel, up to the barrier of a checkpoint; all of them where it sends none. */
const recordsSent = ({ senders }: Scenario, channel: number, until?: number): readonly number[] => {
  const sent = senders[channel] ?? []
  const barrier = sent.findIndex((each) => each.type === 'barrier' && each.id === until)
  const before = barrier < 0 ? sent : sent.slice(0, barrier)
  return before.flatMap((each) => (each.type === 'record' ? [each.record] : []))
}

const recordsIn = (log: readonly Entry[], channel: number): readonly number[] =>
  effectsOf(log, 'emit').flatMap((effect) => (effect.channel === channel ? [effect.record] : []))

const onceInOrder: Check = (done) => {
  const { scenario, log, end } = done
  if (failed(done)) return []
  return scenario.senders.flatMap((_, channel) => {
    const emitted = recordsIn(log, channel)
    const held = (end.channels[channel] as Channel).held.flatMap((e) => (e.type === 'record' ? [e.record] : []))
    const sent = recordsSent(scenario, channel)
    return `${[...emitted, ...held]}` === `${sent}` ? [] : [`channel ${channel}: ${emitted} then ${held}, not ${sent}`]
  })
}

/**
 * What was delivered before the snapshot and what was captured is what came before the barriers: no more, no less, once.
 * An unaligned checkpoint is whole at its own `stop`: a cancel marker of a newer one stops it under that one's id.
 */
const cleanCut: Check = (done) => {
  const { scenario, log } = done
  if (failed(done)) return []
  const aborted = effectsOf(log, 'abort').map(({ checkpointId }) => checkpointId)
  const stopped = effectsOf(log, 'stop').map(({ checkpointId }) => checkpointId)
  return effectsOf(log, 'trigger').flatMap(({ checkpointId: id, how }) => {
    if (aborted.includes(id) || (how === 'unaligned' && !stopped.includes(id))) return []
    const isItsTrigger = (each: GateEffect<number>) => each.type === 'trigger' && each.checkpointId === id
    const before = log.slice(
      0,
      log.findIndex(({ step }) => step.effects.some(isItsTrigger)),
    )
    return scenario.senders.flatMap((_, channel) => {
      const delivered = recordsIn(before, channel)
      const captured = effectsOf(log, 'captured').flatMap((each) =>
        each.channel === channel && each.checkpointId === id ? each.records : [],
      )
      const cut = [...delivered, ...captured]
      const due = recordsSent(scenario, channel, id)
      const holds =
        scenario.alignment === 'atLeastOnce' ? due.every((record) => cut.includes(record)) : `${cut}` === `${due}`
      return holds ? [] : [`checkpoint ${id}, channel ${channel}: ${delivered} and ${captured}, not ${due}`]
    })
  })
}

const ALWAYS = {
  nothingFromBlocked,
  triggersRise,
  abortsOnce,
  abortUnblocks,
  nobodyForgotten,
  capturesInTime,
  timersOnlyPending,
  onceInOrder,
  cleanCut,
} as const satisfies Record<string, Check>

/** Where every channel sends every barrier and none ends: taken, or given up for a newer one by who takes them early. */
const noneForgotten: Check = ({ scenario, log }) => {
  const ids = scenario.senders[0]?.flatMap((each) => (each.type === 'barrier' ? [each.id] : [])) ?? []
  const over = new Set<number>(effectsOf(log, 'trigger').map(({ checkpointId }) => checkpointId))
  if (scenario.alignment === 'unaligned' || scenario.alignment === 'alternating')
    for (const { checkpointId } of effectsOf(log, 'abort')) over.add(checkpointId)
  return ids.filter((id) => !over.has(id)).map((id) => `nothing came of checkpoint ${id}`)
}

function broken(check: Check, alignment: Alignment, faults: boolean, sabotage?: Sabotage): string | null {
  const result = fc.check(
    fc.property(scenarios(alignment, faults), (scenario) => {
      expect(check(run(scenario, sabotage))).toEqual([])
    }),
    parameters,
  )
  return result.failed ? `${JSON.stringify(result.counterexample)}: ${result.errorInstance}` : null
}

describe.each(ALIGNMENTS)('%s', (alignment) => {
  it.each(Object.entries(ALWAYS))('%s', (_name, check) => {
    expect(broken(check, alignment, true)).toBeNull()
  })

  it('noneForgotten', () => {
    expect(broken(noneForgotten, alignment, false)).toBeNull()
  })
})

it('the runs meet what they are about', () => {
  const met = new Set<string>()
  for (const alignment of ALIGNMENTS)
    for (const scenario of fc.sample(scenarios(alignment, true), parameters))
      for (const { before, step } of run(scenario).log) {
        if (step.handled?.type === 'timer') met.add(`${alignment}: timer`)
        if (before.channels.some(({ held }) => held.length > 0)) met.add(`${alignment}: held`)
        for (const effect of step.effects)
          met.add(`${alignment}: ${effect.type} ${effect.type === 'trigger' ? effect.how : ''}`.trim())
      }
  const every = ['emit', 'abort']
  const persists = ['init', 'start', 'stop', 'captured', 'trigger unaligned']
  const aligns = ['resume', 'held', 'trigger aligned']
  expect([...met].sort()).toEqual(
    [
      ...[...every, ...aligns].map((what) => `aligned: ${what}`),
      ...[...every, ...persists].map((what) => `unaligned: ${what}`),
      ...[...every, ...persists, ...aligns, 'prioritize', 'timer'].map((what) => `alternating: ${what}`),
      ...[...every, 'trigger aligned'].map((what) => `atLeastOnce: ${what}`),
    ].sort(),
  )
})

const changedEffects =
  (change: (effect: GateEffect<number>) => readonly GateEffect<number>[]): Sabotage =>
  (_before, step) => ({ ...step, effects: step.effects.flatMap(change) })
const twice = (type: string) => changedEffects((effect) => (effect.type === type ? [effect, effect] : [effect]))
const never = (type: string) => changedEffects((effect) => (effect.type === type ? [] : [effect]))
const has = ({ effects }: Step, type: string) => effects.some((effect) => effect.type === type)
const changedChannels =
  (change: (now: Channel, before: Channel) => Partial<Channel>): Sabotage =>
  (before, step) => ({
    ...step,
    gate: {
      ...step.gate,
      channels: step.gate.channels.map((now, at) => ({ ...now, ...change(now, before.channels[at] as Channel) })),
    },
  })
const when =
  (type: string, sabotage: Sabotage): Sabotage =>
  (before, step) =>
    has(step, type) ? sabotage(before, step) : step

const sendersGoOn = changedChannels(() => ({ senderBlocked: false }))
const staysBlocked: Sabotage = (before, step) => {
  const { handler } = step.gate
  if (handler.alignment === 'atLeastOnce') return step
  return { ...step, gate: { ...step.gate, handler: { ...handler, blocked: blockedOf(before) } } }
}

/** What each check is there to find. */
const BUGS: readonly (readonly [string, keyof typeof ALWAYS | 'noneForgotten', Alignment, Sabotage])[] = [
  ['a barrier does not stop its sender', 'nothingFromBlocked', 'aligned', sendersGoOn],
  ['a barrier does not stop its sender', 'nothingFromBlocked', 'alternating', sendersGoOn],
  ['a barrier does not stop its sender', 'cleanCut', 'aligned', sendersGoOn],
  ...ALIGNMENTS.map((alignment) => ['a trigger comes twice', 'triggersRise', alignment, twice('trigger')] as const),
  ...ALIGNMENTS.map((alignment) => ['an abort comes twice', 'abortsOnce', alignment, twice('abort')] as const),
  ['an abort leaves channels blocked', 'abortUnblocks', 'aligned', when('abort', staysBlocked)],
  ['an abort leaves channels blocked', 'abortUnblocks', 'alternating', when('abort', staysBlocked)],
  [
    'a resume does not reach the sender',
    'nobodyForgotten',
    'aligned',
    when(
      'resume',
      changedChannels((_, { senderBlocked: blocked }) => ({ senderBlocked: blocked })),
    ),
  ],
  [
    'a stop does not end the capture',
    'capturesInTime',
    'unaligned',
    when(
      'stop',
      changedChannels((_, { persisting, lastSeen }) => ({ persisting, lastSeen })),
    ),
  ],
  ['no start before the capture', 'capturesInTime', 'alternating', never('start')],
  [
    'an abort leaves the timer armed',
    'timersOnlyPending',
    'alternating',
    when('abort', ({ timerDueMs }, step) => ({ ...step, gate: { ...step.gate, timerDueMs } })),
  ],
  [
    'a record is lost',
    'onceInOrder',
    'aligned',
    changedEffects((e) => (e.type === 'emit' && e.record === 2 ? [] : [e])),
  ],
  ['a record comes twice', 'onceInOrder', 'atLeastOnce', twice('emit')],
  [
    'the newest record goes first',
    'onceInOrder',
    'unaligned',
    changedChannels(({ queue }) => ({
      queue: queue.every(({ type }) => type === 'record') ? queue.toReversed() : queue,
    })),
  ],
  [
    'what arrives is not captured',
    'cleanCut',
    'unaligned',
    (_, step) => (step.handled ? step : never('captured')(_, step)),
  ],
  ['what is queued is not captured', 'cleanCut', 'unaligned', when('start', never('captured'))],
  [
    'what is queued behind the barrier is captured too',
    'cleanCut',
    'unaligned',
    changedChannels(({ queue, lastBarrier }) => ({ beforeBarrier: lastBarrier < 0 ? 0 : queue.length })),
  ],
  ['what is queued is not captured', 'cleanCut', 'alternating', when('prioritize', never('captured'))],
  [
    'a barrier is counted before the records ahead of it',
    'cleanCut',
    'atLeastOnce',
    changedChannels(({ queue }) => ({
      queue: [...queue.filter(({ type }) => type === 'barrier'), ...queue.filter(({ type }) => type !== 'barrier')],
    })),
  ],
  ...ALIGNMENTS.map((alignment) => ['no trigger', 'noneForgotten', alignment, never('trigger')] as const),
]

describe('a planted bug is found:', () => {
  it.each(BUGS)('%s (%s, %s)', (_what, name, alignment, sabotage) => {
    const check: Check = name === 'noneForgotten' ? noneForgotten : ALWAYS[name]
    expect(broken(check, alignment, name !== 'noneForgotten', sabotage)).not.toBeNull()
  })
})
