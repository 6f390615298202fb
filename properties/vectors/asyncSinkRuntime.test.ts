// All recorded cases of Flink's AsyncSinkWriter agree with the core step by step, and the replay would notice if they did
// not: any one thing changed in a case is a difference at that step.
// Read next: asyncSinkRuntime.ts.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type AsyncSinkWriterCase, type RecordedOutcome, replayAsyncSinkWriter } from './asyncSinkRuntime.ts'

const file = new URL('./flink/async-sink-writer.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly AsyncSinkWriterCase[] }

describe('AsyncSinkWriter as recorded from Flink', () => {
  it('there are 100 cases', () => {
    expect(cases).toHaveLength(100)
  })

  it.each(cases.map((recorded) => [recorded.name, recorded] as const))('%s', async (_name, recorded) => {
    expect(await replayAsyncSinkWriter(recorded)).toBeNull()
  })
})

/** The case with what was recorded at its first step of that kind changed. */
function changed(
  applies: (outcome: RecordedOutcome) => boolean,
  change: (outcome: RecordedOutcome) => RecordedOutcome,
): { readonly step: number; readonly recorded: AsyncSinkWriterCase } {
  const whole = cases.find(({ steps }) => steps.some(([, outcome]) => applies(outcome))) as AsyncSinkWriterCase
  const step = whole.steps.findIndex(([, outcome]) => applies(outcome))
  const steps = whole.steps.map((each, at) => (at === step ? ([each[0], change(each[1])] as const) : each))
  return { step, recorded: { ...whole, steps } }
}

const many = (outcome: RecordedOutcome): boolean => (outcome.sent?.[0]?.[1].length ?? 0) > 1
const held = (outcome: RecordedOutcome): boolean => (outcome.snapshot?.[1].length ?? 0) > 0

describe('a recording that says something else is a difference at that step:', () => {
  it.each([
    [
      'another status',
      changed(
        ({ status }) => status === 'blocked',
        (out) => ({ ...out, status: 'idle' }),
      ),
    ],
    ['a request missing', changed(many, ({ status }) => ({ status }))],
    ['another request number', changed(many, (out) => ({ ...out, sent: out.sent?.map(([, all]) => ['r999', all]) }))],
    ['another order', changed(many, (out) => ({ ...out, sent: out.sent?.map(([id, all]) => [id, all.toReversed()]) }))],
    ['no snapshot', changed(held, ({ snapshot: _, ...out }) => out)],
    ['less in the snapshot', changed(held, (out) => ({ ...out, snapshot: [out.snapshot?.[0] ?? 0, []] }))],
  ] as const)('%s', async (_what, { step, recorded }) => {
    expect(await replayAsyncSinkWriter(recorded)).toMatchObject({ step })
  })
})
