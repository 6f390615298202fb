// A disk that is full, for the folder of the checkpoints: a small tmpfs with a ballast file where this user may mount one,
// else the program is told to fail as a full disk makes it fail (SINKPROOF_KILL=temporaryWritten:N:ENOSPC).
// Read next: round.ts.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export class FullDisk {
  /** Folders of checkpoints go below it. */
  readonly root: string
  readonly how: 'tmpfs' | 'injected'
  readonly #ballast: string

  /** `root` is made, and mounted where that is allowed. */
  constructor(root: string) {
    mkdirSync(root)
    this.root = root
    this.#ballast = join(root, 'ballast')
    this.how = mounted(root) ? 'tmpfs' : 'injected'
  }

  /** Leaves room for so many blocks (one checkpoint of these rounds takes one or two). Returns SINKPROOF_KILL's value. */
  fill(room: number): string | undefined {
    if (this.how === 'injected') return `temporaryWritten:${room + 1}:ENOSPC`
    const { bavail, bsize } = statfsSync(this.root)
    writeFileSync(this.#ballast, Buffer.alloc(Math.max(0, bavail - room) * bsize))
    return undefined
  }

  free(): void {
    rmSync(this.#ballast, { force: true })
  }

  remove(): void {
    if (this.how === 'tmpfs') execFileSync('umount', ['-l', this.root], { stdio: 'ignore' })
  }
}

function mounted(root: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', root], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
