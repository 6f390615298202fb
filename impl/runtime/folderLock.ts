// One live process per checkpoint folder: two that write the same checkpoints would each restore the other's. The lock
// is a file that names its holder; a holder that is dead (kill -9 leaves the file behind) is taken over.
// Not safe between hosts that cannot see each other's processes: a lock of another host is never taken over.
// Read next: fileCheckpointStorage.ts.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { CheckpointFolderLockedError } from './checkpointErrors.ts'
import { usable } from './durableWrite.ts'

const Holder = z.object({
  pid: z.int().positive(),
  host: z.string(),
  /** When the process started, where the system tells: a number that was given out again is not the same process. */
  started: z.string().nullable(),
  token: z.string(),
})
type Holder = z.infer<typeof Holder>

export const LOCK_NAME = 'LOCK'
/** Tokens this process holds. A lock with its own pid and another token was left by a namesake (containers start at 1). */
const held = new Set<string>()

export class FolderLock {
  readonly #path: string
  readonly #token: string

  private constructor(path: string, token: string) {
    this.#path = path
    this.#token = token
  }

  /** Throws CheckpointFolderLockedError with the holder's pid. `onTakeOver` hears of a dead one. */
  static async acquire(folder: string, onTakeOver?: (deadPid: number) => void): Promise<FolderLock> {
    const path = join(folder, LOCK_NAME)
    const token = randomUUID()
    const me: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid), token }
    const mine = `${path}.${token}`
    // Written whole under its own name first: nobody ever reads half a lock.
    // Ours before it can be seen: another opener in this process must not take it for a namesake's.
    held.add(token)
    await usable(path, 'write the lock', () => writeFile(mine, JSON.stringify(me), { flag: 'wx' }))
    try {
      while (!(await linked(mine, path))) {
        const text = await readIfThere(path)
        if (text === null) continue
        const deadPid = deadHolder(path, text)
        if (await setAside(path, text, `${mine}.stale`)) onTakeOver?.(deadPid)
      }
    } catch (error) {
      held.delete(token)
      throw error
    } finally {
      await rm(mine, { force: true })
    }
    return new FolderLock(path, token)
  }

  /** Throws CheckpointFolderLockedError if someone removed or took the lock: nothing may be committed any more. */
  async assertHeld(): Promise<void> {
    const text = await readIfThere(this.#path)
    const holder = text === null ? null : parse(text)
    if (holder?.token === this.#token) return
    const now = holder === null ? 'gone' : `held by process ${holder.pid}`
    throw new CheckpointFolderLockedError(this.#path, holder?.pid ?? null, `the lock of this process is ${now}`)
  }

  async release(): Promise<void> {
    if (!held.delete(this.#token)) return
    const text = await readIfThere(this.#path)
    if (text !== null && parse(text)?.token === this.#token) await rm(this.#path, { force: true })
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false
    return usable(to, 'write the lock', () => Promise.reject(cause))
  }
}

/** The dead holder's pid; throws where the holder lives or cannot be judged. */
function deadHolder(path: string, text: string): number {
  const holder = parse(text)
  if (holder === null) {
    throw new CheckpointFolderLockedError(
      path,
      null,
      'its lock cannot be read. Remove it if no process uses the folder',
    )
  }
  const { pid, host } = holder
  if (host !== hostname()) {
    const detail = `by process ${pid} on host ${host}, which cannot be asked from here. Remove the lock if it has ended`
    throw new CheckpointFolderLockedError(path, pid, detail)
  }
  if (isAlive(holder)) {
    throw new CheckpointFolderLockedError(path, pid, `by process ${pid}. Stop it first, or use another folder`)
  }
  return pid
}

function isAlive({ pid, started, token }: Holder): boolean {
  if (pid === process.pid) return held.has(token)
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives and belongs to another user.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const now = startOf(pid)
  return started === null || now === null || now === started
}

/** Boot and start time of a process, null where the system has no /proc; 'ended' for one its parent has not reaped. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold anything; behind it come the state (field 3) and the start (field 22).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return 'ended'
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`
  } catch {
    return null
  }
}

/** Of several that see the same dead lock, one moves it. A lock that came alive in between is put back. */
export async function setAside(path: string, expected: string, aside: string): Promise<boolean> {
  try {
    await rename(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    return usable(path, 'take over the lock', () => Promise.reject(error))
  }
  const wasExpected = (await readFile(aside, 'utf8')) === expected
  if (!wasExpected) await linked(aside, path)
  await rm(aside, { force: true })
  return wasExpected
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    return usable(path, 'read the lock', () => Promise.reject(error))
  }
}

function parse(text: string): Holder | null {
  try {
    return Holder.parse(JSON.parse(text))
  } catch {
    return null
  }
}
