// A disk that is full, whichever way this machine allows. Read next: fullDisk.ts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FullDisk } from './fullDisk.ts'

test('has the room that was asked for and no more, and all of it when it is freed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sinkproof-full-'))
  const disk = new FullDisk(join(folder, 'disk'))
  try {
    const write = (name: string) => writeFileSync(join(disk.root, name), 'x')
    // Where nothing may be mounted, the program is told what to say.
    if (disk.how === 'injected') return expect(disk.fill(1)).toBe('temporaryWritten:2:ENOSPC')
    expect(disk.fill(1)).toBeUndefined()
    write('a')
    expect(() => write('b')).toThrow(/ENOSPC/)
    disk.free()
    write('b')
  } finally {
    disk.remove()
    rmSync(folder, { recursive: true })
  }
})
