// The fence: a record is written only where the table has nothing of its key, or something older. Who retries, or comes
// back from the dead, can then neither bring an old value back nor do anything twice. Of a refused write the fence wants
// to know why: a newer row is success, the same row is our own write whose answer was lost, and another row of the same
// version is an input that contradicts itself. A machine of its own; the state says what to do next.
// Read next: fencedWrite.ts (what carries it out), fenced.ts, ../staged/publishing.ts (who else uses it).

/** What a fence compares: of one key the higher version is newer; content is everything that must not differ. */
export interface Versioned {
  readonly version: number
  readonly content: string
}

/** What the table has of the key: nothing (null), or a row, which is no row of this sink where it has no version. */
export type Stored = Versioned | 'unversioned' | null

/** What an attempt comes to. `again`: nothing is known or nothing was done, and another try may help. */
export type FenceOutcome = 'written' | 'repeated' | 'superseded' | 'conflict' | 'unversioned' | 'again'

/** `write`: send the conditional write. `read`: it was refused, and the row must be read to know why. */
export type FenceState = 'write' | 'read' | FenceOutcome

export type FenceEvent =
  | { readonly type: 'written' }
  /** The condition was false. `stored` is absent where the store did not say what it was false of. */
  | { readonly type: 'refused'; readonly stored?: Stored }
  | { readonly type: 'found'; readonly stored: Stored }
  /** No answer, or a refusal that passes. */
  | { readonly type: 'failed' }

export const isOver = (state: FenceState): state is FenceOutcome => state !== 'write' && state !== 'read'

/** @throws RangeError for an event that does not answer what was sent. */
export function stepFence(record: Versioned, state: FenceState, event: FenceEvent): FenceState {
  if (event.type === 'failed' && !isOver(state)) return 'again'
  if (state === 'write' && event.type === 'written') return 'written'
  if (state === 'write' && event.type === 'refused')
    return event.stored === undefined ? 'read' : verdict(record, event.stored)
  if (state === 'read' && event.type === 'found') return verdict(record, event.stored)
  throw new RangeError(`expected an answer to what was sent in "${state}", got "${event.type}"`)
}

/** Of a refused write, by what the table has now: it may be a later row than the one that refused it. */
function verdict(record: Versioned, stored: Stored): FenceOutcome {
  if (stored === null) return 'again'
  if (stored === 'unversioned') return 'unversioned'
  if (stored.version > record.version) return 'superseded'
  if (stored.version < record.version) return 'again'
  return stored.content === record.content ? 'repeated' : 'conflict'
}
