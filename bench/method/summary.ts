// Sentences from measured cases: who is how many times as fast as whom, with the median's 95 % interval over the rounds. Formed within a
// round and never from two medians: on a shared machine only what ran side by side can be compared.
// Read next: statistics.ts, ../suites/index.ts.
import type { MeasuredCase, Parameters } from './benchCase.ts'
import { type Ratio, ratioOf } from './statistics.ts'

export interface Comparison {
  readonly left: string
  readonly right: string
  /** What both do, as it ends the sentence: `to add`. */
  readonly toDo: string
  readonly parameters: Parameters
  /** Where the two sides differ in a parameter instead of in the name. */
  readonly rightParameters?: Parameters
}

/** `ListStateBuffer is 61x (55-70x) faster to add than HashSetBuffer`; null where a side was not measured. */
export function sentence(cases: readonly MeasuredCase[], comparison: Comparison): string | null {
  const left = find(cases, comparison.left, comparison.parameters)
  const right = find(cases, comparison.right, comparison.rightParameters ?? comparison.parameters)
  if (left === undefined || right === undefined) return null
  const [lefts, rights] = sharedRounds(left, right)
  const speedUp = ratioOf(rights, lefts)
  const { left: a, right: b, toDo } = comparison
  if (speedUp.rounds > 1 && speedUp.least <= 1 && speedUp.most >= 1)
    return `${a} and ${b} cannot be told apart ${toDo} (${range(speedUp)})`
  if (speedUp.median > 1) return `${a} is ${timesText(speedUp.median)} (${range(speedUp)}) faster ${toDo} than ${b}`
  const slowDown = ratioOf(lefts, rights)
  return `${a} is ${timesText(slowDown.median)} (${range(slowDown)}) slower ${toDo} than ${b}`
}

/** The rounds that both sides took part in: what is measured once was so in the first. */
function sharedRounds(left: MeasuredCase, right: MeasuredCase): [readonly number[], readonly number[]] {
  const count = Math.min(left.rounds.length, right.rounds.length)
  return [left.rounds.slice(0, count), right.rounds.slice(0, count)]
}

export function find(cases: readonly MeasuredCase[], name: string, parameters: Parameters): MeasuredCase | undefined {
  return cases.find(
    ({ result }) =>
      result.name === name && Object.entries(parameters).every(([field, value]) => result.parameters[field] === value),
  )
}

const digits = (times: number): string => (times < 10 ? times.toFixed(1) : times.toFixed(0))
export const timesText = (times: number): string => `${digits(times)}x`
/** Of one round there is none. */
const range = ({ least, most, rounds }: Ratio): string =>
  rounds === 1 ? 'one round' : `${digits(least)}-${timesText(most)}`
