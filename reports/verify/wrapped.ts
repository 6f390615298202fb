// Words broken into lines of at most 80 columns. Read next: timeline.ts.

import { TIED } from './names.ts'

export const WIDTH = 80

/** The first line starts at column `first`, the others are indented by `indent` spaces. Long words are not broken. */
export function wrapped(words: string, indent: number, first = indent, lead = ''): string[] {
  const lines: string[] = []
  let line = lead
  let room = WIDTH - first
  let used = 0
  for (const word of words.split(' ')) {
    if (used > 0 && used + 1 + word.length > room) {
      lines.push(line)
      line = ' '.repeat(indent)
      room = WIDTH - indent
      used = 0
    }
    line += used === 0 ? word : ` ${word}`
    used += (used === 0 ? 0 : 1) + word.length
  }
  return [...lines, line].map((each) => each.replaceAll(TIED, ' '))
}
