// The campaign for real and small: one round of a design that keeps all, one of a design that loses, and planted bugs that
// it must notice. What is asserted follows from the plans, which count events, not from how a run happened to go.
// Read next: campaign.ts, plantedBugs.ts.
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { type CampaignOptions, crashCampaign } from './campaign.ts'
import { PLANTED_BUGS } from './plantedBugs.ts'
import { bundlePrograms } from './programs.ts'
import { type RoundPlan, roundPlan, type StartPlan } from './roundPlan.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const campaign = (seed: number, designs: readonly string[], differs: Partial<CampaignOptions> = {}) =>
  crashCampaign({ root: ROOT, seed, designs, kills: 100, budgetMs: 600_000, round: 0, ...differs })

test.concurrent('one design keeps all through every fault and kill, another is seen to lose', async () => {
  const seed = 650
  // Killed when a checkpoint is complete that covers fewer records than a batch has: all of them are in the HashSet.
  const { starts, checkpointEvery, symbols } = roundPlan(seed, 'hashSetTransient', 0)
  expect([starts[0]?.kill, checkpointEvery, symbols]).toEqual([{ moment: 'stored', count: 1 }, 17, 'unique'])

  const outcome = await campaign(seed, ['flushOnSnapshot', 'hashSetTransient'])
  expect(outcome.failures).toEqual([])
  expect(outcome.designs).toMatchObject([
    { design: 'flushOnSnapshot', rounds: 1, verdict: 'kept', lost: 0, stale: 0 },
    { design: 'hashSetTransient', rounds: 1, verdict: 'lost' },
  ])
  expect(outcome.designs[1]?.lost).toBeGreaterThanOrEqual(checkpointEvery)
  expect(outcome.kills).toBeGreaterThanOrEqual(6)
  expect(outcome.restarts).toBeGreaterThanOrEqual(6)
  expect(outcome.writes).toBeGreaterThan(outcome.records / 2)
  expect(Object.values(outcome.faults).filter((struck) => struck > 0).length).toBeGreaterThanOrEqual(5)
})

/** A round of one kill and the given faults, with no clock in it: clients do not give up. */
const plainRound =
  (kill: StartPlan['kill'], differs: Partial<RoundPlan> = {}, damage: StartPlan['damage'] = null): typeof roundPlan =>
  (seed, design, round) => ({
    ...roundPlan(seed, design, round),
    ...{ symbols: 'unique', kinds: [], blocks: 100, requestTimeoutMs: 30_000 },
    starts: [{ kill, storeKill: null, damage, diskFull: null }],
    ...differs,
  })

test.concurrent('a checkpoint that is renamed before it is written is noticed: a kill in between leaves half a file', async () => {
  const plan = plainRound({ moment: 'temporaryWritten', count: 2 })
  const { failures } = await campaign(1, ['flushOnSnapshot'], { bug: PLANTED_BUGS.renamedBeforeWritten, plan })
  expect(failures).toEqual([
    {
      design: 'flushOnSnapshot',
      round: 0,
      what: expect.stringMatching(/ended with exit code 2 \(.*chk-2\.json: damaged \(truncated\)/),
      replay: 'npx sinkproof crash --seed 1 --design flushOnSnapshot --round 0',
    },
  ])
})

test.concurrent('an older checkpoint taken in silence is noticed: the damaged one was to be refused', async () => {
  const plan = plainRound({ moment: 'stored', count: 3 }, {}, { kind: 'emptied', share: 0 })
  const { failures } = await campaign(1, ['flushOnSnapshot'], { bug: PLANTED_BUGS.olderTakenSilently, plan })
  expect(failures).toMatchObject([
    { what: expect.stringMatching(/exit code 0 .* where the emptied checkpoint was to be refused by its name/) },
  ])
  expect(await campaign(1, ['flushOnSnapshot'], { plan })).toMatchObject({ failures: [], damages: { emptied: 1 } })
})

test.concurrent('unprocessed items that are dropped are noticed: their rows are lost', async () => {
  const plan = plainRound({ moment: 'notify', count: 3 }, { kinds: ['unprocessed'] })
  const { failures, faults } = await campaign(1, ['flushOnSnapshot'], { bug: PLANTED_BUGS.unprocessedDropped, plan })
  expect(faults.unprocessed).toBeGreaterThan(0)
  expect(failures).toMatchObject([{ what: expect.stringMatching(/^S1: \d+ keys lost \(S\d+/) }])
})

test('a bug whose place is not there, or is there twice, is refused: it would be no bug', async () => {
  const bug = { ...PLANTED_BUGS.unprocessedDropped, replace: [['no such text', '']] } as const
  await expect(bundlePrograms(ROOT, bug)).rejects.toThrow('expected "no such text" once in impl/sinks/batchWriter.ts')
})
