// The matrix with its tools made: both stores, the recordings of Flink, the rows that were asked for.
// Read next: matrix.ts, ../../reports/mutants/command.ts.
import { readRecordings } from '../vectors/replayFolder.ts'
import { dynaliteWorldStore, memoryWorldStore } from '../world/store.ts'
import { RightGraphs } from './everyTransition.ts'
import { killMatrix, type Matrix, type MatrixOptions } from './matrix.ts'

export interface HuntOptions extends Omit<MatrixOptions, 'untilMs'> {
  /** Folder of the recordings. */
  readonly vectors: string
  readonly budgetMs: number
  readonly clock: () => number
}

/** What the whole command needs on two idle cores is far below its budget; these are runs, so that a hunt repeats. */
export const RUNS = { memoryRuns: 1_500, dynaliteRuns: 20 } as const

export async function huntAll({ vectors, budgetMs, clock, ...options }: HuntOptions): Promise<Matrix> {
  const tools = {
    memory: memoryWorldStore(),
    dynalite: await dynaliteWorldStore(),
    graphs: new RightGraphs(),
    recordings: readRecordings(vectors).read,
    clock,
  }
  return killMatrix({ ...options, untilMs: clock() + budgetMs }, tools)
}
