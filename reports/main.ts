// The program: `sinkproof verify` and its siblings. This file only connects the process to commandLine.ts.
import { commandLine } from './commandLine.ts'
import { EXIT } from './exit.ts'
import { processIo } from './io.ts'

const io = processIo()
try {
  process.exitCode = await commandLine(process.argv.slice(2), io)
} catch (error) {
  // Whatever reaches this point is a mistake of ours, and its stack says where.
  io.err(`sinkproof: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  process.exitCode = EXIT.internal
}
