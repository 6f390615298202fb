// All recorded cases of Flink's AsyncSinkWriter agree with the model's rules, and each planted bug is told from them.
// Read next: asyncSinkModel.ts.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { replayAsyncSinkModel, type Sabotage } from './asyncSinkModel.ts'
import type { AsyncSinkWriterCase } from './asyncSinkRuntime.ts'

const file = new URL('./flink/async-sink-writer.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly AsyncSinkWriterCase[] }

const disagreeing = (sabotage?: Sabotage) =>
  cases.filter((recorded) => replayAsyncSinkModel(sabotage)(recorded) !== null).length

it('agrees with all recorded cases', () => {
  expect(cases).toHaveLength(100)
  expect(disagreeing()).toBe(0)
})

it.each<readonly [string, Sabotage]>([
  [
    'failed entries go to the tail of the buffer',
    (calls, { buffer }) => ({
      ...calls,
      answered(at, failed) {
        const behind = buffer.length
        calls.answered(at, failed)
        if (failed.length > 0 && buffer.length === behind + failed.length)
          for (const _ of failed) buffer.push(buffer.shift())
      },
    }),
  ],
  ['a handed back entry counts as written', (calls) => ({ ...calls, answered: (at) => calls.answered(at, []) })],
  [
    'a checkpoint waits for nothing that is in flight',
    (calls, { flights }) => ({
      ...calls,
      checkpoint(id) {
        const kept = flights.map((flight) => Array.from({ length: flight.length }, (_, n) => flight.at(n)))
        for (const flight of flights) flight.clear()
        calls.checkpoint(id)
        for (const [at, entries] of kept.entries()) for (const entry of entries) flights[at]?.push(entry)
      },
    }),
  ],
  [
    'the limit never falls',
    (calls, { limit }) => ({
      ...calls,
      answered(at, failed) {
        const before = limit.read()
        calls.answered(at, failed)
        limit.write(Math.max(before, limit.read()))
      },
    }),
  ],
  ['the timer fires and sends nothing', (calls) => ({ ...calls, fire: () => {} })],
])('tells it from a writer in which %s', (_what, sabotage) => {
  expect(disagreeing(sabotage)).toBeGreaterThan(5)
})

it('names the step, what Flink gave and what came out', () => {
  const [first] = cases as [AsyncSinkWriterCase]
  const steps = first.steps.map((step, at) => (at === 1 ? ([step[0], { status: 'gone' }] as const) : step))
  expect(replayAsyncSinkModel()({ ...first, steps })).toMatchObject({ step: 1, expected: { status: 'gone' } })
})
