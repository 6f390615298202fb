// What a person reads of a campaign and what it exits with, from outcomes made up: every way it can end, in 80 columns.
// Read next: lines.ts, command.ts.
import { expect, test } from 'vitest'
import { outcome } from '../../properties/crash/outcome.ts'
import type { RoundResult } from '../../properties/crash/round.ts'
import { roundPlan } from '../../properties/crash/roundPlan.ts'
import { recordingIo } from '../recordingIo.fixture.ts'
import { crashCommand } from './command.ts'

const DESIGNS = ['flushOnSnapshot', 'hashSetTransient']
const ONE_OF_EACH = new Map(
  Object.entries({
    ...{ request: 1, answer: 1, snapshot: 1, temporaryWritten: 1, beforeRename: 1, renamed: 1, stored: 1, notify: 1 },
    ...{ storeForwarded: 1, storeAnswered: 1 },
    ...{ throttledTable: 1, throttledRate: 1, serverError: 1, unprocessed: 1, torn: 1 },
    ...{ lostRequest: 1, lostResponse: 1, slowResponse: 1, lateResponse: 1, lateRequest: 1 },
    ...{ truncated: 1, emptied: 1, flipped: 1, missing: 1 },
  }),
) as unknown as ReadonlyMap<never, number>

/** A round in which everything struck once. */
const round = (design: string, differs: Partial<RoundResult> = {}): RoundResult => ({
  plan: roundPlan(1, design, 0),
  kills: new Map([...ONE_OF_EACH].slice(0, 10)),
  faults: new Map([...ONE_OF_EACH].slice(10, 20)),
  damages: new Map([...ONE_OF_EACH].slice(20)),
  diskFull: 1,
  restarts: 8,
  writes: 1_400,
  repeated: 120,
  judgement: { verdict: 'right', lost: [], wrong: [] },
  failure: null,
  ...differs,
})
const LOSING = round('hashSetTransient', { judgement: { verdict: 'allowed', lost: ['S1'], wrong: ['S1', 'S2'] } })

async function printed(
  results: readonly RoundResult[],
  flags: { json?: boolean; kills?: number; round?: number } = {},
) {
  const io = recordingIo()
  const { json = false, kills = 20, round: only = null } = flags
  const command = { json, seed: 1, kills, budgetMs: 1_000, design: null, round: only }
  const code = await crashCommand(command, io, async (options) =>
    outcome({ ...options, designs: DESIGNS }, results, 'tmpfs', 60),
  )
  for (const line of [...io.lines, ...(json ? [] : io.errors)]) expect(line.length).toBeLessThanOrEqual(80)
  return { code, out: io.lines.join('\n'), err: io.errors.join('\n') }
}

test('exit 0: what promises to keep all keeps it, what does not was seen to lose, everything struck', async () => {
  const { code, out, err } = await printed([round('flushOnSnapshot'), LOSING])
  expect([code, err]).toEqual([0, ''])
  expect(out).toContain('20 kills in 1 min 0 s, 20/min; 16 restarts')
  expect(out).toMatch(/flushOnSnapshot +1 +10 .* 0 +0 +keeps all/)
  expect(out).toMatch(/hashSetTransient +1 +10 .* 1 +1 +loses \(expected\)/)
  expect(out).toContain('unprocessed 2')
})

test('exit 1: a broken promise, with the line that replays it first', async () => {
  const fell = round('flushOnSnapshot', { judgement: { verdict: 'fell', lost: ['S7'], wrong: ['S7'] } })
  const { code, out, err } = await printed([fell, LOSING])
  expect(code).toBe(1)
  expect(out.split('\n').slice(0, 2)).toEqual([
    '  npx sinkproof crash --seed 1 --design flushOnSnapshot --round 0',
    '    S1: 1 keys lost (S7)',
  ])
  expect(out).toMatch(/flushOnSnapshot .* NOT AS PROMISED/)
  expect(err).toContain('1 round ended otherwise than it must')
})

test('exit 1: a start that ended otherwise than planned', async () => {
  const failure = 'the program ended with exit code 2 (chk-1.json: damaged) where it was to finish'
  const { code, out } = await printed([round('flushOnSnapshot', { failure, judgement: null }), LOSING])
  expect(code).toBe(1)
  expect(out).toContain('damaged')
})

test.each([
  ['a lossy design that lost nothing', [round('flushOnSnapshot'), round('hashSetTransient')], {}, 'not seen to lose'],
  [
    'a fault that never struck',
    [round('flushOnSnapshot', { faults: new Map() }), { ...LOSING, faults: new Map() }],
    {},
    'fault torn never struck',
  ],
  [
    'a full disk that never struck',
    [round('flushOnSnapshot', { diskFull: 0 }), { ...LOSING, diskFull: 0 }],
    {},
    'a full disk never struck',
  ],
  [
    'too few kills',
    [round('flushOnSnapshot'), LOSING],
    { kills: 200 },
    '20 kills of 200: the time was up, or it was stopped',
  ],
  ['a design without a round', [LOSING], { kills: 10 }, 'no round of flushOnSnapshot'],
])('exit 3: %s', async (_, results, flags, says) => {
  const { code, err } = await printed(results, flags)
  expect(code).toBe(3)
  expect(err).toContain(says)
})

test('a replay of one round asks for nothing that needs many', async () => {
  const { code, err } = await printed([round('hashSetTransient', { faults: new Map() })], { round: 0, kills: 200 })
  expect([code, err]).toEqual([0, ''])
})

test('--json is the outcome as one object', async () => {
  const { code, out } = await printed([round('flushOnSnapshot'), LOSING], { json: true })
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({
    ...{ seed: 1, kills: 20, restarts: 16, repeated: 240, writes: 2_800, diskFull: 2, failures: [], neverStruck: [] },
    killsByPlace: { beforeRename: 2, storeAnswered: 2 },
    faults: { lateRequest: 2 },
    damages: { missing: 2 },
    designs: [{ verdict: 'kept' }, { verdict: 'lost', lost: 1, stale: 1 }],
  })
})
