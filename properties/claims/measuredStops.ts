// What whole Flink jobs with the notes' sink had lost after a stop, as measured (Flink 1.20.3; facts/flink-measured.md,
// section I, and H10 for the process that dies): 15 records were in the buffer and before the cut, 50 rows were expected.
// Read next: codeUpdate.ts (the same cells here), stopping.ts.
import type { Way } from './stopping.ts'

export interface Measured {
  readonly way: Way
  /** Null: either; it made no difference, or is not called. */
  readonly finishWrites: boolean | null
  readonly closeWrites: boolean
  readonly rows: 50 | 35
}

export const MEASURED: readonly Measured[] = [
  { way: 'savepoint', finishWrites: false, closeWrites: false, rows: 35 },
  { way: 'savepoint', finishWrites: true, closeWrites: false, rows: 35 },
  { way: 'savepoint', finishWrites: null, closeWrites: true, rows: 50 },
  { way: 'savepoint with drain', finishWrites: false, closeWrites: false, rows: 35 },
  { way: 'savepoint with drain', finishWrites: true, closeWrites: false, rows: 50 },
  { way: 'savepoint with drain', finishWrites: null, closeWrites: true, rows: 50 },
  { way: 'cancel', finishWrites: null, closeWrites: false, rows: 35 },
  { way: 'cancel', finishWrites: null, closeWrites: true, rows: 50 },
  { way: 'kill', finishWrites: null, closeWrites: true, rows: 35 },
]

/** H10, the process dies and a new one resumes the retained checkpoint: the notes' sink with other ways to checkpoint. */
export const MEASURED_KILLS: Readonly<Record<string, 50 | 35>> = {
  hashSetCloseWrites: 35,
  flushOnSnapshot: 50,
  listStateBuffer: 50,
}
