// What a method made of a mutant. A kill is a guarantee that fell where it holds without the mutant, a difference in
// lockstep, or a recording that disagrees; an exception of the harness is none, and is shown as what it is.
// Read next: methods.ts.

export const METHODS = ['exhaustive', 'every transition', 'random memory', 'random dynalite', 'vectors'] as const
export type Method = (typeof METHODS)[number]

export interface Attempt {
  readonly method: Method
  readonly killed: boolean
  readonly milliseconds: number
  /** Length of the run, or of the recorded case, that showed it; null where nothing did. */
  readonly steps: number | null
  /** What showed it: `S1: ...`, a difference, a recorded case. */
  readonly seen: string | null
  /** An exception that is no verdict, or null. */
  readonly error: string | null
}

export interface Kill {
  readonly steps: number
  readonly seen: string
}

/** Runs a method by the clock. Null: it saw nothing. */
export async function timed(
  method: Method,
  clock: () => number,
  hunt: () => Kill | null | Promise<Kill | null>,
): Promise<Attempt> {
  const began = clock()
  const done = (kill: Kill | null, error: string | null): Attempt => ({
    method,
    killed: kill !== null,
    milliseconds: Math.round((clock() - began) * 10) / 10,
    steps: kill?.steps ?? null,
    seen: kill?.seen ?? null,
    error,
  })
  try {
    return done(await hunt(), null)
  } catch (error) {
    return done(null, error instanceof Error ? `${error.name}: ${error.message}` : String(error))
  }
}
