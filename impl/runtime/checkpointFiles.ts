// The files of a checkpoint folder: their names, what is in them, and what is checked when they are read.
// Whole and unchanged is checkedFile.ts's to say; here it is "a checkpoint" and "of this shape" (zod).
// Read next: fileCheckpointStorage.ts.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { decodeChecked, encodeChecked, type FileFormat } from './checkedFile.ts'
import { DamagedCheckpointError } from './checkpointErrors.ts'
import type { CompletedCheckpoint } from './checkpointStorage.ts'
import { usable } from './durableWrite.ts'

const CHECKPOINT: FileFormat = { name: 'sinkproof-checkpoint', version: 1 }
const MANIFEST: FileFormat = { name: 'sinkproof-checkpoints', version: 1 }
export const MANIFEST_NAME = 'manifest.json'

const Count = z.int().nonnegative()
const CheckpointShape = z.strictObject({
  checkpointId: z.int().positive(),
  runId: Count,
  attempt: Count,
  parallelism: z.int().positive(),
  sources: z.array(z.strictObject({ offset: Count, position: z.unknown().optional(), finished: z.boolean() })),
  operatorState: z.array(
    z.record(
      z.string(),
      z.strictObject({ mode: z.enum(['SPLIT_DISTRIBUTE', 'UNION']), elements: z.array(z.unknown()) }),
    ),
  ),
  channels: z
    .array(
      z.strictObject({
        source: Count,
        subtask: Count,
        records: z.array(z.strictObject({ key: z.string(), version: z.number(), id: z.string(), value: z.string() })),
      }),
    )
    .optional(),
  kind: z.enum(['checkpoint', 'savepoint']),
  job: z.string(),
  createdAtMs: z.number(),
})
const ManifestShape = z.strictObject({ job: z.string(), runId: Count, newest: Count.nullable(), highest: Count })
export type Manifest = z.infer<typeof ManifestShape>

export const encodeCheckpoint = (checkpoint: CompletedCheckpoint): Buffer => encodeChecked(CHECKPOINT, checkpoint)
export const encodeManifest = (manifest: Manifest): Buffer => encodeChecked(MANIFEST, manifest)

/** A checkpoint or savepoint named by its path, in any folder, without its lock. Throws DamagedCheckpointError. */
export async function readCheckpointFile(path: string): Promise<CompletedCheckpoint> {
  const bytes = await readIfThere(path)
  if (bytes === null) throw new DamagedCheckpointError(path, 'missing', 'there is no such file')
  // The raw value is handed on, not zod's copy: state names and positions are not zod's to rebuild.
  return checked(CheckpointShape, path, decodeChecked(CHECKPOINT, path, bytes)) as CompletedCheckpoint
}

/** Null for a folder without checkpoints: a new one. Throws DamagedCheckpointError. */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const path = join(folder, MANIFEST_NAME)
  const bytes = await readIfThere(path)
  if (bytes !== null) return checked(ManifestShape, path, decodeChecked(MANIFEST, path, bytes)) as Manifest
  const orphans = [...(await idsIn(folder, 'checkpoint')), ...(await idsIn(folder, 'savepoint'))]
  if (orphans.length === 0) return null
  throw new DamagedCheckpointError(path, 'missing', `the folder holds checkpoints (${orphans.join(', ')}) without it`)
}

function checked(shape: z.ZodType, path: string, value: unknown): unknown {
  const result = shape.safeParse(value)
  if (result.success) return value
  const [issue] = result.error.issues
  throw new DamagedCheckpointError(path, 'content', `at ${issue?.path.join('.') || 'the top'}: ${issue?.message}`)
}

async function readIfThere(path: string): Promise<Buffer | null> {
  return usable(path, 'read', async () => {
    try {
      return await readFile(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  })
}

/** Built from a number only: no name from an input can lead out of the folder. */
export const fileName = (kind: CompletedCheckpoint['kind'], id: number): string =>
  `${kind === 'checkpoint' ? 'chk' : 'savepoint'}-${id}.json`

/** Rising. Other names in the folder are not looked at. */
export async function idsIn(folder: string, kind: CompletedCheckpoint['kind']): Promise<number[]> {
  const names = await usable(folder, 'read the folder', () => readdir(folder))
  const ids = names.map((name) => Number(/^(?:chk|savepoint)-([1-9]\d{0,15})\.json$/.exec(name)?.[1]))
  return ids.filter((id, index) => names[index] === fileName(kind, id)).sort((left, right) => left - right)
}
