// Failures are kept: traces that once showed a bug of ours or a finding worth keeping, replayed before anything new is
// tried. One file a trace, named after what it shows. Read next: corpus.test.ts, replay.ts.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseTrace, type Trace, traceText } from './trace.ts'

export const CORPUS = fileURLToPath(new URL('./corpus', import.meta.url))

export interface CorpusEntry {
  readonly name: string
  readonly trace: Trace
}

/** @throws TraceFormatError naming the file that is no trace. */
export function readCorpus(folder = CORPUS): CorpusEntry[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({ name, trace: parseTrace(readFileSync(join(folder, name), 'utf8'), name) }))
}

/** The name stays inside the folder whatever it contains. */
export function keep(name: string, trace: Trace, folder = CORPUS): string {
  const file = join(folder, `${basename(name).replace(/[^\w.-]/g, '_')}.json`)
  writeFileSync(file, traceText(trace))
  return file
}
