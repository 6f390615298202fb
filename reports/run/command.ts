// `sinkproof run`: from a file into a DynamoDB table, with checkpoints in a folder. Whatever ends it (kill -9 too), the
// next start with the same flags goes on from the newest checkpoint. Here: flags in, exit code and one clear line out.
// Read next: options.ts (the flags), run.ts, failure.ts.
import { EXIT } from '../exit.ts'
import type { Io } from '../io.ts'
import { guardOutput } from './closedPipe.ts'
import { failureLine } from './failure.ts'
import { Interrupt } from './interrupt.ts'
import { parseRun, RUN_HELP } from './options.ts'
import { Run } from './run.ts'

/** Returns the exit code. Throws only what is a mistake of ours. */
export async function runCommand(
  argv: readonly string[],
  io: Io,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const output = guardOutput(io)
  const interrupt = new Interrupt()
  try {
    const options = parseRun(argv, environment)
    if (options === null) io.out(RUN_HELP)
    else await new Run(options, io, environment, interrupt).toTheEnd()
    return (await output.undelivered()) ? EXIT.usage : EXIT.asExpected
  } catch (error) {
    const line = failureLine(error)
    if (line === null) throw error
    io.err(`sinkproof run: ${line}`)
    return EXIT.usage
  } finally {
    interrupt.release()
    output.release()
  }
}
