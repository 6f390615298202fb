// A position in a file that can tell whether the file is still the one it was taken from: besides the byte it holds
// hashes of the file's first and of the last bytes before it. Costs two small reads, wherever in the file it is. What
// lies between the two, or behind the position, is not looked at: appending is allowed, and an edit in the middle that
// keeps the length is not noticed. Read next: fileLog.ts.
import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { z } from 'zod'
import type { LogPosition } from './replayableLog.ts'
import { InputChangedError } from './sourceErrors.ts'

const HEAD_BYTES = 64 * 1024
const TAIL_BYTES = 4 * 1024
const [LINE_FEED, CARRIAGE_RETURN] = [10, 13]

const Count = z.int().nonnegative()
const FilePosition = z.object({
  format: z.string(),
  offset: Count,
  /** Where the next record begins, and its line. */
  byte: Count,
  line: z.int().positive(),
  headSha256: z.string(),
  tailSha256: z.string(),
})
export type FilePosition = z.infer<typeof FilePosition>

export type Place = Pick<FilePosition, 'format' | 'offset' | 'byte' | 'line'>

export async function positionAt(file: FileHandle, name: string, place: Place): Promise<FilePosition> {
  const { byte } = place
  const head = await readBytes(file, name, 0, Math.min(byte, HEAD_BYTES))
  const tail = await readBytes(file, name, Math.max(0, byte - TAIL_BYTES), byte)
  return { ...place, headSha256: sha256(head), tailSha256: sha256(tail) }
}

/** Throws InputChangedError where `position` is not one of this file in this format. */
export async function checkPosition(
  file: FileHandle,
  name: string,
  format: string,
  position: LogPosition,
): Promise<FilePosition> {
  const parsed = FilePosition.safeParse(position)
  if (!parsed.success) throw new InputChangedError(name, 'the position is not one of a file')
  const asked = parsed.data
  if (asked.format !== format)
    throw new InputChangedError(name, `it was read as ${asked.format} and is read as ${format}`)
  const now = await positionAt(file, name, asked)
  if (now.headSha256 !== asked.headSha256) throw new InputChangedError(name, 'its first bytes differ')
  if (now.tailSha256 !== asked.tailSha256) {
    throw new InputChangedError(name, `the bytes before line ${asked.line} (byte ${asked.byte}) differ`)
  }
  await checkLastLine(file, name, asked)
  return asked
}

/** A last line without a line end that has grown since: what was read as a whole record was not one. */
async function checkLastLine(file: FileHandle, name: string, { byte, line }: FilePosition): Promise<void> {
  const { size } = await file.stat()
  if (byte === 0 || size <= byte) return
  const around = await readBytes(file, name, byte - 1, byte + 1)
  if (!around.includes(LINE_FEED) && around[1] !== CARRIAGE_RETURN) {
    throw new InputChangedError(name, `the last line there was (line ${line}) has become longer`)
  }
}

async function readBytes(file: FileHandle, name: string, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.alloc(to - from)
  let filled = 0
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, from + filled)
    if (bytesRead === 0)
      throw new InputChangedError(name, `it ends at byte ${from + filled}, before the position ${to}`)
    filled += bytesRead
  }
  return bytes
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
