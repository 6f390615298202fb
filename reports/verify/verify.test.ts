// What a person sees of a verification, and what a program does: order, width, files, the JSON object, the exit code.
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { VerifyOptions } from '../../properties/verify/result.ts'
import { parseTrace } from '../../properties/world/trace.ts'
import { recordingIo } from '../recordingIo.fixture.ts'
import { verifyCommand } from './command.ts'
import { outcomeFixture } from './outcome.fixture.ts'

async function ran({ json = false, exit = 0, colour = false } = {}) {
  const io = recordingIo(colour)
  const out = mkdtempSync(join(tmpdir(), 'sinkproof-'))
  const seen: { options?: VerifyOptions; atFirst: string[] } = { atFirst: [] }
  const outcome = outcomeFixture(exit)
  const code = await verifyCommand({ json, deep: false, seed: 7, budgetMs: 1_000, out }, io, async (options) => {
    seen.options = options
    const [first] = outcome.traces
    if (first !== undefined) options.onFirstCounterexample?.(first)
    seen.atFirst = [...io.lines]
    return outcome
  })
  return { io, out, code, outcome, ...seen }
}

it('prints the first counterexample as soon as it is there, replay line first, its file written', async () => {
  const { atFirst, out } = await ran()
  expect(atFirst.slice(0, 3)).toEqual([
    'The first counterexample',
    '',
    `replay: npx sinkproof replay ${join(out, 'latest', 'hashSetTransient-S7.json')}`,
  ])
  expect(atFirst.join('\n')).toContain('9  complete')
})

it('fits 80 columns, apart from paths that are to be copied', async () => {
  const { io, out } = await ran({ exit: 1 })
  expect(io.lines.filter((line) => line.length > 80 && !line.includes(out))).toEqual([])
})

it('shows the table with a word in every cell', async () => {
  const { io } = await ran()
  const text = io.lines.join('\n')
  const start = io.lines.findIndex((line) => line.startsWith('flushOnSnapshotKeyed'))
  expect(io.lines.slice(start, start + 4).map((line) => line.trimEnd())).toEqual([
    'flushOnSnapshotKeyed  holds    holds       holds       holds       holds',
    'hashSetTransient      not F2d  not F2d+F3  never       not F2d     unknown',
    '                       or F2f   or F2f+F3               or F1+F2f',
    '                                or F3+F4                or F2f+F4',
  ])
  expect(text).toMatch(/hashSetTransient +never +n\/a +not F1p/)
  expect(text).toMatch(/aligned +holds +holds/)
})

it('says the same without colour', async () => {
  const [plain, coloured] = [await ran(), await ran({ colour: true })]
  expect(plain.io.lines.join('\n')).not.toContain('\x1b')
  const stripped = coloured.io.lines.join('\n').replaceAll(new RegExp(`${'\x1b'}\\[\\d+m`, 'g'), '')
  expect(coloured.io.lines.join('\n')).toContain('\x1b[')
  const rest = (text: string, out: string) => text.replaceAll(out, '')
  expect(rest(stripped, coloured.out)).toBe(rest(plain.io.lines.join('\n'), plain.out))
})

it('leaves traces that can be read again, and the result', async () => {
  const { out, outcome } = await ran()
  const latest = join(out, 'latest')
  expect(readdirSync(latest).sort()).toEqual([
    'hashSetTransient-S7-random.json',
    'hashSetTransient-S7.json',
    'report.html',
    'result.json',
  ])
  const file = readFileSync(join(latest, 'hashSetTransient-S7.json'), 'utf8')
  expect(parseTrace(file, 'file')).toEqual(outcome.traces[0]?.trace)
  expect(JSON.parse(readFileSync(join(latest, 'result.json'), 'utf8'))).toEqual(outcome.result)
})

it('prints one JSON object and nothing else with --json', async () => {
  const { io, outcome } = await ran({ json: true })
  expect(JSON.parse(io.lines.join('\n'))).toEqual(outcome.result)
  expect(Object.keys(outcome.result)).toEqual(['version', 'seed', 'model', 'real', 'table', 'claims', 'exit'])
})

it.each([0, 1, 3, 4])('ends with exit code %i where the verification does', async (exit) => {
  const { code, io } = await ran({ exit })
  expect(code).toBe(exit)
  const surprise = 'hashSetTransient S7: expected holds, found falls under no fault'
  expect(io.lines.some((line) => line.trim() === surprise)).toBe(exit !== 0)
})

it('hands over seed, budget and depth', async () => {
  expect((await ran()).options).toMatchObject({ seed: 7, budgetMs: 1_000, deep: false })
})
