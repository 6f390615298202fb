// The figures on samples whose figures are known.
import { expect, it } from 'vitest'
import { medianInterval, ratioOf, summarised } from './statistics.ts'

it('gives median, middle half and 99th percentile', () => {
  const hundred = Array.from({ length: 101 }, (_, i) => 100 - i)
  expect(summarised(hundred)).toEqual({ median: 50, spread: [25, 75], p99: 99 })
  expect(summarised([4, 1, 3, 2])).toEqual({ median: 2.5, spread: [1.75, 3.25], p99: expect.closeTo(3.97) })
  expect(summarised([7])).toEqual({ median: 7, spread: [7, 7], p99: 7 })
})

it('leaves its samples alone', () => {
  const samples = [3, 1, 2]
  summarised(samples)
  expect(samples).toEqual([3, 1, 2])
})

it('has no figures for no samples, or for samples that are none', () => {
  expect(() => summarised([])).toThrow('expected at least one sample')
  expect(() => summarised([1, Number.NaN])).toThrow('expected finite samples, got NaN')
})

it('forms ratios within a round: what slowed a whole round cancels out', () => {
  expect(ratioOf([10, 100, 30], [5, 50, 10])).toEqual({ median: 2, least: 2, most: 3, rounds: 3 })
  expect(() => ratioOf([1], [1, 2])).toThrow('expected as many rounds on both sides')
})

it('gives the 95 % interval of a median by ranks, as tables of the sign test have it', () => {
  const ranks = (count: number) => medianInterval(Array.from({ length: count }, (_, i) => count - i))
  expect([1, 5, 6, 8, 9, 12, 15, 20, 30].map(ranks)).toEqual([
    [1, 1],
    [1, 5],
    [1, 6],
    [1, 8],
    [2, 8],
    [3, 10],
    [4, 12],
    [6, 15],
    [10, 21],
  ])
  expect(() => medianInterval([])).toThrow('expected at least one value')
})
