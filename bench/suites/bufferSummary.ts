// What the buffer suite's figures say, in sentences: each kind against the notes' HashSet, the limits, and how the cost
// of a record grows from the smallest set to the largest. Read next: buffer.ts.
import type { MeasuredCase, Parameters } from '../method/benchCase.ts'
import { ratioOf } from '../method/statistics.ts'
import { find, sentence } from '../method/summary.ts'
import { KINDS } from './buffer.ts'

const OPERATIONS: Readonly<Record<string, string>> = {
  add: 'to add',
  'add again': 'to add again',
  drain: 'to drain',
  snapshot: 'to snapshot',
  restore: 'to restore',
}

export function bufferSummary(cases: readonly MeasuredCase[]): string[] {
  const counts = cases.map(({ result }) => Number(result.parameters.records))
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)]
  return [...comparisons(cases), ...(most > fewest ? growth(cases, fewest, most) : [])]
}

/** On the first set that has no duplicates and 10,000 records, or else on the first there is. */
function comparisons(cases: readonly MeasuredCase[]): string[] {
  const base = cases.find(({ result }) => result.parameters.records === 10_000) ?? cases[0]
  if (base === undefined) return []
  const { records, bytes, duplicates } = base.result.parameters as Record<string, number>
  const on = { records, bytes, duplicates } as Parameters
  const others = KINDS.map(({ name }) => name).filter((name) => name !== 'HashSetBuffer')
  return [
    `at ${records} records of ${bytes} B, ${duplicates} % duplicates:`,
    ...Object.entries(OPERATIONS).flatMap(([operation, toDo]) =>
      others.flatMap((left) => {
        const said = sentence(cases, { left, right: 'HashSetBuffer', toDo, parameters: { ...on, operation } })
        return said === null ? [] : [said]
      }),
    ),
    ...['limit-array-push', 'limit-typed-slot'].flatMap((left) => {
      const parameters = { ...on, operation: 'add' }
      return sentence(cases, { left, right: 'ListStateBuffer', toDo: 'to add', parameters }) ?? []
    }),
  ]
}

function growth(cases: readonly MeasuredCase[], fewest: number, most: number): string[] {
  return KINDS.flatMap(({ name }) => {
    const few = find(cases, name, { operation: 'add', records: fewest, duplicates: 0 })
    const many = find(cases, name, { operation: 'add', records: most, duplicates: 0, ...bytesOf(few) })
    if (few === undefined || many === undefined || few === many) return []
    const { median, least, most: top } = ratioOf(many.rounds, few.rounds)
    return `${name}: a record costs ${median.toFixed(1)}x (${least.toFixed(1)}-${top.toFixed(1)}x) to add at ${most} records what it costs at ${fewest}`
  })
}

const bytesOf = (one: MeasuredCase | undefined): Parameters =>
  one === undefined ? {} : { bytes: one.result.parameters.bytes as number }
