// The command line at its door: what is wrong gets one clear line on stderr and exit code 2, never a stack trace.
// Some cases run the program as it is started by `npx sinkproof`, from another folder.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { twoPhaseCommit } from '../model/yardsticks/index.ts'
import { traceText } from '../properties/world/trace.ts'
import { commandLine } from './commandLine.ts'
import { PACKAGE_ROOT, VERSION } from './packageRoot.ts'
import { recordingIo } from './recordingIo.fixture.ts'
import { shortestTrace } from './verify/outcome.fixture.ts'
import { yardsticksCommand } from './yardsticks.ts'

const folder = mkdtempSync(join(tmpdir(), 'sinkproof-'))
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const trace = shortestTrace('hashSetTransient', 'S7')
const good = file('good.json', traceText(trace))

it.each([
  [['frob'], 'no command "frob"; there are verify, replay, yardsticks, vectors, mutants, run, crash, bench, help'],
  [['--frob'], 'Unknown option "--frob"'],
  [['verify', '-x'], 'Unknown option "-x"'],
  [['verify', 'extra'], 'Unused args: "extra"'],
  [['verify', '--seed', 'x'], '--seed: expected a whole number from 0 to 4294967295, got x'],
  [['verify', '--seed', '1', '--seed', '2'], '--seed: expected once, got 2 times'],
  [['--budget', '5 parsecs'], '--budget: expected a time such as 60s, 500ms or 2m, got 5 parsecs'],
  [['--budget', '0s'], '--budget: expected a time such as'],
  [['--out'], 'value is missing'],
  [['--out', '/dev/null/x'], '--out /dev/null/x: cannot make a folder there (ENOTDIR)'],
  [['yardsticks', '--seed', '1'], 'Unknown option "--seed"'],
  [['crash', '--kills', '0'], '--kills: expected a whole number of 1 or more, got 0'],
  [['crash', '--design', 'x'], '--design: no sink design "x"; there are writeThrough'],
  [['crash', '--round', 'x'], '--round: expected a whole number from 0'],
  [['bench', 'x'], 'no suite "x"; there are buffer, checkpoint, flush'],
  [['bench', '--save', '../x'], 'expected a name of letters, digits, - and _, got "../x"'],
  [['bench', '--compare', 'none-of-that-name'], 'no baseline "none-of-that-name"'],
  [['replay'], 'missing required args'],
  [['replay', 'no-such.json'], 'no-such.json: no such trace file'],
  [['replay', folder], `${folder}: cannot be read (EISDIR)`],
  [['replay', good, '--on', 'venus'], '--on: expected model, memory, dynalite, got "venus"'],
  [['replay', file('text.json', 'no JSON')], 'expected a trace file in JSON'],
  [['replay', file('empty.json', '')], 'expected a trace file in JSON'],
  [['replay', file('null.json', 'null')], 'expected format "sinkproof-trace"'],
  [['replay', file('old.json', traceText({ ...trace, version: 0 as 2 }))], 'reads traces of version 2, got 0'],
  [['replay', file('more.json', JSON.stringify({ ...trace, more: 1 }))], 'more'],
  [['replay', file('design.json', traceText(trace).replaceAll('"hashSetTransient"', '"x"'))], 'no sink design "x"'],
  [
    ['replay', file('bounds.json', traceText(trace).replace('"records": 2', '"records": 9'))],
    'bounds.records: expected',
  ],
  [['replay', file('not.json', traceText(trace).replace('emit(0)', 'emit(7)'))], 'action 1, emit(7), is not enabled'],
])('refuses %j', async (argv, message) => {
  const io = recordingIo()
  expect(await commandLine(argv, io)).toBe(2)
  expect(io.lines).toEqual([])
  expect(io.errors).toHaveLength(1)
  expect(io.errors[0]).toContain(message)
  expect(io.errors[0]).toMatch(/^sinkproof/)
})

it('draws the run as well where it is asked to', async () => {
  const [plain, drawn] = [recordingIo(), recordingIo()]
  expect(await commandLine(['replay', good], plain)).toBe(0)
  expect(await commandLine(['replay', good, '--diagram'], drawn)).toBe(0)
  expect(drawn.lines.slice(-plain.lines.length)).toEqual(plain.lines)
  expect(drawn.lines.find((line) => /^ +1 /.test(line))).toMatch(/\*-+r1 .*emit\(0\)$/)
  expect(drawn.lines.filter((line) => line.length > 80 && !line.includes(folder))).toEqual([])
})

it.each(['model', 'memory', 'dynalite'])('replays a trace on %s and confirms its verdict', async (on) => {
  const io = recordingIo()
  expect(await commandLine(['replay', good, '--on', on], io)).toBe(0)
  expect(io.lines.join(' ').replace(/ +/g, ' ')).toContain('all 9 steps change what the file says; S7 falls again')
})

it('ends with 1 where a replay is not the run of the file, or its verdict is not reached', async () => {
  const other = { ...trace, verdict: { guarantee: 'S1', faults: [] } }
  const changed = structuredClone(trace)
  ;(changed.actions[0] as { changes: Record<string, number> }).changes = { nextId: 5 }
  for (const [name, each, words] of [
    ['other.json', other, 'S1 does NOT fall'],
    ['changed.json', changed, 'NOT the same run. Step 1, emit(0): the file says nextId = 5'],
  ] as const) {
    const io = recordingIo()
    expect(await commandLine(['replay', file(name, traceText(each))], io)).toBe(1)
    expect(io.lines.join(' ').replace(/ +/g, ' ')).toContain(words)
  }
})

it('counts yardsticks, and says where a count is not what it is elsewhere', async () => {
  const expected = { states: 288, transitions: 1_145, depth: 10 }
  const row = { name: 'tpc3', spec: twoPhaseCommit(3), expected, source: '', inTests: true }
  const io = recordingIo()
  expect(await yardsticksCommand({ json: true }, io, [row])).toBe(0)
  expect(JSON.parse(io.lines.join('\n'))).toMatchObject([{ name: 'tpc3', ...expected }])
  expect(await yardsticksCommand({ json: false }, io, [{ ...row, expected: { ...expected, states: 287 } }])).toBe(1)
  expect(io.errors.join('\n')).toContain('tpc3: expected 287 states')
})

it('prints help and version', async () => {
  const io = recordingIo()
  for (const argv of [['help'], ['--help'], ['-h'], ['verify', '--help'], ['replay', '-h']])
    expect(await commandLine(argv, io)).toBe(0)
  expect(io.lines.filter((line) => line.startsWith('usage:')).length).toBe(5)
  expect(io.lines.filter((line) => line.length > 80)).toEqual([])
  expect(await commandLine(['--version'], io)).toBe(0)
  expect(io.lines.at(-1)).toBe(VERSION)
})

const bin = join(PACKAGE_ROOT, 'reports', 'bin.mjs')

it('runs from another folder', () => {
  expect(execFileSync(process.execPath, [bin, '--version'], { cwd: tmpdir(), encoding: 'utf8' })).toBe(`${VERSION}\n`)
  const bad = spawnSync(process.execPath, [bin, 'frob'], { cwd: tmpdir(), encoding: 'utf8' })
  expect(bad).toMatchObject({ status: 2, stdout: '' })
  expect(bad.stderr.split('\n')).toHaveLength(2)
})

it('is quiet when its reader has read enough', () => {
  const piped = spawnSync('bash', ['-c', `${process.execPath} ${bin} replay ${good} | head -1`], { encoding: 'utf8' })
  expect(piped.stderr).toBe('')
  expect(piped.stdout).toMatch(/^replay: /)
})
