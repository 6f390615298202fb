// What every checkpoint storage does, held to both: the one in memory and the one in files.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CheckpointStorageError, DamagedCheckpointError } from './checkpointErrors.ts'
import { type CheckpointStorage, type CompletedCheckpoint, MemoryCheckpointStorage } from './checkpointStorage.ts'
import { FileCheckpointStorage } from './fileCheckpointStorage.ts'

const completed = (checkpointId: number, kind: CompletedCheckpoint['kind'] = 'checkpoint'): CompletedCheckpoint => ({
  checkpointId,
  runId: 1,
  attempt: 0,
  parallelism: 1,
  sources: [{ offset: checkpointId, position: { byte: 10 }, finished: false }],
  operatorState: [{ buffer: { mode: 'SPLIT_DISTRIBUTE', elements: [{ key: 'a', version: 1 }] } }],
  kind,
  job: 'j',
  createdAtMs: 5,
})

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sinkproof-storage-'))
})
afterEach(() => rm(folder, { recursive: true }))

interface Kind {
  readonly name: string
  readonly make: (retained: number) => CheckpointStorage | Promise<CheckpointStorage>
  readonly damage: (storage: CheckpointStorage, id: number) => void | Promise<void>
}
const kinds: Kind[] = [
  {
    name: 'memory',
    make: (retained) => new MemoryCheckpointStorage({ retained }),
    damage: (storage, id) => (storage as MemoryCheckpointStorage).damage(id),
  },
  {
    name: 'files',
    make: (retained) => FileCheckpointStorage.open({ folder, job: 'j', retained }),
    damage: (_storage, id) => writeFile(join(folder, `chk-${id}.json`), 'torn'),
  },
]

describe.each(kinds)('checkpoint storage: $name', ({ make, damage }) => {
  it('has nothing at first', async () => {
    const storage = await make(2)
    expect([await storage.newest(), await storage.ids(), await storage.highestId()]).toEqual([null, [], 0])
  })

  it('gives the newest back as it was, and keeps as many as it should', async () => {
    const storage = await make(2)
    for (const id of [1, 2, 9, 10]) await storage.store(completed(id))
    expect(await storage.newest()).toEqual(completed(10))
    expect(await storage.ids()).toEqual([9, 10])
    expect(await storage.load(9)).toEqual(completed(9))
  })

  it('never deletes the newest', async () => {
    const storage = await make(1)
    for (const id of [1, 2]) await storage.store(completed(id))
    expect(await storage.ids()).toEqual([2])
    expect(await storage.newest()).toEqual(completed(2))
  })

  it('S9: never restores from a savepoint that was only taken, and never deletes one', async () => {
    const storage = await make(1)
    await storage.store(completed(1))
    await storage.store(completed(2, 'savepoint'))
    expect(await storage.newest()).toEqual(completed(1))
    for (const id of [3, 4]) await storage.store(completed(id))
    expect(await storage.load(2)).toEqual(completed(2, 'savepoint'))
    expect(await storage.highestId()).toBe(4)
  })

  it('restarts from a savepoint that is named, and from then on that is the newest', async () => {
    const storage = await make(2)
    for (const id of [1, 3]) await storage.store(completed(id))
    await storage.store(completed(2, 'savepoint'))
    expect(await storage.restartFrom(2)).toEqual(completed(2, 'savepoint'))
    expect(await storage.newest()).toEqual(completed(2, 'savepoint'))
    expect(await storage.ids()).toEqual([1, 2])
    expect(await storage.highestId()).toBe(3)
  })

  it('refuses ids that go back or would overwrite', async () => {
    const storage = await make(2)
    await storage.store(completed(3))
    await storage.store(completed(4, 'savepoint'))
    for (const [bad, message] of [
      [completed(3), 'expected an id above 3'],
      [completed(2), 'expected an id above 3'],
      [completed(4, 'savepoint'), 'there is a savepoint of this id already'],
      [completed(0), 'expected an id of 1 or more, got 0'],
    ] as const) {
      await expect((async () => storage.store(bad))()).rejects.toThrow(message)
      await expect((async () => storage.store(bad))()).rejects.toThrow(CheckpointStorageError)
    }
    expect(await storage.newest()).toEqual(completed(3))
  })

  it('reports a damaged newest, never takes an older one in silence, and goes on from one that is named', async () => {
    const storage = await make(2)
    for (const id of [1, 2]) await storage.store(completed(id))
    await damage(storage, 2)
    await expect((async () => storage.newest())()).rejects.toThrow(DamagedCheckpointError)
    expect(await storage.load(1)).toEqual(completed(1))
    await expect((async () => storage.newest())(), 'a look at 1 is no choice of 1').rejects.toThrow('2')
    expect(await storage.restartFrom(1)).toEqual(completed(1))
    expect(await storage.newest()).toEqual(completed(1))
    expect(await storage.highestId()).toBe(2)
  })

  it('says that an id is not there', async () => {
    const storage = await make(2)
    await expect((async () => storage.load(7))()).rejects.toThrow('missing')
    await expect((async () => storage.restartFrom(7))()).rejects.toThrow('missing')
  })

  it('refuses to keep none', async () => {
    await expect((async () => make(0))()).rejects.toThrow('expected 1 or more checkpoints to keep, got 0')
  })
})
