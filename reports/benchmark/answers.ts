// The three paragraphs: HashSet or ListState, when it matters, what dominates. Every number in them is computed from the
// figures; a paragraph whose suites were not measured says so. Read next: figures.ts, ../../bench/suites/flushSummary.ts.
import type { BenchResult, Parameters } from '../../bench/method/benchCase.ts'
import { figure } from './barChart.ts'
import { type PublishedSuite, select } from './figures.ts'

export interface Answer {
  readonly question: string
  readonly text: string
}

export interface Share {
  readonly part: string
  /** Microseconds a record. */
  readonly micros: number
}

const AT = { records: 10_000, bytes: 200 }
const FLUSHED = { bytes: 200, inFlight: 16, store: 'stub' }

export function answers(suites: readonly PublishedSuite[]): Answer[] {
  const of = resultsOf(suites)
  return [
    { question: 'HashSet or ListState?', text: whichBuffer(of) },
    { question: 'When does it matter?', text: whenItMatters(of) },
    { question: 'What dominates?', text: whatDominates(of) },
  ]
}

/** The figures contradict a sentence of the answers: the text has to change before it is published. */
export class FiguresError extends Error {
  override readonly name = 'FiguresError'
}

type Results = (suite: string) => readonly BenchResult[] | null

const resultsOf =
  (suites: readonly PublishedSuite[]): Results =>
  (suite) =>
    suites.find((each) => each.suite === suite)?.run?.results ?? null

const one = (results: readonly BenchResult[] | null, name: string, where: Parameters): BenchResult | null =>
  select(results ?? [], where, ['transport']).find((result) => result.name === name) ?? null

const NOT_MEASURED = 'Not measured: run `sinkproof bench` for the suites named above.'

function whichBuffer(of: Results): string {
  const where = { ...AT, duplicates: 0, operation: 'add' }
  const set = one(of('buffer'), 'HashSetBuffer', where)
  const list = one(of('buffer'), 'ListStateBuffer', where)
  if (set === null || list === null) return NOT_MEASURED
  return (
    `To add a record of 200 B costs ${figure(set.median)} ns in a HashSet with Java's semantics and ` +
    `${figure(list.median)} ns in a list that ListState can hold: ${times(set, list)} as much, for equality by value, ` +
    'which means a hash over every field. It buys nothing that a checkpointed sink needs. It collapses equal records, ' +
    'which loses one where two were meant, and it forgets their order, so that an older version of a key may be written ' +
    'last. A buffer that keeps the last record of a key is what the set was wanted for, and it is not the set.'
  )
}

function whenItMatters(of: Results): string {
  const grown = (name: string) => {
    const at = (records: number) => one(of('buffer'), name, { records, bytes: 100, duplicates: 0, operation: 'add' })
    const [few, many] = [at(1_000), at(1_000_000)]
    return few === null || many === null ? null : ([few, many] as const)
  }
  const [set, list] = [grown('HashSetBuffer'), grown('ListStateBuffer')]
  const clone = one(of('checkpoint'), 'structuredClone', { ...AT, operation: 'block' })
  const quickest = select(of('checkpoint') ?? [], { ...AT, operation: 'block' }).sort((a, b) => a.median - b.median)[0]
  if (set === null || list === null || clone === null || quickest === undefined) return NOT_MEASURED
  return (
    `For speed, hardly ever in a sink that flushes at 25: the buffer is small, and its cost is that of a few records. It ` +
    `begins to where the buffer grows: from 1,000 to 1,000,000 records the cost of adding one goes from ` +
    `${figure(set[0].median)} to ${figure(set[1].median)} ns in the set and from ${figure(list[0].median)} to ` +
    `${figure(list[1].median)} ns in the list. What a large buffer costs first is the snapshot, which blocks the task: ` +
    `${figure(clone.median)} ms for 10,000 records by structured clone, ${figure(quickest.median)} ms by ` +
    `${quickest.name}, ${times(clone, quickest)} less.`
  )
}

/** Where the time of a write goes, on either transport; null where the flush suite was not measured. */
export function budget(suites: readonly PublishedSuite[]): { readonly sdk: Share[]; readonly fast: Share[] } | null {
  return budgetOf(resultsOf(suites))
}

function budgetOf(of: Results): ReturnType<typeof budget> {
  const median = (name: string) => one(of('flush'), name, FLUSHED)?.median ?? null
  const [buffer, http, fast, sdk] = ['limit-buffer-alone', 'limit-undici', 'fast', 'sdk'].map(median)
  if (buffer == null || http == null || fast == null || sdk == null) return null
  const own = fast - http - buffer
  const added = sdk - fast
  if (own < 0 || added < 0)
    throw new FiguresError(`a part of a write takes less than nothing: transport ${own} us, SDK beyond it ${added} us`)
  const parts = [
    { part: 'buffer', micros: buffer },
    { part: 'HTTP alone (undici, prebuilt, unsigned)', micros: http },
    { part: 'serialise, join, hash, sign, read answers', micros: own },
  ]
  return { fast: parts, sdk: [...parts, { part: 'what the SDK adds to that', micros: added }] }
}

function whatDominates(of: Results): string {
  const shares = budgetOf(of)
  if (shares === null) return NOT_MEASURED
  const total = shares.sdk.reduce((sum, { micros }) => sum + micros, 0)
  const share = (micros: number) => `${((100 * micros) / total).toFixed(micros * 10 < total ? 1 : 0)} %`
  const [buffer, http, own, added] = shares.sdk.map(({ micros }) => micros) as [number, number, number, number]
  return (
    `The client. Of the ${figure(total)} microseconds that a record of 200 B takes through the SDK with 16 requests in ` +
    `flight, the buffer is ${share(buffer)}, HTTP alone ${share(http)}, and ${share(added)} is what the SDK spends beyond ` +
    `a transport that serialises each record once and signs the joined body (${share(own)}). Whoever wants a faster sink ` +
    `changes the transport: ${(total / (total - added)).toFixed(1)} times as many records a second. Whoever wants a ` +
    'correct one changes the buffer.'
  )
}

/** How many times as much: the sentence around it says which is the dearer one. */
const times = (slow: BenchResult, fast: BenchResult): string => {
  const ratio = slow.median / fast.median
  if (ratio <= 1)
    throw new FiguresError(`${slow.name} (${slow.median}) is said to cost more than ${fast.name} (${fast.median})`)
  return `${ratio < 10 ? ratio.toFixed(1) : ratio.toFixed(0)} times`
}
