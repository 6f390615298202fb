// The three paragraphs: HashSet or ListState, when it matters, what dominates. Every number in them is computed from the
// figures, and so is every word that compares: a result that is the other way round reads the other way round. A paragraph
// whose suites were not measured says so. Read next: figures.ts, budget.ts, ../../bench/suites/flushSummary.ts.
import type { BenchResult } from '../../bench/method/benchCase.ts'
import { BUDGET_AT, type Budget, budgets, shareText } from './budget.ts'
import { figure, type PublishedSuite, resultOf, resultsWhere } from './figures.ts'

export interface Answer {
  readonly question: string
  readonly text: string
}

const AT = { records: 10_000, bytes: 200 }

export const answers = (suites: readonly PublishedSuite[]): Answer[] => [
  { question: 'HashSet or ListState?', text: whichBuffer(suites) },
  { question: 'When does it matter?', text: whenItMatters(suites) },
  { question: 'What dominates?', text: whatDominates(suites) },
]

const notMeasured = (...suites: readonly string[]): string =>
  `Not measured as the answer needs it: run ${suites.map((suite) => `\`sinkproof bench ${suite}\``).join(' and ')}.`

function whichBuffer(suites: readonly PublishedSuite[]): string {
  const where = { ...AT, duplicates: 0, operation: 'add' }
  const set = resultOf(suites, 'buffer', 'HashSetBuffer', where)
  const list = resultOf(suites, 'buffer', 'ListStateBuffer', where)
  if (set === null || list === null) return notMeasured('buffer')
  return (
    `To add a record of 200 B costs ${figure(set.median)} ns in a HashSet with Java's semantics, which hashes every field, ` +
    `and ${figure(list.median)} ns in a list that ListState can hold: the set costs ${compared(set, list)}. Equality by ` +
    'value buys nothing that a checkpointed sink needs. It collapses equal records, which loses one where two were ' +
    'meant, and it forgets their order, so that an older version of a key may be written last. A buffer that keeps the ' +
    'last record of a key is what the set was wanted for, and it is not the set.'
  )
}

function whenItMatters(suites: readonly PublishedSuite[]): string {
  const set = grown(suites, 'HashSetBuffer')
  const list = grown(suites, 'ListStateBuffer')
  const blocked = { ...AT, operation: 'block' }
  const clone = resultOf(suites, 'checkpoint', 'structuredClone', blocked)
  const quickest = resultsWhere(suites, 'checkpoint', blocked).sort((a, b) => a.median - b.median)[0]
  const filled = resultOf(suites, 'buffer', 'HashSetBuffer', { ...AT, duplicates: 0, operation: 'add' })
  if (set === null || list === null || clone === null || quickest === undefined || filled === null)
    return notMeasured('buffer', 'checkpoint')
  const fillMs = (filled.median * AT.records) / 1e6
  const order = fillMs < clone.median ? 'less than' : 'no less than'
  return (
    `${inASmallBuffer(suites)}From 1,000 to 1,000,000 records the cost of adding one ${set} in the set and ${list} in the ` +
    `list. To fill the set with 10,000 records takes ${figure(fillMs)} ms, ${order} the ${figure(clone.median)} ms for ` +
    `which their snapshot by structured clone blocks the task. The quickest serialiser is ${quickest.name} with ` +
    `${figure(quickest.median)} ms${quickest.name === clone.name ? '' : `; structured clone takes ${compared(clone, quickest)}`}.`
  )
}

/** A share of a write below which its buffer is not where to look for speed. */
const LITTLE = 0.05

function inASmallBuffer(suites: readonly PublishedSuite[]): string {
  const [sdk, fast] = (['sdk', 'fast'] as const).map((name) => bufferShare(suites, name))
  if (sdk === undefined || fast === undefined) return ''
  const verdict = sdk < LITTLE ? 'For speed, hardly ever' : 'For speed, from the first record on'
  return (
    `${verdict} in a sink that flushes at 25 through the SDK: a list is ${shareText(sdk)} of a write there` +
    `${setInASink(suites, 'sdk')}. On the fast transport it is ${shareText(fast)}${setInASink(suites, 'fast')}. `
  )
}

/** Our sinks that differ in the buffer, from end to end. */
function setInASink(suites: readonly PublishedSuite[], transport: Budget['transport']): string {
  const at = { ...AT, inFlight: 1, store: 'stub', transport }
  const set = resultOf(suites, 'flush', 'hashSetTransient', at)
  const list = resultOf(suites, 'flush', 'listStateBuffer', at)
  if (set === null || list === null) return ''
  return `, and with the set in its place the sink takes ${compared(set, list, 'as long')}`
}

const bufferShare = (suites: readonly PublishedSuite[], transport: Budget['transport']): number | undefined =>
  budgets(suites).find((each) => each.transport === transport)?.parts[0]?.share

/** `rises from 40 to 120 ns`; a tenth up or down is no change. */
function grown(suites: readonly PublishedSuite[], name: string): string | null {
  const at = (records: number) =>
    resultOf(suites, 'buffer', name, { records, bytes: 100, duplicates: 0, operation: 'add' })
  const [few, many] = [at(1_000), at(1_000_000)]
  if (few === null || many === null) return null
  const times = many.median / few.median
  if (times < 1.1 && times > 0.9) return `stays near ${figure(few.median)} ns`
  return `${times > 1 ? 'rises' : 'falls'} from ${figure(few.median)} to ${figure(many.median)} ns`
}

function whatDominates(suites: readonly PublishedSuite[]): string {
  const of = Object.fromEntries(budgets(suites).map((each) => [each.transport, each]))
  const { sdk, fast } = of
  if (sdk === undefined || fast === undefined) return notMeasured('flush')
  const tuned = resultOf(suites, 'flush', 'sdk-tuned', BUDGET_AT)
  const largest = [...sdk.parts].sort((a, b) => b.share - a.share)[0]
  const each = ({ parts }: Budget) => parts.map(({ part, share }) => `${part} ${shareText(share)}`).join('; ')
  return (
    `Of the ${figure(sdk.whole)} microseconds that a record of 200 B takes through the SDK with 16 requests in flight, the ` +
    `most goes to: ${largest?.part}. In order: ${each(sdk)}. The fast transport, which serialises each record once and ` +
    `signs the joined body, takes ${figure(fast.whole)} microseconds: ${each(fast)}. It writes ` +
    `${rate(sdk.whole, fast.whole)} as the SDK` +
    (tuned === null
      ? '.'
      : `; the SDK's own client without what a sink has no use of (sdk-tuned) ${rate(sdk.whole, tuned.median)}.`) +
    ' Whoever wants a correct sink changes the buffer; what that costs is the first part of either list.'
  )
}

/** `3.2 times as many records a second`, `0.80 times as many ...`: what is slower reads as slower. */
const rate = (from: number, to: number): string => `${timesText(from / to)} as many records a second`

/** How much of `right` is `left`: `31 times as much`; a twentieth more or less is as much. */
function compared({ median: left }: BenchResult, { median: right }: BenchResult, as = 'as much'): string {
  const ratio = left / right
  return ratio > 0.95 && ratio < 1.05 ? as : `${timesText(ratio)} ${as}`
}

const timesText = (ratio: number): string =>
  `${ratio < 1.1 ? ratio.toFixed(2) : ratio < 10 ? ratio.toFixed(1) : ratio.toFixed(0)} times`
