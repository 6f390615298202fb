// Words about a staging sink's requests: what each asks of the staging table or of the table, and what it has answered.
// Read next: inFlight.ts (the requests), writing.ts and atStore.ts (who asks).
import type { Bounds } from '../../model/pipeline/bounds.ts'
import { recordCount } from '../../model/pipeline/bounds.ts'
import { ABSENT, LOAD, REMOVE, SCAN, STAGE, VERIFY, WRITE } from '../../model/pipeline/variables.ts'
import type { InFlight } from './inFlight.ts'
import { maskMembers, recordName, recordNames } from './names.ts'

interface Words {
  /** `the sink ...` */
  readonly asks: (names: string) => string
  /** `the store ...`, where it does all that was asked; null where its table says more. */
  readonly does: ((names: string, answer: number) => string) | null
  /** `the sink hears ...` */
  readonly hears: (names: string, answer: number) => string
}

const WORDS: Readonly<Record<number, Words>> = {
  [STAGE]: {
    asks: (names) => `stages ${names}`,
    does: (names) => `stages ${names}: no reader sees it`,
    hears: (names) => `that ${names} is staged`,
  },
  [LOAD]: {
    asks: (names) => `loads the staged row of ${names}`,
    does: (names, answer) => `${answer === ABSENT ? 'has no staged row' : 'finds the staged row'} of ${names}`,
    hears: (names, answer) => (answer === ABSENT ? `that ${names} is not staged any more` : `what ${names} carries`),
  },
  [WRITE]: {
    asks: (names) => `publishes ${names}`,
    does: null,
    hears: (names) => `that ${names} or a newer one is written`,
  },
  [VERIFY]: {
    asks: (names) => `looks whether the table has ${names}`,
    does: (names, answer) => (answer === ABSENT ? `has nothing as new as ${names}` : `has ${names} or a newer one`),
    hears: (names, answer) =>
      answer === ABSENT ? `that ${names} is lost: the task fails` : `that ${names} is written`,
  },
  [REMOVE]: {
    asks: (names) => `removes the staged rows of ${names}`,
    does: (names) => `removes the staged rows of ${names}`,
    hears: () => 'that they are removed',
  },
  [SCAN]: {
    asks: () => 'looks for rows that dead attempts have staged',
    does: () => 'lists what is staged',
    hears: () => 'what is staged, and removes what nobody names',
  },
}

/** Null for a request that only writes. */
const wordsOf = ({ errand }: InFlight): Words | null => WORDS[errand] ?? null

export const asks = (b: Bounds, request: InFlight): string | null =>
  wordsOf(request)?.asks(recordNames(b, request.sent)) ?? null

/** What the store does, null where the table itself has to tell. */
export function storeDoes(b: Bounds, request: InFlight, after: InFlight | undefined, outcome: string): string | null {
  const words = wordsOf(request)
  if (words === null || words.does === null) return null
  const answer = after?.answer ?? 0
  const handedBack = after?.handedBack ?? []
  if (outcome.startsWith('torn'))
    return `the store ${words.does(recordName(b, Number(outcome.slice('torn '.length))), answer)}, then fails`
  if (handedBack.length === 0) return `the store ${words.does(recordNames(b, request.sent), answer)}`
  const rest = request.sent.filter((record) => !handedBack.includes(record))
  const back = `the store hands back ${recordNames(b, handedBack)}`
  return rest.length === 0 ? back : `${back}, ${words.does(recordNames(b, rest), answer)}`
}

export const hears = (b: Bounds, request: InFlight): string | null => {
  const words = wordsOf(request)
  return words === null ? null : `the sink hears ${words.hears(recordNames(b, request.sent), request.answer)}`
}

/** A late request about staged rows; null for a write. */
export function landsInStaging(b: Bounds, zombie: number): string | null {
  const kind = zombie >> recordCount(b)
  if (kind === 0) return null
  const names = recordNames(b, maskMembers(b, zombie))
  return kind === 1 ? `an old request stages ${names} after all` : `an old request removes the staged rows of ${names}`
}
