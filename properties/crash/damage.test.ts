// Every damage to a newest checkpoint is noticed when it is read, and the one before it is whole. Read next: damage.ts.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FileCheckpointStorage } from '../../impl/runtime/fileCheckpointStorage.ts'
import { DAMAGES, type Damage, damageNewest } from './damage.ts'

const checkpoint = (checkpointId: number) => ({
  ...{ checkpointId, runId: 1, attempt: 0, parallelism: 1, sources: [], operatorState: [{}] },
  ...({ kind: 'checkpoint', job: 'j', createdAtMs: 0 } as const),
})

async function withCheckpoints<T>(ids: readonly number[], look: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'sinkproof-damage-'))
  const storage = await FileCheckpointStorage.open({ folder, job: 'j' })
  for (const id of ids) await storage.store(checkpoint(id))
  await storage.close()
  try {
    return await look(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const PLACES = [0, 0.2, 0.5, 0.9, 0.999]

test.each(DAMAGES.flatMap((kind) => PLACES.map((share) => [kind, share] as const)))('%s at %d', async (kind, share) => {
  await withCheckpoints([3, 4], async (folder) => {
    const damaged = await damageNewest(folder, kind as Damage, share)
    expect(damaged).toEqual({ kind, path: join(folder, 'chk-4.json'), older: 3 })
    const storage = await FileCheckpointStorage.open({ folder, job: 'j' })
    await expect(storage.newest()).rejects.toMatchObject({ name: 'DamagedCheckpointError', path: damaged?.path })
    expect((await storage.restartFrom(3)).checkpointId).toBe(3)
    expect((await storage.newest())?.checkpointId).toBe(3)
    await storage.close()
  })
})

test('nothing is damaged where there is no older one to choose', async () => {
  expect(await withCheckpoints([1], (folder) => damageNewest(folder, 'emptied', 0))).toBeNull()
})
