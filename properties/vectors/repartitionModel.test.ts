// The model's redistribution agrees with every recorded case of Flink's, and a wrong rule is told from it.
// Read next: repartitionModel.ts.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { keyGroupTarget, splitTarget } from '../../model/pipeline/redistribution.ts'
import { type RepartitionCase, replayRepartitionModel, replayWithSplit, type SplitRule } from './repartitionModel.ts'

const text = readFileSync(new URL('./flink/repartition.json', import.meta.url), 'utf8')
const { cases } = JSON.parse(text) as { readonly cases: readonly RepartitionCase[] }

it('agrees with all recorded cases', () => {
  expect(cases.length).toBe(339)
  expect(cases.map((recorded) => [recorded.name, replayRepartitionModel(recorded)]).filter(([, it]) => it)).toEqual([])
})

it.each<[string, SplitRule]>([
  ['every name starts at subtask 0', (position, total, p) => splitTarget(position, total, p, 0)],
  ['dealt out in turn', (position, _total, p, start) => (position + start) % p],
  ['the longer runs last', (position, total, p, start) => splitTarget(total - 1 - position, total, p, start)],
  ['all to the first', () => 0],
])('tells a wrong split from it: %s', (_what, wrong) => {
  expect(cases.filter((recorded) => replayWithSplit(recorded, wrong) !== null).length).toBeGreaterThan(10)
})

it('tells a lost and a repeated element of what has no order', () => {
  const recorded = cases.find(({ name }) => name === 'hand UNION 2->1 sizes [3, 2]') as RepartitionCase
  const [list] = recorded.after.map(({ s }) => s) as [readonly string[]]
  for (const wrong of [list.slice(1), [...list, 'x'], [...list.slice(1), list[1] as string], [...list].reverse()])
    expect(replayRepartitionModel({ ...recorded, after: [{ s: wrong }] })).toMatchObject({ step: 0 })
})

it('gives each subtask a range of key groups, as even as it can be', () => {
  for (let p = 1; p <= 5; p++) {
    const targets = Array.from({ length: 128 }, (_, group) => keyGroupTarget(group, 128, p))
    expect(targets).toEqual([...targets].sort((a, b) => a - b))
    const sizes = Array.from({ length: p }, (_, subtask) => targets.filter((target) => target === subtask).length)
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
  }
})
