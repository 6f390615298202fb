// Writes a file so that after a crash at any moment there is either the old state or the whole new file: temporary name,
// fsync, rename (the commit point), fsync of the folder (else the rename itself may be lost with the power).
// Read next: fileCheckpointStorage.ts.
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CheckpointFolderUnusableError } from './checkpointErrors.ts'

/** Moments at which a test may end the process, by throwing here or for good. */
export type WriteStep = 'temporaryWritten' | 'beforeRename' | 'renamed'
export type OnWriteStep = (step: WriteStep) => void | Promise<void>

const TEMPORARY = '.tmp'

/** Throws CheckpointFolderUnusableError; if it does, `name` is as it was before (except where the last fsync failed). */
export async function writeDurably(folder: string, name: string, bytes: Buffer, onStep?: OnWriteStep): Promise<void> {
  const path = join(folder, name)
  const temporary = path + TEMPORARY
  // 'wx' after rm: whatever stands there, a symbolic link too, is never written through.
  const file = await usable(path, 'write', async () => {
    await rm(temporary, { force: true })
    return open(temporary, 'wx')
  })
  try {
    await orRemove(path, temporary, () => file.writeFile(bytes))
    await onStep?.('temporaryWritten')
    await orRemove(path, temporary, () => file.sync())
  } finally {
    await file.close()
  }
  await onStep?.('beforeRename')
  await orRemove(path, temporary, () => rename(temporary, path))
  await onStep?.('renamed')
  await usable(path, 'make the rename durable', () => syncFolder(folder))
}

/** What a crash left behind. Never read: without the rename it was never committed. Returns the names. */
export async function removeTemporaries(folder: string): Promise<string[]> {
  const left = (await readdir(folder)).filter((name) => name.endsWith(TEMPORARY))
  for (const name of left) await rm(join(folder, name), { force: true })
  return left
}

/** Runs `io` and gives what the system says about it a type. */
export async function usable<T>(path: string, doing: string, io: () => Promise<T>): Promise<T> {
  try {
    return await io()
  } catch (cause) {
    throw new CheckpointFolderUnusableError(path, doing, cause)
  }
}

async function orRemove(path: string, temporary: string, io: () => Promise<unknown>): Promise<void> {
  try {
    await usable(path, 'write', io)
  } catch (error) {
    // A full disk must not stay full of our own remains.
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders; NTFS journals the rename.
  if (process.platform === 'win32') return
  let handle: FileHandle | undefined
  try {
    handle = await open(folder, 'r')
    await handle.sync()
  } finally {
    await handle?.close()
  }
}
