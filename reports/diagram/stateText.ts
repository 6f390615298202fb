// A state in words a reader of the run knows: records instead of bits, barriers instead of numbers. One row a family of
// variables; what no row knows is shown as it is, so a new variable is visible at once.
// Read next: ../verify/names.ts (the decoding), ../page/tracePage.ts (who shows it).
import { type Bounds, highestId, recordCount } from '../../model/pipeline/bounds.ts'
import { designNamed } from '../../model/pipeline/sinks/designs.ts'
import { GHOSTS, pipelineVariables } from '../../model/pipeline/variables.ts'
import { takesNoRoom } from '../../properties/world/compare.ts'
import type { WorldConfiguration } from '../../properties/world/configuration.ts'
import { elementOf, keyName, maskMembers, membersOf, noticeOf, rowName, type Values } from '../verify/names.ts'

type Value = number | readonly number[]
type Say = (list: readonly number[], b: Bounds, number: number) => readonly string[]

const recordText = (record: number): string => `r${record}`
const records: Say = (list) => list.map(recordText)
const members: Say = (list) => membersOf(list).map(recordText)
const WORDS = {
  job: ['down', 'running', 'failing over'],
  request: ['none', 'sent', 'applied'],
  answer: ['none', 'ok', 'handed back', 'error', 'rejected'],
  sending: ['nothing', 'stage', 'load', 'publish', 'verify', 'remove', 'scan'],
} as const
const oneOf =
  (words: readonly string[]): Say =>
  (list) =>
    list.map((value) => words[value] ?? `${value}`)

const ROWS: Readonly<Record<string, Say>> = {
  channel: (list, b, number) => list.map((element) => inChannel(b, Math.floor(number / b.parallelism), element)),
  held: (list, b, number) => list.map((element) => inChannel(b, Math.floor(number / b.parallelism), element)),
  acks: (list, b) => list.map((id) => (id > highestId(b) ? `decline ${id - highestId(b)}` : `ack ${id}`)),
  notices: (list, b) => list.map((notice) => noticeText(b, notice)),
  bufferList: records,
  staged: records,
  closedEpochs: records,
  publishing: records,
  flight: records,
  pendingBuffer: records,
  completedBuffer: records,
  bufferSet: members,
  batch: members,
  stagedRows: members,
  handedBack: members,
  zombies: (list, b) => list.filter((zombie) => zombie !== 0).map((zombie) => zombieText(b, zombie)),
  table: (list, b) => list.map((record, key) => (record === 0 ? `no ${keyText(b, key)}` : rowText(b, record))),
  sums: (list, b) => list.map((sum, key) => `${keyText(b, key)} adds up to ${sum}`),
  job: oneOf(WORDS.job),
  request: oneOf(WORDS.request),
  sending: oneOf(WORDS.sending),
  answer: oneOf(WORDS.answer),
}

/** The variables that a run of this configuration has, ghosts aside. */
export function variablesOf({ bounds, design }: Pick<WorldConfiguration, 'bounds' | 'design'>): string[] {
  const hidden: ReadonlySet<string> = new Set(GHOSTS)
  return Object.entries(pipelineVariables(bounds, designNamed(design)))
    .filter(([name, declared]) => !hidden.has(name) && !takesNoRoom(declared))
    .map(([name]) => name)
}

/** The text of each of these variables; those that nothing fills have an empty one. */
export const stateText = (b: Bounds, state: Values, variables: readonly string[]): Record<string, string> =>
  Object.fromEntries(variables.map((name) => [name, variableText(b, name, state[name] ?? 0)]))

/** Empty for zero, for an empty list and for one of zeros; a job that is down is no empty one. */
export function variableText(b: Bounds, name: string, value: Value): string {
  const list = typeof value === 'number' ? [value] : value
  if (list.every((each) => each === 0) && name !== 'job') return ''
  const [, family = name, number = '0'] = /^(.*?)(\d*)$/.exec(name) ?? []
  const say = ROWS[family]
  return say === undefined ? list.join(', ') : say(list, b, Number(number)).join(', ')
}

const LATE = ['', 'stage ', 'remove '] as const

/** Of a staging sink what it would do stands above the records. */
const zombieText = (b: Bounds, zombie: number): string =>
  `${LATE[zombie >> recordCount(b)] ?? ''}${maskMembers(b, zombie).map(recordText).join('+')}`

function inChannel(b: Bounds, source: number, element: number): string {
  const what = elementOf(b, source, element)
  if (what.kind === 'record') return recordText(what.record)
  return what.kind === 'end' ? 'end of data' : `${what.kind} ${what.id}`
}

function noticeText(b: Bounds, notice: number): string {
  const { completed, aborted } = noticeOf(b, notice)
  return aborted === 0 ? `complete ${completed}` : `abort ${aborted}${completed === 0 ? '' : `, newest ${completed}`}`
}

const untied = (text: string): string => text.replaceAll('\u00a0', ' ')
const rowText = (b: Bounds, record: number): string => untied(rowName(b, record))
const keyText = (b: Bounds, key: number): string => untied(keyName(b, key))
