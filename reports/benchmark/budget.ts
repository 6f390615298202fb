// Where the time of a write goes, step by step: buffer, serialise, sign, parse the answer, send and wait. Each part is the
// difference of two medians of one run, of a write that is cut short and of one that goes a step further; a difference
// below nothing is noise and counts as nothing. Read next: ../../bench/flush/parts.ts, answers.ts.
import { PART_NAMES } from '../../bench/flush/parts.ts'
import { type PublishedSuite, resultOf } from './figures.ts'

export interface Part {
  readonly part: string
  /** Microseconds a record. */
  readonly micros: number
  /** Of the sum of all parts, 0 to 1. */
  readonly share: number
}

export interface Budget {
  readonly transport: 'sdk' | 'fast'
  /** Of the whole write as it was measured, microseconds a record. */
  readonly whole: number
  readonly parts: readonly Part[]
}

/** What they were measured with. */
export const BUDGET_AT = { records: 10_000, bytes: 200, inFlight: 16, store: 'stub' }

const LABELS: Readonly<Record<Budget['transport'], readonly string[]>> = {
  sdk: [
    'buffer',
    'serialise, with logger and middleware',
    'sign, with retry middleware',
    'parse',
    'send and wait (node:http)',
  ],
  fast: ['buffer', 'serialise and join', 'sign', 'parse', 'send and wait (undici)'],
}

/** Empty where a step was not measured. */
export const budgets = (suites: readonly PublishedSuite[]): Budget[] =>
  (['sdk', 'fast'] as const).flatMap((transport) => {
    const names = ['limit-buffer-alone', ...PART_NAMES.map((part) => `part-${transport}-${part}`), transport]
    const reached = names.map((name) => resultOf(suites, 'flush', name, BUDGET_AT)?.median)
    if (reached.some((median) => median === undefined)) return []
    const medians = reached as number[]
    const micros = medians.map((median, i) => Math.max(0, median - (medians[i - 1] ?? 0)))
    const sum = micros.reduce((all, one) => all + one, 0)
    const parts = micros.map((one, i) => ({ part: LABELS[transport][i] as string, micros: one, share: one / sum }))
    return [{ transport, whole: medians.at(-1) as number, parts }]
  })

/** `0.4 %`, `17 %`: one digit more where it is small. */
export const shareText = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
