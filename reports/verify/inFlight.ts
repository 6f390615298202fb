// The requests that a sink waits for, oldest first, as a state has them: one at a time is its batch, several are its
// flights. What a request holds is not always what it carries: of a repeated key a design may send one record only.
// Read next: writing.ts (the words), ../../model/pipeline/asyncWriter/dedupe.ts (what is carried).
import { fifo } from '../../model/kernel/index.ts'
import { plain } from '../../model/kernel/plain.ts'
import { carried } from '../../model/pipeline/asyncWriter/dedupe.ts'
import { type Bounds, keyOf, recordCount } from '../../model/pipeline/bounds.ts'
import { type DesignRow, designNamed } from '../../model/pipeline/sinks/designs.ts'
import { APPLIED, LOAD, NO_REQUEST, VERIFY, WRITE } from '../../model/pipeline/variables.ts'
import type { WorldConfiguration } from '../../properties/world/configuration.ts'
import { listOf, membersOf, type Values } from './names.ts'

/** What words about a run need of its configuration. */
export type Configured = Pick<WorldConfiguration, 'bounds' | 'design'>

export interface InFlight {
  /** In the order in which they left the buffer. */
  readonly entries: readonly number[]
  /** Of these, what goes to the store. */
  readonly sent: readonly number[]
  /** What does not, since another entry has its key. */
  readonly dropped: readonly number[]
  /** The store takes none of it. */
  readonly repeatsKey: boolean
  readonly applied: boolean
  /** As the state has it; 0 where it is not applied. */
  readonly answer: number
  readonly handedBack: readonly number[]
  /** Of a staging sink, what it is about; 0: to write. */
  readonly errand: number
}

/** What a staging sink asks about one record at a time. */
const ONE_BY_ONE: ReadonlySet<number> = new Set([LOAD, WRITE, VERIFY])

export function inFlight({ bounds: b, design }: Configured, state: Values, sink: number): InFlight[] {
  const row = designNamed(design)
  const first = sink * row.inFlight
  return listOf(state, 'request')
    .slice(first, first + row.inFlight)
    .flatMap((phase, at) => {
      if (phase === NO_REQUEST) return []
      const errand = listOf(state, 'sending')[sink] ?? 0
      const entries =
        row.inFlight > 1
          ? listOf(state, `flight${first + at}`)
          : ONE_BY_ONE.has(errand)
            ? listOf(state, `publishing${sink}`).slice(0, 1)
            : membersOf(listOf(state, `batch${sink}`))
      return [
        {
          entries,
          ...carriedOf(b, row, entries),
          applied: phase === APPLIED,
          answer: listOf(state, 'answer')[first + at] ?? 0,
          handedBack: membersOf(listOf(state, `handedBack${first + at}`)),
          errand,
        },
      ]
    })
}

function carriedOf(b: Bounds, { dedupe }: DesignRow, entries: readonly number[]) {
  const { state } = plain({ held: fifo(entries.length, recordCount(b)) })
  for (const entry of entries) state.held.push(entry)
  const { carries, repeatsKey } = carried(dedupe, (one, other) => keyOf(b, one) === keyOf(b, other))
  return {
    sent: entries.filter((entry) => carries(state.held, entry)),
    dropped: entries.filter((entry) => !carries(state.held, entry)),
    repeatsKey: repeatsKey(state.held),
  }
}

/** What an action says about requests: of which sink, how many of that sink's are older, with what outcome. */
export function requestNamed(action: string): { sink: number; older: number; outcome: string } | null {
  const named = /\bsink(\d+)(?:(?:\.|, )(\d+)\b)?(?:, (.+))?\)$/.exec(action)
  return named === null ? null : { sink: Number(named[1]), older: Number(named[2] ?? 0), outcome: named[3] ?? '' }
}

const ANSWERED = /^(respond|timeout|lose)\((response )?sink/

/** The requests of a sink that leave in a step: those behind what it waits for and is not answered. */
export function sentIn(
  configured: Configured,
  action: string,
  before: Values,
  after: Values,
  sink: number,
): InFlight[] {
  const over = ANSWERED.test(action) && requestNamed(action)?.sink === sink ? 1 : 0
  return inFlight(configured, after, sink).slice(inFlight(configured, before, sink).length - over)
}
