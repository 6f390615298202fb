// Which lanes share a column where a terminal has no room for all of them: channels first, then requests, then the
// attempts of a sink, then all sinks and all sources. Read next: text.ts.
import type { Lane, LaneKind } from './lanes.ts'

export interface Column {
  readonly lanes: readonly Lane[]
  /** Two short lines. */
  readonly head: readonly [string, string]
}

/** From the finest grouping to the coarsest: the first that needs no more than `most` columns, else the coarsest. */
export function columnsOf(lanes: readonly Lane[], most: number): Column[] {
  const groupings = FOLDS.map((fold) => grouped(lanes, fold))
  return groupings.find((columns) => columns.length <= most) ?? (groupings.at(-1) as Column[])
}

type Fold = (lane: Lane) => string
const all =
  (...kinds: readonly LaneKind[]): Fold =>
  (lane) =>
    kinds.includes(lane.kind) ? lane.kind : lane.id
const attempts: Fold = (lane) => (lane.kind === 'sink' ? `sink${lane.sink}` : all('channel', 'requests')(lane))
const FOLDS: readonly Fold[] = [
  all(),
  all('channel'),
  all('channel', 'requests'),
  attempts,
  all('channel', 'requests', 'sink'),
  all('channel', 'requests', 'sink', 'source'),
]

function grouped(lanes: readonly Lane[], fold: Fold): Column[] {
  const groups = new Map<string, Lane[]>()
  for (const lane of lanes) groups.set(fold(lane), [...(groups.get(fold(lane)) ?? []), lane])
  return [...groups.values()].map((group) => ({ lanes: group, head: headOf(group) }))
}

const SHORT: Readonly<Record<LaneKind, string>> = {
  coordinator: 'coord',
  source: 'src',
  channel: 'ch',
  sink: 'sink',
  requests: 'req',
  store: 'store',
}

function headOf(group: readonly Lane[]): [string, string] {
  const [first] = group as [Lane]
  const number = / (\d+)$/.exec(first.title)?.[1]
  const sinks = new Set(group.map(({ sink }) => sink))
  const several = first.kind === 'sink' ? sinks.size > 1 : group.length > 1
  const title = `${SHORT[first.kind]}${several ? 's' : (number ?? '')}`
  return [title, first.attempt === null || group.length > 1 ? '' : `att ${first.attempt}`]
}
