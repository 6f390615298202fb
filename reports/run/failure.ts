// Which errors are the input's or the surroundings' and get one line; every other is a mistake of ours.
// Read next: command.ts.
import { CheckpointStorageError } from '../../impl/runtime/checkpointErrors.ts'
import { InputChangedError, MappingError, SourceError } from '../../impl/runtime/sources/sourceErrors.ts'
import { StopWithSavepointRejectedError, StopWithSavepointStoppingError } from '../../impl/runtime/stopWithSavepoint.ts'
import { InvalidRecordError } from '../../impl/sinks/item.ts'
import { UsageError } from '../exit.ts'

/** The run ended early. Its message says what failed it and where the next start goes on. */
export class RunFailedError extends Error {
  override readonly name = 'RunFailedError'
}

const KINDS = [
  UsageError,
  MappingError,
  SourceError,
  CheckpointStorageError,
  InvalidRecordError,
  RunFailedError,
  StopWithSavepointRejectedError,
]

/** It came up while records were on their way, so that the next start is worth a word. What cannot be restored is not. */
export const isOfTheRun = (error: unknown): error is Error =>
  failureLine(error) !== null && !(error instanceof InputChangedError || error instanceof CheckpointStorageError)

/** Null: not to be explained in a line. */
export function failureLine(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  if (error instanceof StopWithSavepointStoppingError) {
    const cause = failureLine(error.cause)
    return cause === null ? null : `${cause}: ${error.message}`
  }
  // What the store refused for good, with the records named (batchWriter.ts).
  const explained = KINDS.some((kind) => error instanceof kind) || error.name === 'FatalWriteError'
  return explained ? error.message.replace(/\s*\n\s*/g, ' ') : null
}
