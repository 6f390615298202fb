// `sinkproof run` as a program of its own: node --import tsx reports/run/main.ts --input FILE ...
// Read next: command.ts.
import { EXIT } from '../exit.ts'
import { processIo } from '../io.ts'
import { runCommand } from './command.ts'

const io = processIo()
try {
  process.exitCode = await runCommand(process.argv.slice(2), io)
} catch (error) {
  io.err(`sinkproof: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  process.exitCode = EXIT.internal
}
