// `sinkproof replay TRACE`: the run of a trace file once more, on the model, the memory store or dynalite. What every
// action changes must be what the file says; then the verdict is judged anew. Exit 0 where it is confirmed.
// Read next: ../properties/world/replay.ts, verify/timeline.ts.
import { readFileSync } from 'node:fs'
import { type ReplayResult, type ReplayTarget, replay } from '../properties/world/replay.ts'
import { parseTrace } from '../properties/world/trace.ts'
import { diagramOf } from './diagram/diagram.ts'
import { diagramLines } from './diagram/text.ts'
import { EXIT, UsageError } from './exit.ts'
import type { Io } from './io.ts'
import { timeline } from './verify/timeline.ts'
import { wrapped } from './verify/wrapped.ts'

const TARGETS: readonly ReplayTarget[] = ['model', 'memory', 'dynalite']
const NAMES = {
  model: 'the model',
  memory: 'the real sink, memory store',
  dynalite: 'the real sink, dynalite',
} as const

export interface ReplayCommand {
  readonly file: string
  readonly on: string
  /** Draws the run before it says it step by step. */
  readonly diagram: boolean
}

export async function replayCommand({ file, on, diagram }: ReplayCommand, io: Io): Promise<number> {
  const target = TARGETS.find((each) => each === on)
  if (target === undefined) throw new UsageError(`--on: expected ${TARGETS.join(', ')}, got "${on}"`)
  const trace = parseTrace(readTrace(file), file)
  const result = await replayed(file, () => replay(trace, target))
  if (diagram) for (const line of [...diagramLines(diagramOf(trace)), '']) io.out(line)
  for (const line of timeline(trace, `npx sinkproof replay ${file}${target === 'memory' ? '' : ` --on ${target}`}`))
    io.out(line)
  io.out('')
  for (const line of resultLines(result, trace.verdict?.guarantee ?? null)) io.out(line)
  return result.confirmed ? EXIT.asExpected : EXIT.surprise
}

function resultLines(
  { on, actions, violations, difference, confirmed }: ReplayResult,
  guarantee: string | null,
): string[] {
  const where = `Replayed on ${NAMES[on]}`
  if (difference !== null) {
    const { step, action, expected, seen } = difference
    return wrapped(
      `${where}: NOT the same run. Step ${step}, ${action}: the file says ${expected}, seen is ${seen}.`,
      2,
      0,
    )
  }
  const verdict = confirmed
    ? guarantee === null
      ? 'nothing to confirm'
      : `${guarantee} falls again`
    : `${guarantee} does NOT fall`
  const seen = violations.find((each) => each.guarantee === guarantee)
  const judged = seen === undefined ? '' : ` at step ${seen.step}: ${seen.seen}`
  return wrapped(`${where}: all ${actions} steps change what the file says; ${verdict}${judged}.`, 2, 0)
}

function readTrace(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    throw new UsageError(`${file}: ${code === 'ENOENT' ? 'no such trace file' : `cannot be read (${code})`}`)
  }
}

/** What a file asks for and cannot be done is the file's fault. */
async function replayed(file: string, run: () => Promise<ReplayResult>): Promise<ReplayResult> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof Error) || !['ActionNotEnabledError', 'TraceFormatError'].includes(error.name)) throw error
    throw new UsageError(`${file}: ${error.message}`)
  }
}
