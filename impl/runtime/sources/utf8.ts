// Input is UTF-8 or is refused: decoded leniently, two different keys in Latin-1 would become the same one.
// Read next: fileLog.ts.
import { isUtf8 } from 'node:buffer'
import type { Frame } from './frameReader.ts'
import { BadRowError } from './sourceErrors.ts'

/** The frame's text. Throws BadRowError naming the line and the byte, in the file, that is not UTF-8. */
export function frameText(frame: Frame, source: string): string {
  if (!isUtf8(frame.bytes)) {
    const at = firstInvalid(frame.bytes)
    const byte = `0x${frame.bytes[at]?.toString(16).padStart(2, '0')}`
    const [line, place] = [frame.line + linesBefore(frame.bytes, at), frame.start + at]
    const hint = (frame.bytes[at] ?? 0) >= 0xfe ? 'Is it UTF-16?' : 'Is it Latin-1?'
    throw new BadRowError(
      source,
      line,
      `expected UTF-8 text, got byte ${byte} at byte ${place}. ${hint} Convert it first`,
    )
  }
  return frame.bytes.toString('utf8')
}

/** Index of the first character that is none. Slow, and only for the message. */
function firstInvalid(bytes: Buffer): number {
  let at = 0
  while (at < bytes.length) {
    const lead = bytes[at] as number
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
    if (!isUtf8(bytes.subarray(at, at + length))) break
    at += length
  }
  return at
}

const linesBefore = (bytes: Buffer, end: number): number => bytes.subarray(0, end).filter((byte) => byte === 10).length
