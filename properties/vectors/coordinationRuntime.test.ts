// All recorded cases of Flink's CheckpointCoordinator agree with the complete coordinator, and a recording that says
// anything else is noticed. Read next: coordinationRuntime.ts.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { replayCoordinator } from './coordinationRuntime.ts'
import { coordinator2 } from './formats/others.ts'

const { cases } = z
  .object({ cases: z.array(coordinator2) })
  .parse(JSON.parse(readFileSync(new URL('flink/coordinator.json', import.meta.url), 'utf8')))

describe('what the released CheckpointCoordinator did, the runtime does', () => {
  it('in every case', async () => {
    expect(cases).toHaveLength(235)
    const wrong = await Promise.all(cases.map(async (each) => ({ name: each.name, is: await replayCoordinator(each) })))
    expect(wrong.filter(({ is }) => is !== null).slice(0, 3)).toEqual([])
  })
})

describe('a recording that says otherwise is noticed', () => {
  type Case = (typeof cases)[number]
  type Step = Case['steps'][number]
  /** Changes the first step for which `change` finds something to change. */
  const spoiled = (change: (step: Step) => Step | null): { readonly spoilt: Case; readonly at: number } => {
    for (const each of cases)
      for (const [at, step] of each.steps.entries()) {
        const changed = change(step)
        if (changed !== null) return { spoilt: { ...each, steps: each.steps.with(at, changed) }, at }
      }
    throw new Error('no case has what is to be changed')
  }
  it.each<[string, (step: Step) => Step | null]>([
    ['the answer', (step) => (step.returned === undefined ? null : { ...step, returned: !step.returned })],
    ['a call too few', (step) => (step.out.length < 2 ? null : { ...step, out: step.out.slice(1) })],
    [
      'the order of calls',
      (step) =>
        step.out[0]?.[0] !== 'requestFailed' || step.out.length < 2 ? null : { ...step, out: step.out.toReversed() },
    ],
    ['what is pending', (step) => (Object.keys(step.pending).length === 0 ? null : { ...step, pending: {} })],
    ['what is retained', (step) => (step.retained.length === 0 ? null : { ...step, retained: [] })],
    ['what waits', (step) => ({ ...step, queued: step.queued + 1 })],
  ])('%s', async (_, change) => {
    const { spoilt, at } = spoiled(change)
    expect(await replayCoordinator(spoilt)).toMatchObject({ step: at })
  })
  it('but not the order of discards that stand together', async () => {
    const { spoilt } = spoiled((step) => {
      const at = step.out.findIndex((call, i) => call[0] === 'discard' && step.out[i + 1]?.[0] === 'discard')
      const [one, two] = [step.out[at], step.out[at + 1]]
      if (one === undefined || two === undefined) return null
      return { ...step, out: step.out.with(at, two).with(at + 1, one) }
    })
    expect(await replayCoordinator(spoilt)).toBeNull()
  })
})
