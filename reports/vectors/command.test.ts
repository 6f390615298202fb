// What a person and a machine see of a folder of recordings: exit codes, 80 columns, the JSON's shape, the one field that
// was changed and no other.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { recordingIo } from '../recordingIo.fixture.ts'
import { vectorsCommand } from './command.ts'

const FLINK = new URL('../../properties/vectors/flink/', import.meta.url).pathname

interface Recorded {
  cases: { name: string; steps: Record<string, unknown>[] }[]
}

/** Five recorded cases in a folder of their own, one step of the third perhaps changed. */
function folder(change: object = {}): string {
  const file = JSON.parse(readFileSync(join(FLINK, 'barriers-unaligned.json'), 'utf8')) as Recorded
  file.cases = file.cases.slice(0, 5)
  Object.assign(file.cases[2]?.steps[3] ?? {}, change)
  const path = mkdtempSync(join(tmpdir(), 'sinkproof-vectors-'))
  writeFileSync(join(path, 'a.json'), JSON.stringify(file))
  return path
}

it('ends with 0 where all agree, in lines of 80 columns', async () => {
  const io = recordingIo()
  expect(await vectorsCommand({ folder: folder(), json: false }, io)).toBe(0)
  expect(io.lines.join('\n')).toContain('5 cases: 5 agree, 0 disagree, 0 not replayed')
  for (const line of io.lines) expect(line.length).toBeLessThanOrEqual(80)
})

it('ends with 1 where one disagrees, and shows the field that differs', async () => {
  const io = recordingIo()
  expect(await vectorsCommand({ folder: folder({ capturing: [9] }), json: false }, io)).toBe(1)
  expect(io.lines.join('\n')).toContain('recorded {"capturing":[9]}\n    seen     {"capturing":[0,2]}')
})

it('as JSON names file, case, step, what was expected and seen', async () => {
  const io = recordingIo()
  await vectorsCommand({ folder: folder({ capturing: [9] }), json: true }, io)
  const { files } = JSON.parse(io.lines.join('\n'))
  expect(files).toMatchObject([{ file: 'a.json', cases: 5, agreed: 4, disagreed: [{ step: 3, side: 'runtime' }] }])
  expect(Object.keys(files[0].disagreed[0])).toEqual(expect.arrayContaining(['case', 'step', 'expected', 'seen']))
})

it('ends with 2 where a file is no recording, and replays the others', async () => {
  const io = recordingIo()
  const path = folder()
  writeFileSync(join(path, 'b.json'), '{"source": "x"')
  expect(await vectorsCommand({ folder: path, json: false }, io)).toBe(2)
  expect(io.lines.join('\n')).toContain('5 agree')
  expect(io.errors.join('\n')).toMatch(/b\.json: expected JSON/)
})
