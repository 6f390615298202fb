// What the start suite's figures say: one sentence a command. Read next: start.ts.
import type { MeasuredCase } from '../method/benchCase.ts'

export const startSummary = (cases: readonly MeasuredCase[]): string[] =>
  cases.map(({ result: { name, median }, rounds }) => {
    const seconds = (ms: number) => (ms / 1_000).toFixed(1)
    const range = rounds.length === 1 ? 'once' : `${seconds(Math.min(...rounds))}-${seconds(Math.max(...rounds))} s`
    return `${name}: ${seconds(median)} s (${range})`
  })
