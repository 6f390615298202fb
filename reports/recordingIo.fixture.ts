// An Io that keeps what a person would have seen, for tests.
import pc from 'picocolors'
import type { Io } from './io.ts'

export interface RecordingIo extends Io {
  readonly lines: string[]
  readonly errors: string[]
}

export function recordingIo(colour = false): RecordingIo {
  const lines: string[] = []
  const errors: string[] = []
  return {
    lines,
    errors,
    // As the terminal has it: one entry a line.
    out: (text) => void lines.push(...text.split('\n')),
    err: (text) => void errors.push(...text.split('\n')),
    live: null,
    colours: pc.createColors(colour),
  }
}
