// What is done to the newest checkpoint of a folder, as a torn disk would leave it, and which checkpoint is chosen then.
// Read next: round.ts, ../../impl/runtime/checkedFile.ts (which notices).
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileName, idsIn, readManifest } from '../../impl/runtime/checkpointFiles.ts'

export const DAMAGES = ['truncated', 'emptied', 'flipped', 'missing'] as const
export type Damage = (typeof DAMAGES)[number]

export interface Damaged {
  readonly kind: Damage
  /** What the refusal must name. */
  readonly path: string
  /** The explicit choice: the newest of those before it. */
  readonly older: number
}

/** Null where there is no older checkpoint to choose. `share` in [0, 1): where in the file. */
export async function damageNewest(folder: string, kind: Damage, share: number): Promise<Damaged | null> {
  const [newest, older] = (await idsIn(folder, 'checkpoint')).reverse()
  if (newest === undefined || older === undefined) return null
  const path = join(folder, fileName('checkpoint', newest))
  // A file that is gone is noticed by the manifest only, and the kill may have come before that named it.
  const done = kind === 'missing' && (await readManifest(folder))?.newest !== newest ? 'truncated' : kind
  DAMAGING[done](path, share)
  return { kind: done, path, older }
}

const DAMAGING: Readonly<Record<Damage, (path: string, share: number) => void>> = {
  truncated: (path, share) => truncateSync(path, 1 + Math.floor(share * (readFileSync(path).length - 1))),
  emptied: (path) => truncateSync(path, 0),
  flipped: (path, share) => {
    const bytes = readFileSync(path)
    const at = Math.floor(share * bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(path, bytes)
  },
  missing: (path) => rmSync(path),
}
