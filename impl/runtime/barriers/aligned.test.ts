// Replays every step that Flink's own aligned handler was recorded doing, and checks the pure function's manners.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkpointId } from '../../../model/pipeline/ids.ts'
import {
  type AlignedState,
  type BarrierEffect,
  type BarrierEvent,
  initialAligned,
  isPending,
  stepAligned,
} from './aligned.ts'

type VectorEvent = ['record', number, number] | ['barrier' | 'cancel', number, number] | ['eop', number]
interface VectorStep {
  readonly event: VectorEvent
  readonly out: readonly (readonly unknown[])[]
  readonly blocked: readonly number[]
  readonly latest: number
  readonly pending: boolean
  readonly aligned: readonly number[]
  readonly open: number
}
interface VectorCase {
  readonly name: string
  readonly channels: number
  readonly config: { readonly checkpointsAfterTasksFinish: boolean }
  readonly steps: readonly VectorStep[]
}

const file = new URL('../../../properties/vectors/flink/barriers-aligned.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: VectorCase[] }

function toEvent(event: VectorEvent): BarrierEvent | null {
  if (event[0] === 'record') return null
  if (event[0] === 'eop') return { type: 'endOfPartition', channel: event[1] }
  return { type: event[0], channel: event[1], checkpointId: checkpointId(event[2]) }
}

/** Effects as the vectors write them. `block` is not among their calls; the `blocked` column holds it to account. */
function toOut(effects: readonly BarrierEffect[]): unknown[] {
  return effects.flatMap((effect): unknown[] => {
    if (effect.type === 'block') return []
    if (effect.type === 'resume') return [['resume', effect.channels]]
    if (effect.type === 'trigger') return [['trigger', effect.checkpointId]]
    return [['abort', effect.checkpointId, effect.reason]]
  })
}

const view = (state: AlignedState) => ({
  blocked: state.blocked,
  latest: state.latest,
  pending: isPending(state),
  aligned: state.aligned,
  open: state.open,
})

describe('aligned barriers, as recorded from Flink 1.20.3', () => {
  it('has all 339 cases', () => expect(cases.length).toBe(339))

  it.each(cases.map((c, index) => [index, c.name, c] as const))('case %i: %s', (_index, _name, vector) => {
    let state = initialAligned(vector.channels, vector.config)
    const blockedByEffects = new Set<number>()
    for (const [index, step] of vector.steps.entries()) {
      const event = toEvent(step.event)
      const at = `step ${index} ${JSON.stringify(step.event)}`
      if (event === null) {
        expect(blockedByEffects.has(step.event[1]), `${at}: a record on a blocked channel`).toBe(false)
        continue
      }
      const result = stepAligned(state, event)
      state = result.state
      for (const effect of result.effects) {
        if (effect.type === 'block') blockedByEffects.add(effect.channel)
        if (effect.type === 'resume') for (const channel of effect.channels) blockedByEffects.delete(channel)
      }
      const { event: _event, out, ...expected } = step
      expect({ out: toOut(result.effects), ...view(state) }, at).toEqual({ out, ...expected })
      expect([...blockedByEffects].sort(), `${at}: blocked as a gate sees it`).toEqual(step.blocked)
    }
  })
})

describe('the aligned step', () => {
  const barrier = (channel: number, id: number): BarrierEvent => ({
    type: 'barrier',
    channel,
    checkpointId: checkpointId(id),
  })

  it('leaves the state it was given as it was, so that a search can keep it', () => {
    const first = stepAligned(initialAligned(3), barrier(1, 1)).state
    const before = structuredClone(first)
    stepAligned(first, barrier(0, 1))
    stepAligned(first, barrier(2, 2))
    stepAligned(first, { type: 'endOfPartition', channel: 0 })
    expect(first).toEqual(before)
  })

  it('gives equal states for the same barriers in another order', () => {
    const left = stepAligned(stepAligned(initialAligned(3), barrier(2, 1)).state, barrier(0, 1)).state
    const right = stepAligned(stepAligned(initialAligned(3), barrier(0, 1)).state, barrier(2, 1)).state
    expect(left).toEqual(right)
  })

  it('snapshots before it lets records in again, and after the last channel is blocked', () => {
    const first = stepAligned(initialAligned(2), barrier(0, 1)).state
    expect(stepAligned(first, barrier(1, 1)).effects.map((effect) => effect.type)).toEqual([
      'block',
      'trigger',
      'resume',
    ])
  })

  it('refuses a channel it does not have', () => {
    expect(() => stepAligned(initialAligned(2), barrier(2, 1))).toThrow('expected a channel in 0..1, got 2')
    expect(() => initialAligned(0)).toThrow('expected 1 or more channels, got 0')
  })
})
