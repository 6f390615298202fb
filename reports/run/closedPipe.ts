// `sinkproof run | head` closes the pipe while rows are being written. Who reads the report has read enough; the run
// has not written enough, so it goes on to its end, and its exit code says that the summary did not arrive.
// Read next: command.ts.
import type { Io } from '../io.ts'

export interface OutputGuard {
  /** True where results could not be delivered. Waits until what was written is out. */
  undelivered(): Promise<boolean>
  release(): void
}

/** Until `release`, a closed output ends nothing; who else listens (io.ts ends the program) is not told. */
export function guardOutput(io: Pick<Io, 'err'>): OutputGuard {
  const streams = [process.stdout, process.stderr]
  const listeners = streams.map((stream) => stream.listeners('error') as ((error: Error) => void)[])
  const failed = new Map<NodeJS.WriteStream, Error>()
  const guards = streams.map((stream) => (error: Error) => void failed.set(stream, error))
  for (const [s, stream] of streams.entries()) {
    stream.removeAllListeners('error')
    stream.on('error', guards[s] as (error: Error) => void)
  }
  return {
    async undelivered() {
      await new Promise((resolve) => process.stdout.write('', resolve))
      await new Promise((resolve) => setImmediate(resolve))
      const error = failed.get(process.stdout) as NodeJS.ErrnoException | undefined
      if (error === undefined) return false
      io.err(`sinkproof run: the summary could not be delivered: stdout is closed (${error.code}). All is in the table`)
      return true
    },
    release() {
      for (const [s, stream] of streams.entries()) {
        stream.off('error', guards[s] as (error: Error) => void)
        // Our reader is gone: whatever is written from here on fails too, and must not end the program either.
        const after = failed.has(stream) ? [() => {}] : (listeners[s] ?? [])
        for (const listener of after) stream.on('error', listener)
      }
    },
  }
}
