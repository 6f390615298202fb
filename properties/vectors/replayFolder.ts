// Replays every recording of a folder, on the runtime and on the model. A file that cannot be used is said so, with the
// case where one is to blame, and takes nothing from the others. Read next: kinds.ts, ../../reports/vectors/command.ts.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type Kind, kindOf, type Side } from './kinds.ts'
import type { Difference } from './replay.ts'

export interface Disagreement {
  readonly case: string
  readonly side: Side
  readonly step: number
  readonly expected: unknown
  readonly seen: unknown
}

export interface FileResult {
  readonly file: string
  readonly about: string
  readonly cases: number
  /** Cases that agree on every side that has the notion. */
  readonly agreed: number
  readonly agreedBy: Readonly<Record<Side, number | null>>
  readonly disagreed: readonly Disagreement[]
  readonly notReplayed: readonly { readonly case: string; readonly why: string }[]
}

export interface FolderResult {
  readonly files: readonly FileResult[]
  /** One sentence for each file that is no recording. */
  readonly unusable: readonly string[]
}

const envelope = z.strictObject({
  source: z.string(),
  format: z.string(),
  about: z.record(z.string(), z.unknown()).optional(),
  cases: z.array(z.unknown()),
})

/** The folder itself cannot be read, or has no recordings. */
export class FolderError extends Error {
  override readonly name = 'FolderError'
}

/** @throws FolderError */
export async function replayFolder(
  folder: string,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<FolderResult> {
  const { read, unusable } = readRecordings(folder)
  const files: FileResult[] = []
  const total = read.reduce((sum, { cases }) => sum + cases.length, 0)
  let done = 0
  for (const { name, kind, cases } of read) {
    files.push(await replayFile(name, kind, cases, () => onProgress(++done, total)))
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { files, unusable }
}

export interface Recording {
  readonly name: string
  readonly kind: Kind
  readonly cases: readonly { readonly name: string }[]
}

/** @throws FolderError */
export function readRecordings(folder: string): { readonly read: readonly Recording[]; readonly unusable: string[] } {
  const read: Recording[] = []
  const unusable: string[] = []
  for (const name of recordings(folder)) {
    const parsed = parse(join(folder, name), name)
    if (typeof parsed === 'string') unusable.push(parsed)
    else read.push({ name, ...parsed })
  }
  return { read, unusable }
}

function recordings(folder: string): string[] {
  let names: string[]
  try {
    if (!statSync(folder).isDirectory()) throw new FolderError(`${folder}: expected a folder of recordings, got a file`)
    names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isFile() && entry.name.endsWith('.json') ? [entry.name] : [],
    )
  } catch (error) {
    if (error instanceof FolderError) throw error
    throw new FolderError(`${folder}: cannot be read: ${error instanceof Error ? error.message : error}`)
  }
  if (names.length === 0) throw new FolderError(`${folder}: expected files ending in .json, there are none`)
  return names.sort()
}

/** What is in a file, or one sentence that says why it is no recording. */
function parse(path: string, name: string): { kind: Kind; cases: readonly { readonly name: string }[] } | string {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)))
  } catch (error) {
    return `${name}: expected JSON: ${error instanceof Error ? error.message : error}`
  }
  const file = envelope.safeParse(json)
  if (!file.success) return `${name}: ${said(file.error)}`
  const kind = kindOf(file.data.source, file.data.format)
  if (typeof kind === 'string') return `${name}: ${kind}`
  const cases: { readonly name: string }[] = []
  for (const [at, each] of file.data.cases.entries()) {
    const parsed = kind.schema.safeParse(each)
    if (!parsed.success) return `${name}: case ${nameOf(each, at)}: ${said(parsed.error)}`
    cases.push(parsed.data)
  }
  return { kind, cases }
}

const nameOf = (recorded: unknown, at: number): string =>
  typeof recorded === 'object' && recorded !== null && 'name' in recorded
    ? `"${String(recorded.name)}"`
    : `number ${at + 1}`

function said(error: z.ZodError): string {
  const issue = deepest(error.issues[0])
  return `${issue?.path.join('.') || 'file'}: ${issue?.message ?? 'not of this format'}`
}

/** Where no form of a union fits, what the nearest form misses says more than that none fits. */
function deepest(issue: z.core.$ZodIssue | undefined): z.core.$ZodIssue | undefined {
  if (issue?.code !== 'invalid_union') return issue
  const inner = issue.errors.flat().map((each) => deepest(each) ?? each)
  const longest = inner.reduce<z.core.$ZodIssue | undefined>(
    (best, each) => (best === undefined || each.path.length > best.path.length ? each : best),
    undefined,
  )
  if (longest === undefined || longest.path.length === 0) return issue
  return { ...longest, path: [...issue.path, ...longest.path] }
}

async function replayFile(
  file: string,
  kind: Kind,
  cases: readonly { readonly name: string }[],
  onCase: () => void,
): Promise<FileResult> {
  const disagreed: Disagreement[] = []
  const skipped = kind.notReplayed ?? {}
  const replayed = cases.filter(({ name }) => skipped[name] === undefined)
  const agreedBy: Record<Side, number | null> = { runtime: null, model: null }
  let agreed = 0
  for (const recorded of replayed) {
    let all = true
    for (const side of ['runtime', 'model'] as const) {
      const replay = kind.replay[side]
      if (replay === null) continue
      const difference = await tried(replay, recorded)
      agreedBy[side] = (agreedBy[side] ?? 0) + (difference === null ? 1 : 0)
      if (difference === null) continue
      all = false
      disagreed.push({ case: recorded.name, side, ...difference })
    }
    if (all) agreed++
    onCase()
  }
  const notReplayed = cases.flatMap(({ name }) =>
    skipped[name] === undefined ? [] : [{ case: name, why: skipped[name] }],
  )
  return { file, about: kind.about, cases: cases.length, agreed, agreedBy, disagreed, notReplayed }
}

/** An error of ours in the middle of a case is a disagreement of that case. */
async function tried(
  replay: NonNullable<Kind['replay'][Side]>,
  recorded: { readonly name: string },
): Promise<Difference | null> {
  try {
    return await replay(recorded as never)
  } catch (error) {
    return {
      step: 0,
      expected: 'a replay',
      seen: `${error instanceof Error ? `${error.name}: ${error.message}` : error}`,
    }
  }
}
