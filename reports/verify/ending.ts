// The last lines of a timeline: what the final state shows, judged from the states of the trace themselves (the rows of
// the table along the run, the completed cut, the state in the checkpoint), not from the verdict in the file.
// Read next: timeline.ts.
import {
  type Bounds,
  indexOf,
  keyCount,
  keyOf,
  newestOf,
  recordCount,
  recordOf,
  sourceOf,
} from '../../model/pipeline/bounds.ts'
import { adds, isDelete, sumOf } from '../../model/pipeline/workloads.ts'
import type { Trace } from '../../properties/world/trace.ts'
import { sentIn } from './inFlight.ts'
import { listOf, recordName, recordNames, rowName, scalarOf, type Values } from './names.ts'
import { heldBy } from './sinkView.ts'

interface Run {
  readonly b: Bounds
  readonly states: readonly Values[]
  readonly last: Values
  readonly trace: Trace
}

/** One or more sentences; empty where nothing of the kind can be seen in the final state. */
export function ending(trace: Trace, states: readonly Values[]): string[] {
  const last = states.at(-1)
  if (last === undefined || trace.verdict === null) return []
  const run: Run = { b: trace.configuration.bounds, states, last, trace }
  return (SHOWN[trace.verdict.guarantee]?.(run) ?? []).map(
    (sentence) => sentence.charAt(0).toUpperCase() + sentence.slice(1),
  )
}

const SHOWN: Readonly<Record<string, (run: Run) => string[]>> = {
  S1: (run) => {
    const lost = records(run.b).filter((record) => !written(run, record))
    return lost.flatMap((record) => [
      `${recordName(run.b, record)} is in no store and no state: it is lost.`,
      ...dropped(run, record),
    ])
  },
  S2: ({ b, last }) =>
    Array.from({ length: keyCount(b) }, (_, key) => key).flatMap((key) => {
      const row = listOf(last, 'table')[key] ?? 0
      if (adds(b)) return sumSaid(b, key, listOf(last, 'sums')[key] ?? 0)
      const newest = newestOf(b, key)
      if (row === newest || (row === 0 && isDelete(b, newest))) return []
      const is = row === 0 ? `the table has no k${key}` : `the table ends with ${rowName(b, row)}`
      return [`${is}; its newest record is ${rowName(b, newestOf(b, key))}.`]
    }),
  S3: (run) => lastRows(run, (row, old) => `A reader who saw ${rowName(run.b, old)} now sees ${rowName(run.b, row)}.`),
  S4: (run) => lastRows(run, (row) => `${recordName(run.b, row)} changes the table again: ${steps(run, row)}.`),
  S5: (run) =>
    lastRows(run, (row) => {
      const completed = scalarOf(run.last, 'completed')
      const covered = completed === 0 ? 'no checkpoint is complete' : `checkpoint ${completed} does not cover it`
      return `${recordName(run.b, row)} is visible, and ${covered}.`
    }),
  S7: (run) => {
    const uncovered = records(run.b).filter((record) => {
      const cut = listOf(run.last, 'completedOffset')[sourceOf(run.b, record)] ?? 0
      return indexOf(run.b, record) < cut && !written(run, record) && !inState(run, record)
    })
    if (uncovered.length === 0) return []
    const [is, it] = uncovered.length === 1 ? ['is', 'it'] : ['are', 'them']
    const held = uncovered.every((record) => inSomeSink(run, record))
    const where = held ? `; a crash now loses ${it}` : ''
    const names = recordNames(run.b, uncovered)
    return [
      `Checkpoint ${scalarOf(run.last, 'completed')} covers ${names}, which ${is} in no store and no state${where}.`,
      ...uncovered.flatMap((record) => dropped(run, record)),
    ]
  },
  L1: ({ last, trace }) => [`Checkpoint ${listOf(last, 'pending')[0] ?? 0} never ends: ${cycle(trace)}`],
  L2: ({ trace }) => [`The pipeline never comes to its end: ${cycle(trace)}`],
}

const sumSaid = (b: Bounds, key: number, sum: number): string[] =>
  sum === sumOf(b, key) ? [] : [`k${key} ends with ${sum}; its records add up to ${sumOf(b, key)}.`]

const records = (b: Bounds): number[] => Array.from({ length: recordCount(b) }, (_, i) => i + 1)

/** Whether the record, or a newer one of its key, has ever been in the table. */
const written = ({ b, states }: Run, record: number): boolean =>
  states.some((state) => (listOf(state, 'table')[keyOf(b, record)] ?? 0) >= record)

const subtasks = (b: Bounds): number[] => Array.from({ length: b.parallelism }, (_, p) => p)

/** In the buffer of a subtask, or in a channel that a barrier overtook. */
const inState = ({ b, last }: Run, record: number): boolean => {
  const buffers = subtasks(b).flatMap((p) => listOf(last, `completedBuffer${p}`))
  const channels = Array.from({ length: b.sources * b.parallelism }, (_, c) =>
    listOf(last, `completedChannel${c}`).map((index) => recordOf(b, Math.floor(c / b.parallelism), index - 1)),
  ).flat()
  return [...buffers, ...channels].some((other) => other >= record && keyOf(b, other) === keyOf(b, record))
}

const inSomeSink = ({ b, last, trace }: Run, record: number): boolean =>
  subtasks(b).some((p) => heldBy(trace.configuration, last, p).includes(record))

/** Where the last request that held a record went without it, since it carried another of its key. */
function dropped({ b, states, trace }: Run, record: number): string[] {
  for (let step = states.length - 1; step > 0; step--) {
    const [before, after] = [states[step - 1] ?? {}, states[step] ?? {}]
    const action = trace.actions[step - 1]?.action ?? ''
    const sent = subtasks(b).flatMap((p) => sentIn(trace.configuration, action, before, after, p))
    const request = sent.findLast(({ entries }) => entries.includes(record))
    if (request === undefined) continue
    const instead = request.sent.find((other) => keyOf(b, other) === keyOf(b, record))
    if (request.sent.includes(record) || instead === undefined) return []
    const age = instead < record ? 'older' : 'newer'
    return [`Step ${step} dropped ${recordName(b, record)} for ${recordName(b, instead)}, which is ${age}.`]
  }
  return []
}

/** The rows that the last step changed. */
function lastRows({ states, last }: Run, say: (row: number, old: number) => string): string[] {
  const before = listOf(states.at(-2) ?? {}, 'table')
  return listOf(last, 'table').flatMap((row, key) => {
    const old = before[key] ?? 0
    return row === old || row === 0 ? [] : [say(row, old)]
  })
}

/** `at steps 5 and 14`: where the record became its key's row. */
function steps({ b, states }: Run, record: number): string {
  const row = (state: Values | undefined) => listOf(state ?? {}, 'table')[keyOf(b, record)]
  const at = states.flatMap((state, i) => (i > 0 && row(state) === record && row(states[i - 1]) !== record ? [i] : []))
  return `at steps ${at.join(' and ')}`
}

function cycle({ actions, repeatsFrom }: Trace): string {
  if (repeatsFrom === null) return 'nothing that could go on is enabled.'
  return `steps ${repeatsFrom + 1} to ${actions.length} repeat for ever, though every step that can go on is taken.`
}
