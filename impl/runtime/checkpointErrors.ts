// What can be wrong with stored checkpoints, one class each, so that a command line can print one line that says which
// file it is and what to do. None of them is ever answered by taking an older checkpoint in silence (FLINK-22502).
// Read next: checkpointStorage.ts, fileCheckpointStorage.ts.

/** Base of all errors of checkpoint storage. `path` is the file or folder that it is about. */
export class CheckpointStorageError extends Error {
  override readonly name: string = 'CheckpointStorageError'
  readonly path: string

  constructor(path: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.path = path
  }
}

export type Damage = 'missing' | 'truncated' | 'header' | 'format' | 'version' | 'checksum' | 'content'

/** A file that should hold a checkpoint (or the folder's manifest) and does not hold what was written. */
export class DamagedCheckpointError extends CheckpointStorageError {
  override readonly name = 'DamagedCheckpointError'
  readonly damage: Damage

  constructor(path: string, damage: Damage, detail: string) {
    super(
      path,
      `${path}: damaged (${damage}): ${detail}. Put the file back as it was written, or name another checkpoint ` +
        'to restart from: an older one is never taken by itself',
    )
    this.damage = damage
  }
}

/** Another live process holds the folder. `pid` is null where the lock cannot be read. */
export class CheckpointFolderLockedError extends CheckpointStorageError {
  override readonly name = 'CheckpointFolderLockedError'
  readonly pid: number | null

  constructor(path: string, pid: number | null, detail: string) {
    super(path, `${path}: the checkpoint folder is in use: ${detail}`)
    this.pid = pid
  }
}

/** The folder's checkpoints belong to a job of another fingerprint. */
export class OtherJobError extends CheckpointStorageError {
  override readonly name = 'OtherJobError'
  readonly differences: readonly string[]

  constructor(path: string, stored: string, asked: string) {
    const differences = jobDifferences(stored, asked)
    super(
      path,
      `${path}: the checkpoints are of another job: ${differences.join('; ')}. Use another folder, or start the job as it was`,
    )
    this.differences = differences
  }
}

/** The folder cannot be read or written: missing rights, read-only, full, not a folder. `cause` is the system's error. */
export class CheckpointFolderUnusableError extends CheckpointStorageError {
  override readonly name = 'CheckpointFolderUnusableError'

  constructor(path: string, doing: string, cause: unknown) {
    const { code, message } = cause as { code?: string; message?: string }
    super(path, `${path}: cannot ${doing}: ${(code && HINTS[code]) ?? message ?? String(cause)}`, { cause })
  }
}

const HINTS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied (EACCES): give this user the right to write there, or name another folder',
  EPERM: 'not permitted (EPERM): give this user the right to write there, or name another folder',
  EROFS: 'the file system is read-only (EROFS): name another folder',
  ENOSPC: 'no space left (ENOSPC): free some; the last completed checkpoint is untouched',
  EDQUOT: 'the disk quota is used up (EDQUOT): free some; the last completed checkpoint is untouched',
  ENOTDIR: 'a part of the path is a file (ENOTDIR): name another folder',
  EEXIST: 'there is a file in its place (EEXIST): name another folder',
}

/** Field by field where both fingerprints are JSON objects (as they should be), else the two texts. */
function jobDifferences(stored: string, asked: string): string[] {
  const [before, after] = [fields(stored), fields(asked)]
  if (before === null || after === null) return [`they have ${stored}, this job is ${asked}`]
  const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value))
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => show(before.get(name)) !== show(after.get(name)))
    .map((name) => `${name} was ${show(before.get(name))} and is ${show(after.get(name))}`)
}

function fields(fingerprint: string): Map<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(fingerprint)
    return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : null
  } catch {
    return null
  }
}
