// What a replay of one recorded case answers: the first step at which it disagrees with the released Flink class, or
// nothing. Every kind of vector has one replay on the runtime and, where the model has the notion, one on the model; they
// share the parsed case and nothing else. Read next: kinds.ts (one row a kind), command in reports/vectors.

/** The first step that disagrees, 0-based; `expected` is what Flink gave, `seen` what came out here. Plain JSON. */
export interface Difference {
  readonly step: number
  readonly expected: unknown
  readonly seen: unknown
}

/** Feeds a parsed case to a fresh object, step by step, and compares after each; null where all agree. */
export type Replay<Case> = (recorded: Case) => Difference | null | Promise<Difference | null>
