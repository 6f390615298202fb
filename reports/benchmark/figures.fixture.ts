// Saved runs that nobody measured, for tests: of every suite what its charts select, with medians made of a counter, so that
// no two are equal and a figure in the wrong place is seen. Read next: figures.ts.
import type { BenchResult, Parameters } from '../../bench/method/benchCase.ts'
import type { PublishedSuite } from './figures.ts'

const KINDS = ['HashSetBuffer', 'ListStateBuffer', 'KeyedBuffer', 'EncodedListStateBuffer', 'limit-array-push']
const OPERATIONS = ['add', 'add again', 'drain', 'snapshot', 'restore']
/** In the order of how long they take, so that steps of a write lie behind each other. */
const WRITERS = [
  'limit-buffer-alone',
  'limit-tcp',
  'part-fast-serialised',
  'part-fast-signed',
  'part-fast-answered',
  'fast',
  'part-sdk-serialised',
  'part-sdk-signed',
  'part-sdk-answered',
  'sdk-tuned',
  'sdk-less-middleware',
  'sdk',
  '@aws-lite/dynamodb',
]

type Row = Pick<BenchResult, 'name' | 'parameters' | 'unit'>

const rows: Readonly<Record<string, readonly Row[]>> = {
  buffer: OPERATIONS.flatMap((operation) =>
    [
      { records: 10_000, bytes: 200 },
      ...[1_000, 10_000, 100_000, 1_000_000].map((records) => ({ records, bytes: 100 })),
    ].flatMap((size) => KINDS.map((name) => row(name, { operation, ...size, duplicates: 0 }, 'ns/record'))),
  ),
  checkpoint: ['block', 'restore'].flatMap((operation) =>
    ['structuredClone', 'v8', 'ListState of texts'].map((name) =>
      row(name, { operation, records: 10_000, bytes: 200 }, 'ms'),
    ),
  ),
  flush: [
    ...[1, 16].flatMap((inFlight) =>
      WRITERS.map((name) => row(name, { records: 10_000, bytes: 200, inFlight, store: 'stub' }, 'us/record')),
    ),
    row('fast', { records: 1_000, bytes: 200, inFlight: 16, store: 'dynalite' }, 'us/record'),
  ],
  checker: [
    row('kernel', { model: 'barrier-M', threads: 1 }, 'ns/state'),
    row('SPIN', { model: 'barrier-M', threads: 1 }, 'ns/state'),
  ],
  start: [row('first counterexample', { command: 'node --max-inlined-bytecode-size=300 verify' }, 'ms')],
}

function row(name: string, parameters: Parameters, unit: Row['unit']): Row {
  return { name, parameters, unit }
}

export const figuresFixture = (): PublishedSuite[] => [
  ...Object.entries(rows).map(([suite, own]): PublishedSuite => {
    const measures = `what ${suite} measures`
    const results = own.map((each, i): BenchResult => {
      const median = 1.01 + i * 1.37
      const spread = [median * 0.9, median * 1.15] as const
      return { suite, ...each, median, spread, p99: median * 1.9, recordsPerSecond: Math.round(1e6 / median), work: {} }
    })
    return {
      suite,
      measures,
      run: {
        machine: { cpu: 'no machine', cores: 2, memoryGiB: 1, load: 0, disturbed: [] },
        ...{ node: 'v20', date: 'never', commit: 'none', results },
        said: [{ suite, lines: [`what the figures of ${suite} say`] }],
        observed:
          suite !== 'flush'
            ? []
            : ['fast', '@aws-lite/dynamodb'].flatMap((name) =>
                ['unprocessed', 'throttled', 'duplicate key', 'empty answer'].map((about) => ({
                  ...{ suite, name, about },
                  seen: about === 'throttled' ? 'ProvisionedThroughputExceededException' : `2 written, by ${name}`,
                })),
              ),
      },
    }
  }),
  { suite: 'schedules', measures: 'what schedules measures', run: null },
]
