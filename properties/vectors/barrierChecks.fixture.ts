// What must hold of the log of a barrier run: blocked channels deliver nothing, each record comes once and in order, a
// checkpoint is a clean cut. A check answers what is wrong, in words.
// Rules: shared/facts/flink.md section 2; exceptions: flink-vectors.md. Read next: barrierInvariants.test.ts.
import { type GateEffect, handlerOf, senderBlocked } from '../../impl/runtime/barriers/inputGate.ts'
import type { Entry, Gate, Run, Scenario } from './barrierRun.fixture.ts'

type Effect<T extends GateEffect<number>['type']> = Extract<GateEffect<number>, { readonly type: T }>
export type Check = (run: Run) => readonly string[]
export type Channel = Gate['channels'][number]

const effectsOf = <T extends GateEffect<number>['type']>(log: readonly Entry[], type: T): readonly Effect<T>[] =>
  log.flatMap(({ step }) => step.effects.filter((effect): effect is Effect<T> => effect.type === type))
export const blockedOf = (gate: Gate) => handlerOf(gate).blocked(gate.handler)
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

/** Of every run. */
export const ALWAYS = {
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
export const noneForgotten: Check = ({ scenario, log }) => {
  const ids = scenario.senders[0]?.flatMap((each) => (each.type === 'barrier' ? [each.id] : [])) ?? []
  const over = new Set<number>(effectsOf(log, 'trigger').map(({ checkpointId }) => checkpointId))
  if (scenario.alignment === 'unaligned' || scenario.alignment === 'alternating')
    for (const { checkpointId } of effectsOf(log, 'abort')) over.add(checkpointId)
  return ids.filter((id) => !over.has(id)).map((id) => `nothing came of checkpoint ${id}`)
}
