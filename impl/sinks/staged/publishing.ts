// How staged records get into the table without transactions: each is loaded from its staged row and goes through the
// fence, so that doing it again, now or after a crash, changes nothing. Several keys at a time, one record of a key at a
// time. A staged row that is gone has been published before: rows are removed only then. That is not taken on trust: the
// table must have the key at that version or a newer one, or else the record is lost and the task fails with its name.
// Pure. Read next: ../fenced/fence.ts, perItem.ts (what carries it out).
import { type FenceEvent, type FenceOutcome, isOver, type Stored, stepFence, type Versioned } from '../fenced/fence.ts'
import type { Workload } from '../workloads.ts'
import type { ManifestEntry } from './epochs.ts'

export interface Publication extends ManifestEntry {
  /** Key of the staged row. */
  readonly row: string
}

/** A staged row as it was loaded. */
export interface Loaded<Entry> extends Versioned {
  readonly record: Entry
}

/** What has been sent for a record. `verify` reads the table's row of one that is no longer staged. */
export type Request = 'load' | 'verify' | 'write' | 'read'

interface Flight<Entry> {
  readonly publication: Publication
  readonly request: Request
  readonly loaded: Loaded<Entry> | null
  /** Tries that failed in a row. */
  readonly level: number
}

export interface PublishState<Entry> {
  readonly waiting: readonly Publication[]
  readonly inFlight: readonly Flight<Entry>[]
  readonly failed: boolean
}

export type PublishEvent<Entry> =
  | { readonly type: 'loaded'; readonly row: string; readonly loaded: Loaded<Entry> | null }
  /** An answer to `write` or `read`; to `verify` only `found` and `failed`. */
  | { readonly type: 'fence'; readonly row: string; readonly event: FenceEvent }
  /** A try failed that may help another time, and the pause after it is over. */
  | { readonly type: 'awake'; readonly row: string }

export type PublishEffect<Entry> =
  | {
      readonly type: 'send'
      readonly request: Request
      readonly publication: Publication
      readonly record: Entry | null
    }
  | { readonly type: 'pause'; readonly row: string; readonly level: number }
  | { readonly type: 'fail'; readonly publication: Publication; readonly why: FenceOutcome | 'lost' }
  | { readonly type: 'done' }

export interface PublishStep<Entry> {
  readonly state: PublishState<Entry>
  readonly effects: readonly PublishEffect<Entry>[]
}

/** Of one key and several versions only the newest is published: it covers the others. Order is kept. */
export function newestOfEach(publications: readonly Publication[]): readonly Publication[] {
  const newest = new Map<string, number>()
  for (const { key, version } of publications) newest.set(key, Math.max(version, newest.get(key) ?? version))
  return publications.filter(({ key, version }) => version === newest.get(key))
}

/** Of what is staged, what has to be published. */
export const toPublish = (
  { newestCovers }: Pick<Workload, 'newestCovers'>,
  publications: readonly Publication[],
): readonly Publication[] => (newestCovers ? newestOfEach(publications) : publications)

export const startPublishing = <Entry>(maxInFlight: number, publications: readonly Publication[]): PublishStep<Entry> =>
  fill(maxInFlight, { waiting: publications, inFlight: [], failed: false })

/** @throws RangeError for an event of a record that is not in flight. */
export function stepPublishing<Entry>(
  maxInFlight: number,
  state: PublishState<Entry>,
  event: PublishEvent<Entry>,
): PublishStep<Entry> {
  if (state.failed) return { state, effects: [] }
  const flight = state.inFlight.find(({ publication }) => publication.row === event.row)
  if (flight === undefined) throw new RangeError(`${event.type}: expected a record in flight, got ${event.row}`)
  switch (event.type) {
    case 'loaded':
      return event.loaded === null
        ? sends(state, flight, { request: 'verify', level: 0 })
        : sends(state, flight, { request: 'write', loaded: event.loaded, level: 0 })
    case 'awake':
      return sends(state, flight, flight.request === 'read' ? { request: 'write' } : {})
    case 'fence':
      return answered(maxInFlight, state, flight, event.event)
  }
}

function answered<Entry>(
  maxInFlight: number,
  state: PublishState<Entry>,
  flight: Flight<Entry>,
  event: FenceEvent,
): PublishStep<Entry> {
  const { publication, request, loaded } = flight
  if (event.type === 'failed') return pauses(state, flight)
  if (request === 'write' || request === 'read') {
    const next = stepFence(loaded as Versioned, request, event)
    if (!isOver(next)) return sends(state, flight, { request: next })
    if (next === 'again') return pauses(state, { ...flight, request: 'write' })
    return next === 'conflict' || next === 'unversioned'
      ? fails(state, publication, next)
      : ends(maxInFlight, state, flight)
  }
  if (event.type !== 'found') throw new RangeError(`expected what ${request} asked for, got "${event.type}"`)
  return isThere(publication, event.stored) ? ends(maxInFlight, state, flight) : fails(state, publication, 'lost')
}

/** Whether the table has the record or something newer of its key. */
export const isThere = ({ version }: Publication, stored: Stored): boolean =>
  stored !== null && stored !== 'unversioned' && stored.version >= version

function sends<Entry>(
  state: PublishState<Entry>,
  flight: Flight<Entry>,
  change: Partial<Flight<Entry>>,
): PublishStep<Entry> {
  const next = { ...flight, ...change }
  const { request, publication, loaded } = next
  return {
    state: { ...state, inFlight: state.inFlight.map((each) => (each === flight ? next : each)) },
    effects: [{ type: 'send', request, publication, record: loaded?.record ?? null }],
  }
}

function pauses<Entry>(state: PublishState<Entry>, flight: Flight<Entry>): PublishStep<Entry> {
  const { row } = flight.publication
  const level = flight.level + 1
  const inFlight = state.inFlight.map((each) => (each.publication.row === row ? { ...flight, level } : each))
  return { state: { ...state, inFlight }, effects: [{ type: 'pause', row, level }] }
}

const fails = <Entry>(
  state: PublishState<Entry>,
  publication: Publication,
  why: FenceOutcome | 'lost',
): PublishStep<Entry> => ({ state: { ...state, failed: true }, effects: [{ type: 'fail', publication, why }] })

const ends = <Entry>(maxInFlight: number, state: PublishState<Entry>, flight: Flight<Entry>): PublishStep<Entry> =>
  fill(maxInFlight, { ...state, inFlight: state.inFlight.filter((each) => each !== flight) })

/** Loads what may be in flight: of each key the first that waits, where none of it is in flight. */
function fill<Entry>(maxInFlight: number, state: PublishState<Entry>): PublishStep<Entry> {
  const busy = new Set(state.inFlight.map(({ publication }) => publication.key))
  const started: Publication[] = []
  const skipped: Publication[] = []
  let at = 0
  // Not a filter: an epoch may have many thousands, and only the first few are looked at.
  for (; state.inFlight.length + started.length < maxInFlight; at++) {
    const publication = state.waiting[at]
    if (publication === undefined) break
    ;(busy.has(publication.key) ? skipped : started).push(publication)
    busy.add(publication.key)
  }
  const waiting = started.length === 0 ? state.waiting : [...skipped, ...state.waiting.slice(at)]
  const flights = started.map((publication) => ({ publication, request: 'load', loaded: null, level: 0 }) as const)
  const inFlight = [...state.inFlight, ...flights]
  return {
    state: { ...state, waiting, inFlight },
    effects:
      inFlight.length === 0
        ? [{ type: 'done' }]
        : started.map((publication) => ({ type: 'send', request: 'load', publication, record: null })),
  }
}
