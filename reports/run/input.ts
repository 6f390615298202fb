// The input, read once to its end before anything is written: whatever is wrong with it is said while the table is still
// as it was, and a start after a kill judges the versions of a key by the whole file, not by the part that is left.
// Costs a few per cent of what the writes take, and tells how many records there are.
// Read next: ../../impl/runtime/sources/toRecord.ts.
import { extname } from 'node:path'
import { csvLog } from '../../impl/runtime/sources/csv.ts'
import type { FileLog } from '../../impl/runtime/sources/fileLog.ts'
import type { Mapping } from '../../impl/runtime/sources/mapping.ts'
import { ndjsonLog } from '../../impl/runtime/sources/ndjson.ts'
import { checkColumns, RecordMapper } from '../../impl/runtime/sources/toRecord.ts'

export function inputLog(path: string): FileLog {
  const extension = extname(path).toLowerCase()
  if (extension === '.ndjson' || extension === '.jsonl') return ndjsonLog(path)
  return csvLog(path, extension === '.tsv' ? { delimiter: '\t' } : {})
}

export interface CheckedInput {
  readonly records: number
  /** Keys of which the check kept no version: it has bounded memory. */
  readonly forgottenKeys: number
}

/** Throws SourceError naming file, line and column. `stopped` is asked now and then: true ends the check early. */
export async function checkInput(
  path: string,
  mapping: Mapping,
  onProgress: (records: number) => void,
  stopped: () => boolean,
): Promise<CheckedInput> {
  const log = inputLog(path)
  const mapper = new RecordMapper(path, mapping)
  try {
    await log.open()
    checkColumns(log, mapping)
    let records = 0
    for (let row = await log.next(); row !== null; row = await log.next()) {
      mapper.toRecord(row)
      records += 1
      if (records % 1_000 !== 0) continue
      onProgress(records)
      if (stopped()) break
    }
    return { records, forgottenKeys: mapper.forgottenKeys }
  } finally {
    await log.close()
  }
}
