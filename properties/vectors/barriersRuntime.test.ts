// All recorded cases of Flink's barrier handlers agree with the runtime's gate step by step, and the replay would notice if
// they did not: one thing changed in a recording is a difference at that step.
// Read next: barriersRuntime.ts; barrierInvariants.test.ts for what holds beyond the recordings.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  type BarrierCase,
  type BarrierStep,
  type GateAction,
  replayBarriers1,
  replayBarriers2,
  type SentElement,
} from './barriersRuntime.ts'
import type { Replay } from './replay.ts'

const casesOf = <Event>(name: string): readonly BarrierCase<Event>[] => {
  const file = new URL(`./flink/barriers-${name}.json`, import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly BarrierCase<Event>[] }).cases
}

const aligned = casesOf<SentElement>('aligned')
const tracker = casesOf<SentElement>('tracker')
const unaligned = casesOf<GateAction>('unaligned')
const alternating = casesOf<GateAction>('alternating')

async function differing<Event>(replay: Replay<BarrierCase<Event>>, cases: readonly BarrierCase<Event>[]) {
  const differences = []
  for (const recorded of cases) {
    const difference = await replay(recorded)
    if (difference !== null) differences.push([recorded.name, difference])
  }
  return differences
}

describe('recorded from Flink 1.20.3', () => {
  it('339 cases of SingleCheckpointBarrierHandler.aligned', async () => {
    expect(aligned).toHaveLength(339)
    expect(await differing(replayBarriers1('aligned'), aligned)).toEqual([])
  })

  it('347 cases of SingleCheckpointBarrierHandler.unaligned', async () => {
    expect(unaligned).toHaveLength(347)
    expect(await differing(replayBarriers2('unaligned'), unaligned)).toEqual([])
  })

  it('364 cases of SingleCheckpointBarrierHandler.alternating', async () => {
    expect(alternating).toHaveLength(364)
    expect(await differing(replayBarriers2('alternating'), alternating)).toEqual([])
  })

  it('347 cases of CheckpointBarrierTracker', async () => {
    expect(tracker).toHaveLength(347)
    expect(await differing(replayBarriers1('atLeastOnce'), tracker)).toEqual([])
  })

  it('are told apart: a case of one class is not a case of another', async () => {
    expect((await differing(replayBarriers2('alternating'), unaligned)).length).toBeGreaterThan(0)
    expect((await differing(replayBarriers2('unaligned'), alternating)).length).toBeGreaterThan(0)
  })
})

/** The first case with such a step, and that step changed. */
function changed<Event>(
  cases: readonly BarrierCase<Event>[],
  applies: (step: BarrierStep<Event>) => boolean,
  change: (step: BarrierStep<Event>) => BarrierStep<Event>,
): { readonly step: number; readonly recorded: BarrierCase<Event> } {
  const whole = cases.find(({ steps }) => steps.some(applies))
  if (whole === undefined) throw new Error('expected a case with such a step, there is none')
  const step = whole.steps.findIndex(applies)
  return {
    step,
    recorded: { ...whole, steps: whole.steps.with(step, change(whole.steps[step] as BarrierStep<Event>)) },
  }
}

describe('a recording that says something else is a difference at that step:', () => {
  const numbers = [
    ['blocked', [9]],
    ['aligned', [9]],
    ['senderBlocked', [9]],
    ['capturing', [9]],
    ['timers', [9]],
    ['latest', 9],
    ['open', 9],
  ] as const
  it.each(numbers)('%s', async (name, value) => {
    const { step, recorded } = changed(
      alternating,
      (each) => each.out.length > 0,
      (each) => ({ ...each, [name]: value }),
    )
    expect(await replayBarriers2('alternating')(recorded)).toMatchObject({ step })
  })

  it('pending, pendingIds', async () => {
    for (const change of [{ pending: true }, { pendingIds: [9] }]) {
      const { step, recorded } = changed(
        tracker,
        ({ pending }) => pending === false,
        (each) => ({ ...each, ...change }),
      )
      expect(await replayBarriers1('atLeastOnce')(recorded)).toMatchObject({ step })
    }
  })

  it.each(['emit', 'in', 'trigger', 'abort', 'resume', 'timer', 'prioritize', 'init', 'start', 'stop', 'capture'])(
    'no %s',
    async (call) => {
      const { step, recorded } = changed(
        alternating,
        ({ out }) => out.some(([name]) => name === call),
        (each) => ({ ...each, out: each.out.filter(([name]) => name !== call) }),
      )
      expect(await replayBarriers2('alternating')(recorded)).toMatchObject({ step })
    },
  )

  it('another order', async () => {
    const { step, recorded } = changed(
      aligned,
      ({ out }) => out.length > 1,
      (each) => ({ ...each, out: each.out.toReversed() }),
    )
    expect(await replayBarriers1('aligned')(recorded)).toMatchObject({ step })
  })

  it('no error', async () => {
    for (const [replay, cases] of [
      [replayBarriers1('atLeastOnce'), tracker],
      [replayBarriers2('unaligned'), unaligned],
    ] as const) {
      const { step, recorded } = changed(
        cases as readonly BarrierCase<never>[],
        ({ error }) => error !== undefined,
        ({ error: _, ...each }) => each,
      )
      expect(await replay(recorded)).toMatchObject({ step })
    }
  })

  it('an element on a channel whose sender was blocked', async () => {
    const whole = aligned.find(({ steps }) => steps.at(-1)?.blocked?.includes(0)) as BarrierCase<SentElement>
    const after = { ...(whole.steps.at(-1) as BarrierStep<SentElement>), event: ['record', 0, 1] as const, out: [] }
    const recorded = { ...whole, steps: [...whole.steps, after] }
    expect(await replayBarriers1('aligned')(recorded)).toMatchObject({ step: whole.steps.length })
  })
})
