// The model's gates against every recorded barrier case, and planted bugs that the cases must tell from Flink.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Alignment } from '../../model/pipeline/bounds.ts'
import { type BarrierCase, replayBarriersModel, type Sabotage } from './gatesModel.ts'

interface File {
  readonly format: 'barriers/1' | 'barriers/2'
  readonly cases: readonly BarrierCase[]
}

const read = (name: string): File =>
  JSON.parse(readFileSync(new URL(`./flink/barriers-${name}.json`, import.meta.url), 'utf8'))

const disagreeing = (name: string, alignment: Alignment, sabotage?: Sabotage): string[] => {
  const { format, cases } = read(name)
  const replay = replayBarriersModel(alignment, format, sabotage)
  return cases.filter((recorded) => replay(recorded) !== null).map((recorded) => recorded.name)
}

describe('the model’s gates', () => {
  it.each([
    ['aligned', 'aligned', 339],
    ['unaligned', 'unaligned', 347],
    ['alternating', 'alternating', 364],
    ['tracker', 'atLeastOnce', 347],
  ] as const)('%s: agrees with every recorded case', (name, alignment, cases) => {
    expect(read(name).cases).toHaveLength(cases)
    expect(disagreeing(name, alignment)).toEqual([])
  })

  it.each<[string, string, Alignment, Sabotage]>([
    [
      'channels stay blocked after an abort',
      'aligned',
      'aligned',
      (gate, cells) => ({
        ...gate,
        cancel(channel, id) {
          const before = Array.from({ length: cells.channels }, (_, c) => cells.blocked.at(c))
          gate.cancel(channel, id)
          for (const [c, was] of before.entries()) cells.blocked.set(c, was)
        },
      }),
    ],
    ['end of partition is not heeded', 'unaligned', 'unaligned', (gate) => ({ ...gate, endOfPartition: () => {} })],
    ['a cancel is not heeded', 'tracker', 'atLeastOnce', (gate) => ({ ...gate, cancel: () => {} })],
    [
      'the alignment timer does nothing',
      'alternating',
      'alternating',
      (gate) => ({ ...gate, alignmentTimer: () => {} }),
    ],
    ['announcements are not heeded', 'alternating', 'alternating', (gate) => ({ ...gate, announcement: () => {} })],
  ])('%s: noticed', (_, name, alignment, sabotage) => {
    expect(disagreeing(name, alignment, sabotage).length).toBeGreaterThan(5)
  })
})
