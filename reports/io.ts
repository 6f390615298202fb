// What a command may touch of the terminal: results to stdout, everything else to stderr. Passed in, so that a test can
// read what a person would see. Read next: main.ts (the real one), progress.ts.
import pc from 'picocolors'

export interface Io {
  /** Writes a line of results. */
  out(line: string): void
  /** Writes a line that is no result: progress, remarks, errors. */
  err(line: string): void
  /** Where a live line may be drawn, or null where stderr is no terminal. */
  readonly live: ((text: string) => void) | null
  readonly colours: ReturnType<typeof pc.createColors>
}

/** Where a person reads along, the terminal decides; NO_COLOR and FORCE_COLOR are respected. */
export function processIo(): Io {
  const { stdout, stderr } = process
  // `| head` closes the pipe; whoever reads has read enough.
  for (const stream of [stdout, stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      process.exit()
    })
  const columns = () => Math.min(stderr.columns ?? 80, 80)
  return {
    out: (line) => void stdout.write(`${line}\n`),
    err: (line) => void stderr.write(`${line}\n`),
    live: stderr.isTTY ? (text) => void stderr.write(`\r\x1b[K${text.slice(0, columns() - 1)}`) : null,
    colours: pc.createColors(wantsColour(stdout.isTTY)),
  }
}

function wantsColour(terminal: boolean): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0') return true
  return terminal && TERM !== 'dumb'
}
