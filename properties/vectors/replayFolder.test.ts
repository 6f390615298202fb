// The whole folder of recordings agrees; a recording that was tampered with, or that is none, is named.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FolderError, replayFolder } from './replayFolder.ts'

const FLINK = new URL('./flink/', import.meta.url).pathname

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'sinkproof-vectors-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

const aligned = () => JSON.parse(readFileSync(join(FLINK, 'barriers-aligned.json'), 'utf8'))

describe('a folder of recordings', () => {
  it('agrees in all 2,114 cases, on every side that has the notion', async () => {
    const { files, unusable } = await replayFolder(FLINK)
    expect(unusable).toEqual([])
    expect(files.flatMap(({ disagreed }) => disagreed)).toEqual([])
    expect(files.reduce((sum, { cases }) => sum + cases, 0)).toBe(2_114)
    expect(files.reduce((sum, { agreed, notReplayed }) => sum + agreed + notReplayed.length, 0)).toBe(2_114)
    expect(files.flatMap(({ notReplayed }) => notReplayed)).toHaveLength(5)
  })

  it.each([
    ['blocked', (step: Record<string, unknown>) => ({ ...step, blocked: [7] })],
    ['latest', (step: Record<string, unknown>) => ({ ...step, latest: 99 })],
    ['open', (step: Record<string, unknown>) => ({ ...step, open: 99 })],
    ['pending', (step: Record<string, unknown>) => ({ ...step, pending: !step.pending })],
    ['out', (step: Record<string, unknown>) => ({ ...step, out: [['trigger', 77]] })],
  ])('names case and step where %s was changed', async (_, change) => {
    const file = aligned()
    const [first] = file.cases
    first.steps[2] = change(first.steps[2])
    const { files } = await replayFolder(folderWith({ 'x.json': JSON.stringify(file) }))
    expect(files[0]?.disagreed.map(({ case: name, side, step }) => [name, side, step])).toEqual([
      [first.name, 'runtime', 2],
      [first.name, 'model', 2],
    ])
  })

  it.each([
    [
      'an unknown class',
      () => ({ ...aligned(), source: 'Apache Flink, SomethingElse' }),
      /x\.json: .*source.*Something/,
    ],
    ['an unknown format', () => ({ ...aligned(), format: 'barriers/9' }), /x\.json: unknown format "barriers\/9"/],
    [
      'an unknown field',
      () => {
        const file = aligned()
        file.cases[3].extra = 1
        return file
      },
      /x\.json: case ".+": .*extra/,
    ],
    [
      'an unknown event',
      () => {
        const file = aligned()
        file.cases[3].steps[0].event = ['frob', 0]
        return file
      },
      /x\.json: case ".+": steps\.0/,
    ],
  ])('%s is said, and takes nothing from the others', async (_, make, said) => {
    const small = { ...aligned(), cases: aligned().cases.slice(0, 2) }
    const { files, unusable } = await replayFolder(
      folderWith({ 'x.json': JSON.stringify(make()), 'y.json': JSON.stringify(small) }),
    )
    expect(unusable).toHaveLength(1)
    expect(unusable[0]).toMatch(said)
    expect(files.map(({ file, agreed }) => [file, agreed])).toEqual([['y.json', 2]])
  })

  it('no folder, and one without recordings, are refused', async () => {
    await expect(replayFolder('/nowhere/at/all')).rejects.toThrow(FolderError)
    await expect(replayFolder(folderWith({}))).rejects.toThrow(/there are none/)
  })
})
