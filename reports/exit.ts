// How the program ends. The numbers are part of what it promises to scripts.
// Read next: main.ts.

export const EXIT = {
  asExpected: 0,
  /** A guarantee fell that was expected to hold, or held that was expected to fall. */
  surprise: 1,
  usage: 2,
  /** The budget was used up without a verdict. */
  noVerdict: 3,
  /** Internal error, or nondeterminism that the world does not control. */
  internal: 4,
} as const

/** The input cannot be used: one clear line, exit code 2, no stack trace. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
