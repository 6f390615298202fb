// The folder of checkpoints under everything that a crash, a disk or a user can do to it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeChecked, encodeChecked, type FileFormat } from './checkedFile.ts'
import {
  CheckpointFolderLockedError,
  CheckpointFolderUnusableError,
  DamagedCheckpointError,
  OtherJobError,
} from './checkpointErrors.ts'
import { readCheckpointFile } from './checkpointFiles.ts'
import type { CompletedCheckpoint } from './checkpointStorage.ts'
import type { WriteStep } from './durableWrite.ts'
import { FileCheckpointStorage, type FileStorageOptions } from './fileCheckpointStorage.ts'
import { setAside } from './folderLock.ts'

const job = JSON.stringify({ input: 'a.csv', key: ['id'], table: 'orders' })
const completed = (checkpointId: number): CompletedCheckpoint => ({
  checkpointId,
  runId: 1,
  attempt: 0,
  parallelism: 2,
  sources: [{ offset: 3, finished: true }],
  operatorState: [{}, { __proto__x: { mode: 'UNION', elements: ['é', 1, null] } }],
  kind: 'checkpoint',
  job,
  createdAtMs: 5,
})

let folder = ''
let warnings: string[] = []
const opened: FileCheckpointStorage[] = []
async function open(options: Partial<FileStorageOptions> = {}): Promise<FileCheckpointStorage> {
  const storage = await FileCheckpointStorage.open({
    folder,
    job,
    onWarning: (text) => warnings.push(text),
    ...options,
  })
  opened.push(storage)
  return storage
}
const path = (name: string): string => join(folder, name)

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sinkproof-files-'))
  warnings = []
})
afterEach(async () => {
  for (const storage of opened.splice(0)) await storage.close()
  await rm(folder, { recursive: true })
})

describe('a damaged file', () => {
  it('is recognised when cut at every byte', async () => {
    await (await open()).store(completed(1))
    const whole = await readFile(path('chk-1.json'))
    for (let length = 0; length < whole.length; length++) {
      await writeFile(path('chk-1.json'), whole.subarray(0, length))
      await expect(readCheckpointFile(path('chk-1.json')), `cut to ${length}`).rejects.toMatchObject({
        name: 'DamagedCheckpointError',
        damage: 'truncated',
        path: path('chk-1.json'),
      })
    }
    await writeFile(path('chk-1.json'), Buffer.concat([whole, Buffer.from('x')]))
    await expect(readCheckpointFile(path('chk-1.json'))).rejects.toThrow(DamagedCheckpointError)
    await writeFile(path('chk-1.json'), whole)
    expect(await readCheckpointFile(path('chk-1.json'))).toEqual(completed(1))
  })

  it('is recognised with any one bit of it changed', async () => {
    await (await open()).store(completed(1))
    const whole = await readFile(path('chk-1.json'))
    for (let at = 0; at < whole.length * 8; at++) {
      const flipped = Buffer.from(whole)
      flipped[at >> 3] = (flipped[at >> 3] as number) ^ (1 << (at & 7))
      await writeFile(path('chk-1.json'), flipped)
      await expect(readCheckpointFile(path('chk-1.json')), `bit ${at}`).rejects.toThrow(DamagedCheckpointError)
    }
  })

  it('of another version is named as such, not as torn', async () => {
    await (await open()).store(completed(1))
    const text = await readFile(path('chk-1.json'), 'utf8')
    await writeFile(path('chk-1.json'), text.replace('"version":1', '"version":2'))
    await expect(readCheckpointFile(path('chk-1.json'))).rejects.toThrow('damaged (version): expected version 1')
    await writeFile(path('chk-1.json'), text.replace('sinkproof-checkpoint', 'something-else'))
    await expect(readCheckpointFile(path('chk-1.json'))).rejects.toThrow('got "something-else"')
  })

  it('cannot pass for another version by its header alone', () => {
    const [one, two] = [1, 2].map((version) => ({ name: 'x', version })) as [FileFormat, FileFormat]
    const forged = encodeChecked(two, { a: 1 }).toString().replace('"version":2', '"version":1')
    expect(() => decodeChecked(one, 'file', Buffer.from(forged))).toThrow('damaged (checksum)')
    expect(decodeChecked(two, 'file', encodeChecked(two, { a: 1 }))).toEqual({ a: 1 })
  })

  it('is never passed over for an older one: not torn, not missing, not another', async () => {
    const storage = await open({ retained: 3 })
    for (const id of [1, 2, 3]) await storage.store(completed(id))
    await storage.close()
    await writeFile(path('chk-3.json'), (await readFile(path('chk-3.json'))).subarray(0, 300))
    await expect((await open()).newest()).rejects.toThrow(`${path('chk-3.json')}: damaged (truncated)`)
    await opened.at(-1)?.close()

    await rm(path('chk-3.json'))
    const aside = ['chk-1.json', 'chk-2.json']
    for (const name of aside) await rename(path(name), path(`${name}.away`))
    await expect((await open()).newest(), 'all gone').rejects.toThrow(`${path('chk-3.json')}: damaged (missing)`)
    await opened.at(-1)?.close()
    for (const name of aside) await rename(path(`${name}.away`), path(name))
    await expect((await open()).newest()).rejects.toThrow(`${path('chk-3.json')}: damaged (missing)`)
    await opened.at(-1)?.close()

    await writeFile(path('chk-3.json'), await readFile(path('chk-2.json')))
    await expect((await open()).newest()).rejects.toThrow('damaged (content): it holds checkpoint 2')
  })

  it('can be left behind by naming an older one; it is kept aside, and the choice lasts', async () => {
    const storage = await open({ retained: 3 })
    for (const id of [1, 2, 3]) await storage.store(completed(id))
    await writeFile(path('chk-3.json'), 'torn')
    expect(await storage.restartFrom(2)).toEqual(completed(2))
    await storage.close()
    const again = await open()
    expect(await again.newest()).toEqual(completed(2))
    expect(await again.highestId()).toBe(3)
    expect(await readFile(path('set-aside-run-1-chk-3.json'), 'utf8')).toBe('torn')
    expect(warnings.join()).toContain('chk-3.json is not restored from')
  })

  it('that is the manifest is reported too, torn or gone', async () => {
    const storage = await open()
    await storage.store(completed(1))
    await storage.close()
    const manifest = await readFile(path('manifest.json'))
    await writeFile(path('manifest.json'), manifest.subarray(0, 20))
    await expect(open()).rejects.toThrow('manifest.json: damaged (truncated)')
    await rm(path('manifest.json'))
    await expect(open()).rejects.toThrow(
      'manifest.json: damaged (missing): the folder holds checkpoints (1) without it',
    )
    await writeFile(path('manifest.json'), manifest)
    expect(await (await open()).newest()).toEqual(completed(1))
  })
})

describe('a crash while a checkpoint is written', () => {
  const crash = (at: WriteStep) => (step: WriteStep) => {
    if (step === at) throw new Error(`crash at ${step}`)
  }

  it.each([
    ['temporaryWritten', 1],
    ['beforeRename', 1],
    ['renamed', 2],
  ] as const)('at %s leaves checkpoint %i', async (at, expected) => {
    const first = await open()
    await first.store(completed(1))
    await first.close()
    const second = await open({ onStep: crash(at) })
    await expect(second.store(completed(2))).rejects.toThrow(`crash at ${at}`)
    await second.close()
    expect((await readdir(folder)).includes('chk-2.json.tmp')).toBe(expected === 1)

    const third = await open()
    expect((await third.newest())?.checkpointId).toBe(expected)
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
    expect(warnings.some((text) => text.includes('removed what a crash left behind'))).toBe(expected === 1)
    await third.store(completed(3))
    expect((await third.newest())?.checkpointId).toBe(3)
  })

  it('that takes the manifest back to before the newest is harmless', async () => {
    const storage = await open()
    await storage.store(completed(1))
    const old = await readFile(path('manifest.json'))
    await storage.store(completed(2))
    await storage.close()
    await writeFile(path('manifest.json'), old)
    const again = await open()
    expect((await again.newest())?.checkpointId).toBe(2)
    expect(await again.highestId()).toBe(2)
  })

  it('by kill -9, wherever it hits, loses nothing that was committed', async () => {
    let runId = 0
    let committed = 0
    for (const lines of [1, 4, 9]) {
      const child = startWriter(committed + 1)
      committed = await killAfter(child, lines)
      const storage = await open()
      const newest = await storage.newest()
      expect(newest?.checkpointId).toBeGreaterThanOrEqual(committed)
      expect(storage.runId).toBe(runId + 2)
      expect(warnings.at(0) ?? '').toContain(`took over the lock of dead process ${child.pid}`)
      runId = storage.runId
      committed = newest?.checkpointId ?? 0
      warnings = []
      await storage.close()
    }
  })

  /** Stores checkpoints one after the other and says each when it is committed, until it is killed. */
  function startWriter(firstId: number): ChildProcess {
    const module = new URL('./fileCheckpointStorage.ts', import.meta.url).href
    const script = `
      const { FileCheckpointStorage } = await import(${JSON.stringify(module)})
      const storage = await FileCheckpointStorage.open({ folder: ${JSON.stringify(folder)}, job: ${JSON.stringify(job)} })
      const checkpoint = ${JSON.stringify(completed(1))}
      for (let id = ${firstId}; ; id++) {
        await storage.store({ ...checkpoint, checkpointId: id })
        console.log(id)
      }`
    const flags = ['--import', 'tsx', '--input-type=module', '--eval', script]
    return spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] })
  }

  async function killAfter(child: ChildProcess, lines: number): Promise<number> {
    let last = 0
    let seen = 0
    const ended = once(child, 'exit')
    if (child.stdout === null) throw new Error('expected a pipe')
    for await (const line of createInterface({ input: child.stdout })) {
      last = Number(line)
      seen += 1
      if (seen === lines) child.kill('SIGKILL')
    }
    await ended
    expect(seen).toBeGreaterThanOrEqual(lines)
    return last
  }
})

describe('the folder', () => {
  it('counts the runs, each opening one more', async () => {
    for (const run of [1, 2, 3]) {
      const storage = await open()
      expect(storage.runId).toBe(run)
      await storage.close()
    }
  })

  it('is refused while another has it, with the pid, and free after close', async () => {
    const first = await open()
    await expect(open()).rejects.toMatchObject({ name: 'CheckpointFolderLockedError', pid: process.pid })
    await first.close()
    await open()
  })

  it('is refused while another process has it', async () => {
    const sleeper = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'])
    await once(sleeper, 'spawn')
    await writeLock({ pid: sleeper.pid as number })
    await expect(open()).rejects.toThrow(`in use: by process ${sleeper.pid}. Stop it first`)
    const ended = once(sleeper, 'exit')
    sleeper.kill('SIGKILL')
    await ended
    expect((await open()).runId).toBe(1)
    expect(warnings).toEqual([`${folder}: took over the lock of dead process ${sleeper.pid}`])
  })

  it.skipIf(process.platform !== 'linux')(
    'is taken over where the pid was given to another process since',
    async () => {
      await writeLock({ pid: process.ppid, started: 'another-boot/1' })
      await open()
      await opened.at(-1)?.close()
      await writeLock({ pid: process.pid, started: 'another-boot/1' })
      await open()
      expect(warnings.length).toBe(2)
    },
  )

  it('is not taken over from another host, nor where the lock cannot be read', async () => {
    await writeLock({ pid: 1, host: `not-${hostname()}` })
    await expect(open()).rejects.toThrow('Remove the lock if it has ended')
    await writeFile(path('LOCK'), '')
    await expect(open()).rejects.toThrow('its lock cannot be read')
    await expect(open()).rejects.toThrow(CheckpointFolderLockedError)
  })

  it('has one owner at a time however many reach for a dead one’s lock at once', async () => {
    await writeLock({ pid: await deadPid() })
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => open()))
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBe(1)
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(CheckpointFolderLockedError)
    }
  })

  it('is not taken from a process that got the dead one’s lock first', async () => {
    await writeFile(path('LOCK'), 'of a live one')
    expect(await setAside(path('LOCK'), 'of the dead one', path('aside'))).toBe(false)
    expect(await readFile(path('LOCK'), 'utf8')).toBe('of a live one')
    expect(await setAside(path('LOCK'), 'of a live one', path('aside'))).toBe(true)
    expect(await setAside(path('LOCK'), 'of a live one', path('aside')), 'somebody was quicker').toBe(false)
    expect(await readdir(folder)).toEqual([])
  })

  it('commits nothing once the lock is lost', async () => {
    const storage = await open()
    await rm(path('LOCK'))
    await expect(storage.store(completed(1))).rejects.toThrow('the lock of this process is gone')
    expect(await storage.ids()).toEqual([])
  })

  it('of another job is refused, naming what differs', async () => {
    await (await open()).close()
    const other = JSON.stringify({ input: 'b.csv', key: ['id'], table: 'orders', version: 'v' })
    const error = await open({ job: other }).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(OtherJobError)
    expect((error as OtherJobError).differences).toEqual([
      'input was "a.csv" and is "b.csv"',
      'version was nothing and is "v"',
    ])
    await expect(open({ job: 'plain text' })).rejects.toThrow('this job is plain text')
    expect((await open()).runId, 'a refusal is not a run, and leaves no lock').toBe(2)
  })

  it('takes no checkpoint of another job, neither to store nor to read', async () => {
    const storage = await open()
    await expect(storage.store({ ...completed(1), job: 'other' })).rejects.toThrow(OtherJobError)
    const elsewhere = await FileCheckpointStorage.open({ folder: path('sub'), job: 'other' })
    await elsewhere.store({ ...completed(5), job: 'other' })
    await elsewhere.close()
    await rename(path('sub/chk-5.json'), path('chk-5.json'))
    await expect(storage.newest()).rejects.toThrow(OtherJobError)
  })

  it('is made where it is not there', async () => {
    const storage = await open({ folder: path('a/b') })
    await storage.store(completed(1))
    expect((await readCheckpointFile(path('a/b/chk-1.json'))).checkpointId).toBe(1)
  })

  it('that is a file, or lies under one, is a typed error', async () => {
    await writeFile(path('file'), '')
    await expect(open({ folder: path('file') })).rejects.toThrow(CheckpointFolderUnusableError)
    await expect(open({ folder: path('file/sub') })).rejects.toThrow('a part of the path is a file (ENOTDIR)')
  })

  it.skipIf(process.getuid?.() === 0)('that is read-only is a typed error', async () => {
    await chmod(folder, 0o500)
    await expect(open()).rejects.toThrow('permission denied (EACCES)')
    await chmod(folder, 0o700)
  })

  it('that cannot be written any more fails the store with a typed error and keeps the last checkpoint', async () => {
    const storage = await open()
    await storage.store(completed(1))
    await mkdir(path('chk-2.json.tmp'))
    await expect(storage.store(completed(2))).rejects.toThrow(CheckpointFolderUnusableError)
    await rm(path('chk-2.json.tmp'), { recursive: true })
    expect((await storage.newest())?.checkpointId).toBe(1)
    await storage.store(completed(2))
    expect((await storage.newest())?.checkpointId).toBe(2)
  })

  it.skipIf(process.platform !== 'linux')('that is full fails the store, and leaves nothing of it behind', async () => {
    const onStep = async (step: WriteStep) => {
      if (step === 'beforeRename') await mkdir(path('chk-2.json'))
    }
    const storage = await open({ onStep })
    // The device that is always full, in the place where the temporary file's bytes go.
    const full = new CheckpointFolderUnusableError('/x', 'write', await writeFile('/dev/full', 'x').catch((e) => e))
    expect(full.message).toBe(
      '/x: cannot write: no space left (ENOSPC): free some; the last completed checkpoint is untouched',
    )
    await expect(storage.store(completed(2))).rejects.toThrow(CheckpointFolderUnusableError)
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('says what failed after a commit, and keeps the commit', async () => {
    const storage = await open()
    await storage.store(completed(1))
    await mkdir(path('manifest.json.tmp'))
    await storage.store(completed(2))
    expect((await storage.newest())?.checkpointId).toBe(2)
    expect(warnings.join()).toContain('after checkpoint 2: ')
    await rm(path('manifest.json.tmp'), { recursive: true })
  })

  it('is not led out of by a symbolic link in the place of a temporary file', async () => {
    const storage = await open()
    await writeFile(path('precious'), 'precious')
    await symlink(path('precious'), path('chk-1.json.tmp'))
    await storage.store(completed(1))
    expect(await readFile(path('precious'), 'utf8')).toBe('precious')
  })

  it('stores in the order of the calls, also when nobody waits', async () => {
    const storage = await open()
    await Promise.all([1, 2, 3].map((id) => storage.store(completed(id))))
    expect(await storage.ids()).toEqual([2, 3])
    const twice = await Promise.allSettled([storage.store(completed(4)), storage.store(completed(4))])
    expect(twice.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  })

  it('leaves other files alone', async () => {
    await writeFile(path('chk-notes.json'), '')
    await writeFile(path('chk-007.json'), '')
    const storage = await open()
    expect(await storage.newest()).toBeNull()
    expect((await readdir(folder)).sort()).toEqual(['LOCK', 'chk-007.json', 'chk-notes.json', 'manifest.json'])
  })
})

const writeLock = (holder: { pid: number; host?: string; started?: string }): Promise<void> =>
  writeFile(path('LOCK'), JSON.stringify({ host: hostname(), started: null, token: 'theirs', ...holder }))

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--eval', ''])
  await once(child, 'exit')
  return child.pid as number
}
