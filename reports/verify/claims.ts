// The notes' sentences with their verdicts: what was shown by a run, and for a sentence that is not simply true what it
// takes or what is so instead. Read next: ../../properties/claims/index.ts.
import { CLAIMS } from '../../properties/claims/index.ts'
import type { ClaimRow } from '../../properties/verify/result.ts'
import type { Io } from '../io.ts'
import { wrapped } from './wrapped.ts'

/** Columns before the sentence: two, the id, two, the verdict, two. */
const INDENT = 22

export function claimLines(claims: readonly ClaimRow[], colours: Io['colours']): string[] {
  if (claims.length === 0) return []
  const paint = { true: colours.green, false: colours.red, 'true only if': colours.yellow, unknown: colours.yellow }
  const lines = claims.flatMap(({ id, verdict }) => {
    const claim = CLAIMS.find((each) => each.id === id)
    const [first = '', ...rest] = wrapped(claim?.title ?? '', INDENT)
    const condition =
      claim?.condition === undefined ? [] : wrapped(`${LEAD[verdict]}${claim.condition}`, INDENT, INDENT, SPACES)
    return [`  ${id.padEnd(4)}  ${paint[verdict](verdict.padEnd(12))}  ${first}`, ...rest, ...condition]
  })
  return ['What the notes say, sentence by sentence, each shown by a run', ...lines]
}

const SPACES = ' '.repeat(INDENT)
const LEAD = { true: '', false: 'instead: ', 'true only if': 'if: ', unknown: 'was to be: ' } as const
