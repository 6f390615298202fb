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
import { designNamed } from '../../model/pipeline/sinks/designs.ts'
import { adds, forgetsVersions, isDelete, sumOf } from '../../model/pipeline/workloads.ts'
import type { Trace } from '../../properties/world/trace.ts'
import { sentIn } from './inFlight.ts'
import { landings } from './landings.ts'
import { keyName, listOf, recordName, recordNames, rowName, scalarOf, type Values, writeName } from './names.ts'
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
      if (adds(b)) return summed(b, last, key)
      const row = listOf(last, 'table')[key] ?? 0
      const newest = newestOf(b, key)
      if (row === newest || (isDelete(b, newest) && (row === 0 || isDelete(b, row)))) return []
      const is = row === 0 ? `the table has no ${keyName(b, key)}` : `the table ends with ${rowName(b, row)}`
      return [b.workload === 'append' ? `${is}.` : `${is}; its newest record is ${writeName(b, newest)}.`]
    }),
  S3: (run) =>
    lastRows(run, ({ key, row, old }) => {
      const seen = (record: number) => (record === 0 ? `no ${keyName(run.b, key)}` : rowName(run.b, record))
      return `A reader who saw ${seen(old)} now sees ${seen(row)}.`
    }),
  S4: (run) => lastRows(run, ({ by }) => `${recordName(run.b, by)} changes the table again: ${steps(run, by)}.`),
  S5: (run) =>
    lastRows(run, ({ by }) => {
      const completed = scalarOf(run.last, 'completed')
      const covered = completed === 0 ? 'no checkpoint is complete' : `checkpoint ${completed} does not cover it`
      return `${recordName(run.b, by)} is visible, and ${covered}.`
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

const records = (b: Bounds): number[] => Array.from({ length: recordCount(b) }, (_, i) => i + 1)

/** What an addition is covered by is itself; else a newer record of its key covers it too. */
const covers = (b: Bounds, other: number, record: number): boolean =>
  adds(b) ? other === record : other >= record && keyOf(b, other) === keyOf(b, record)

/** Whether the record, or what covers it, has ever taken effect: in the table, or as a delete that left no row. */
const written = (run: Run, record: number): boolean => {
  const { b, states } = run
  if (states.some((state) => covers(b, listOf(state, 'table')[keyOf(b, record)] ?? 0, record))) return true
  return leavesNoRow(run, record) && states.some((_, at) => landed(run, at).some((other) => covers(b, other, record)))
}

const leavesNoRow = ({ b, trace }: Run, record: number): boolean =>
  isDelete(b, record) && forgetsVersions(b, designNamed(trace.configuration.design))

/** Records whose writes the store took in the step that led to that state. */
const landed = ({ states, trace }: Run, at: number): number[] => {
  const action = trace.actions[at - 1]?.action
  return action === undefined
    ? []
    : landings(trace.configuration, action, states[at - 1] as Values, states[at] as Values)
}

const subtasks = (b: Bounds): number[] => Array.from({ length: b.parallelism }, (_, p) => p)

/** In the buffer of a subtask, or in a channel that a barrier overtook. */
const inState = ({ b, last }: Run, record: number): boolean => {
  const buffers = subtasks(b).flatMap((p) => listOf(last, `completedBuffer${p}`))
  const channels = Array.from({ length: b.sources * b.parallelism }, (_, c) =>
    listOf(last, `completedChannel${c}`).map((index) => recordOf(b, Math.floor(c / b.parallelism), index - 1)),
  ).flat()
  return [...buffers, ...channels].some((other) => covers(b, other, record))
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

interface Change {
  readonly key: number
  /** 0 for no row. */
  readonly row: number
  readonly old: number
  /** The record that did it. */
  readonly by: number
}

/** The rows that a step changed: what they are, or what they add up to. */
function changedRows(run: Run, at: number): Change[] {
  const { b, states } = run
  const [before, after] = [states[at - 1] ?? {}, states[at] ?? {}]
  return listOf(after, 'table').flatMap((row, key) => {
    const old = listOf(before, 'table')[key] ?? 0
    if (row === old && listOf(before, 'sums')[key] === listOf(after, 'sums')[key]) return []
    const by = row === 0 || adds(b) ? landed(run, at).find((record) => keyOf(b, record) === key) : row
    return [{ key, row, old, by: by ?? row }]
  })
}

const lastRows = (run: Run, say: (change: Change) => string): string[] =>
  changedRows(run, run.states.length - 1).map(say)

/** `at steps 5 and 14`: where the record changed its key's row. */
function steps(run: Run, record: number): string {
  const at = run.states.flatMap((_, i) => (i > 0 && changedRows(run, i).some(({ by }) => by === record) ? [i] : []))
  return `at steps ${at.join(' and ')}`
}

function summed(b: Bounds, last: Values, key: number): string[] {
  const sum = listOf(last, 'sums')[key] ?? 0
  return sum === sumOf(b, key) ? [] : [`${keyName(b, key)} adds up to ${sum}; its records add up to ${sumOf(b, key)}.`]
}

function cycle({ actions, repeatsFrom }: Trace): string {
  if (repeatsFrom === null) return 'nothing that could go on is enabled.'
  return `steps ${repeatsFrom + 1} to ${actions.length} repeat for ever, though every step that can go on is taken.`
}
