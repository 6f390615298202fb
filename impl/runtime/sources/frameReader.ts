// Cuts a file into frames, one a record: lines, or CSV records whose quoted fields may hold line ends. Knows for each
// the bytes and lines that it spans, which is what positions and messages are made of; says nothing of what is in it.
// Memory is bounded: one chunk and one frame. Read next: fileLog.ts.
import type { FileHandle } from 'node:fs/promises'
import { BadRowError } from './sourceErrors.ts'

export interface Frame {
  /** Without its line end. */
  readonly bytes: Buffer
  /** Of its first byte in the file. */
  readonly start: number
  /** Of the first byte behind its line end. */
  readonly end: number
  /** Line where it begins, from 1, and the line behind it. */
  readonly line: number
  readonly nextLine: number
}

const CHUNK_BYTES = 64 * 1024
/** A store takes items of 400 KB; escapes and doubled quotes may make a row several times longer than its item. */
const MAX_FRAME_BYTES = 4 * 1024 * 1024
const [LINE_FEED, CARRIAGE_RETURN, QUOTE] = [10, 13, 34]

export class FrameReader {
  readonly #file: FileHandle
  readonly #name: string
  readonly #quotes: boolean
  // Bytes read and not yet framed; #start is where they begin in the file, #scanned how many of them were looked at.
  #rest: Buffer = Buffer.alloc(0)
  #start = 0
  #scanned = 0
  #line = 1
  #linesInside = 0
  #quoted = false

  /** `quotes`: a line end between double quotes does not end a frame. */
  constructor(file: FileHandle, name: string, quotes: boolean) {
    this.#file = file
    this.#name = name
    this.#quotes = quotes
  }

  seek(byte: number, line: number): void {
    this.#rest = Buffer.alloc(0)
    this.#start = byte
    this.#line = line
    this.#scanned = 0
    this.#linesInside = 0
    this.#quoted = false
  }

  /** The frames of the next stretch of the file, blank lines left out; none at the end. */
  async nextBatch(): Promise<Frame[]> {
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
      const { bytesRead } = await this.#file.read(chunk, 0, CHUNK_BYTES, this.#start + this.#rest.length)
      if (bytesRead === 0) return this.#last()
      this.#rest = Buffer.concat([this.#rest, chunk.subarray(0, bytesRead)])
      const frames = this.#scan()
      if (frames.length > 0) return frames
      if (this.#rest.length > MAX_FRAME_BYTES) {
        const hint = this.#quoted ? ' (is a quote not closed?)' : ''
        throw new BadRowError(this.#name, this.#line, `the row is longer than ${MAX_FRAME_BYTES} bytes${hint}`)
      }
    }
  }

  #scan(): Frame[] {
    const [frames, bytes]: [Frame[], Buffer] = [[], this.#rest]
    let from = 0
    for (let at = this.#scanned; at < bytes.length; at++) {
      const byte = bytes[at]
      if (byte === QUOTE && this.#quotes) this.#quoted = !this.#quoted
      if (byte !== LINE_FEED) continue
      this.#linesInside += 1
      if (this.#quoted) continue
      this.#push(frames, bytes.subarray(from, at), at + 1 - from)
      from = at + 1
    }
    this.#rest = bytes.subarray(from)
    this.#scanned = this.#rest.length
    return frames
  }

  /** What stands behind the last line end: a whole record too. */
  #last(): Frame[] {
    const frames: Frame[] = []
    const bytes = this.#rest
    this.#rest = Buffer.alloc(0)
    this.#scanned = 0
    if (bytes.length > 0) this.#push(frames, bytes, bytes.length)
    return frames
  }

  #push(frames: Frame[], bytes: Buffer, length: number): void {
    const [start, line] = [this.#start, this.#line]
    this.#start += length
    this.#line += this.#linesInside
    this.#linesInside = 0
    const text = bytes.at(-1) === CARRIAGE_RETURN ? bytes.subarray(0, -1) : bytes
    if (text.length > 0) frames.push({ bytes: text, start, end: this.#start, line, nextLine: this.#line })
  }
}
