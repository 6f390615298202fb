// What a claim is: the content of one sentence of the notes, a verdict on it, and the run that shows the verdict.
// A claim that cannot fail says nothing, so every run also goes through the contrast: the opposite design, or the same
// run without the fault, which must end the other way. Read next: run.ts (how a pipeline is driven), index.ts (all).

export type ClaimVerdict = 'true' | 'false' | 'true only if'

export interface ClaimResult {
  /** The run showed what the verdict says, contrast included. */
  readonly shown: boolean
  /** What was run and what was seen, a line each. */
  readonly evidence: readonly string[]
  /** By what means, e.g. `real pipeline, memory store, 4 runs`. */
  readonly how: string
}

export interface Claim {
  /** C01.. in the order of the notes. */
  readonly id: string
  readonly title: string
  /** What the notes say, in our words. */
  readonly notes: string
  readonly verdict: ClaimVerdict
  /** What it takes, for 'true only if'; what is so instead, for 'false'. */
  readonly condition?: string
  run(): Promise<ClaimResult>
}
