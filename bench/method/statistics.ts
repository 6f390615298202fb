// What is said of a list of samples: its median, the middle half around it, and its 99th percentile. Never a mean alone:
// beside other work a mean is whatever the other work was. Read next: rounds.ts, summary.ts.

export interface Summary {
  readonly median: number
  /** First and third quartile: half of the samples lie between them. */
  readonly spread: readonly [number, number]
  readonly p99: number
}

/** @throws RangeError on an empty list or on a sample that is no finite number: such a run has no figures. */
export function summarised(samples: readonly number[]): Summary {
  if (samples.length === 0) throw new RangeError('expected at least one sample, got none')
  const wrong = samples.find((sample) => !Number.isFinite(sample))
  if (wrong !== undefined) throw new RangeError(`expected finite samples, got ${wrong}`)
  const sorted = [...samples].sort((a, b) => a - b)
  return {
    median: quantile(sorted, 0.5),
    spread: [quantile(sorted, 0.25), quantile(sorted, 0.75)],
    p99: quantile(sorted, 0.99),
  }
}

/** Of a sorted list; between two samples it is interpolated. */
function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)] as number
  const above = sorted[Math.ceil(place)] as number
  return below + (above - below) * (place - Math.floor(place))
}

/** `least` to `most`: the median's 95 % interval. */
export interface Ratio {
  readonly median: number
  readonly least: number
  readonly most: number
  readonly rounds: number
}

const CONFIDENCE = 0.95

/**
 * Between which two of these values the median of all there could be lies, with 95 % confidence and whatever their
 * distribution: the narrowest pair of order statistics that does. Fewer than six values: from the least to the most.
 */
export function medianInterval(values: readonly number[]): readonly [number, number] {
  if (values.length === 0) throw new RangeError('expected at least one value, got none')
  const sorted = [...values].sort((a, b) => a - b)
  const last = sorted.length - 1
  // Of fair coins: that at most `low` of them fall heads, twice, is what the pair from `low` leaves out.
  let outside = 0
  let chance = 2 ** -sorted.length
  let low = 0
  for (let heads = 0; heads < sorted.length / 2; heads++) {
    outside += 2 * chance
    if (outside > 1 - CONFIDENCE) break
    low = heads
    chance *= (sorted.length - heads) / (heads + 1)
  }
  return [sorted[low] as number, sorted[last - low] as number]
}

/** How many times `left` is `right`, formed within each round, so that what slowed a whole round cancels out. */
export function ratioOf(left: readonly number[], right: readonly number[]): Ratio {
  if (left.length !== right.length)
    throw new RangeError(`expected as many rounds on both sides, got ${left.length} and ${right.length}`)
  const ratios = left.map((value, round) => value / (right[round] as number))
  const [least, most] = medianInterval(ratios)
  return { median: summarised(ratios).median, least, most, rounds: ratios.length }
}
