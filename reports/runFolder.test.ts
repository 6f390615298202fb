// The run folder: nothing leaves it, `latest` is the newest, and what is not ours is left alone.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { RunFolder, safeName } from './runFolder.ts'

const fresh = () => mkdtempSync(join(tmpdir(), 'sinkproof-'))
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds))

it.each(['../../outside', '/etc/passwd', '..', '.', '', 'a/b', 'a\\b', '.hidden', 'a\0b', '~', 'name with $(x); `y`'])(
  'keeps %j inside the folder',
  (name) => {
    const root = fresh()
    const folder = new RunFolder(root)
    folder.write(name, 'text')
    expect(readdirSync(folder.path)).toEqual([safeName(name)])
    expect(safeName(name)).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/)
    expect(readdirSync(root).length).toBe(2)
  },
)

it('points latest at the newest run, and keeps the others', () => {
  const root = fresh()
  new RunFolder(root, at(1)).write('result.json', 'first')
  const second = new RunFolder(root, at(2))
  expect(second.write('result.json', 'second')).toBe(join(root, 'latest', 'result.json'))
  expect(readFileSync(join(root, 'latest', 'result.json'), 'utf8')).toBe('second')
  expect(readdirSync(root).length).toBe(3)
})

it('gives two runs of the same moment a folder each', () => {
  const root = fresh()
  const [a, b] = [new RunFolder(root, at(1)), new RunFolder(root, at(1))]
  expect(a.path).not.toBe(b.path)
  expect(dirname(a.path)).toBe(dirname(b.path))
})

it('leaves a folder named latest alone and names the run folder instead', () => {
  const root = fresh()
  mkdirSync(join(root, 'latest'))
  writeFileSync(join(root, 'latest', 'mine'), '')
  const folder = new RunFolder(root)
  expect(folder.latest).toBe(folder.path)
  expect(existsSync(join(root, 'latest', 'mine'))).toBe(true)
  expect(readdirSync(root).length).toBe(2)
})

it.each(['/proc/no/such', '/dev/null/x'])('says in one line that it cannot make a folder in %s', (root) => {
  expect(() => new RunFolder(root)).toThrow(/^--out .*: cannot make a folder there \(E[A-Z]+\)$/)
})
