// What was observed of each client in trouble, as a table: a row a client, a column a trouble. Measured by the flush suite,
// never typed. Read next: ../../bench/flush/facts.ts, markdown.ts, page.ts.
import type { PublishedSuite } from './figures.ts'

export interface FactsTable {
  readonly caption: string
  readonly columns: readonly string[]
  readonly rows: readonly { readonly name: string; readonly cells: readonly string[] }[]
}

/** Null where the suite observes nothing, or was not measured. */
export function factsOf({ run, suite }: PublishedSuite): FactsTable | null {
  const observed = run?.observed.filter((each) => each.suite === suite) ?? []
  if (observed.length === 0) return null
  const columns = [...new Set(observed.map(({ about }) => about))]
  const names = [...new Set(observed.map(({ name }) => name))]
  return {
    caption:
      'What the caller is told of three records, with one attempt a request: one of them handed back (UnprocessedItems), ' +
      'the request throttled, a key twice in it, an answer without a body',
    columns,
    rows: names.map((name) => ({
      name,
      cells: columns.map((about) => observed.find((each) => each.name === name && each.about === about)?.seen ?? ''),
    })),
  }
}
