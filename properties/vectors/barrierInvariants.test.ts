// What must hold of every barrier handler behind its gate, beyond the recorded cases, in random runs. Each check is shown
// a gate with a planted bug that it has to find.
// Read next: barrierRun.fixture.ts (the runs), barrierChecks.fixture.ts (what must hold).
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Alignment } from '../../impl/runtime/barriers/handler.ts'
import type { GateEffect } from '../../impl/runtime/barriers/inputGate.ts'
import { ALWAYS, blockedOf, type Channel, type Check, noneForgotten } from './barrierChecks.fixture.ts'
import { run, type Sabotage, type Step, scenarios } from './barrierRun.fixture.ts'

const ALIGNMENTS = ['aligned', 'unaligned', 'alternating', 'atLeastOnce'] as const
const parameters = { seed: 20_261_123, numRuns: 300 }

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
