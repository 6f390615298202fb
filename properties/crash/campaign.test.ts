// The campaign for real and small: one round of a design that keeps all, one of a design that loses, and two planted bugs
// that it must notice. Seeds are chosen by what their plans say (asserted first), not by how a run happened to go.
// Read next: campaign.ts, plantedBugs.ts.
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { type CampaignOptions, crashCampaign } from './campaign.ts'
import { PLANTED_BUGS } from './plantedBugs.ts'
import { bundlePrograms } from './programs.ts'
import { roundPlan } from './roundPlan.ts'

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

test.concurrent('a checkpoint that is renamed before it is written is noticed: a kill in between leaves half a file', async () => {
  const seed = 67
  expect(roundPlan(seed, 'flushOnSnapshot', 0).starts[0]?.kill).toEqual({ moment: 'temporaryWritten', count: 2 })
  const { failures } = await campaign(seed, ['flushOnSnapshot'], { bug: PLANTED_BUGS.renamedBeforeWritten })
  expect(failures).toEqual([
    {
      design: 'flushOnSnapshot',
      round: 0,
      what: expect.stringMatching(/ended with exit code 2 \(.*chk-2\.json: damaged \(truncated\)/),
      replay: 'npx sinkproof crash --seed 67 --design flushOnSnapshot --round 0',
    },
  ])
})

test.concurrent('unprocessed items that are dropped are noticed: their rows are lost', async () => {
  // Half of the writes have items handed back, and nothing else happens to them: none is sent twice.
  const plan: typeof roundPlan = (seed, design, round) => {
    const drawn = roundPlan(seed, design, round)
    const starts = drawn.starts.map((start) => ({ ...start, storeKill: null }))
    return { ...drawn, kinds: ['unprocessed'], blocks: 100, symbols: 'unique', requestTimeoutMs: 30_000, starts }
  }
  const { failures, faults } = await campaign(1, ['flushOnSnapshot'], { bug: PLANTED_BUGS.unprocessedDropped, plan })
  expect(faults.unprocessed).toBeGreaterThan(0)
  expect(failures).toMatchObject([{ what: expect.stringMatching(/^S1: \d+ keys lost \(S\d+/) }])
})

test('a bug whose place is not there, or is there twice, is refused: it would be no bug', async () => {
  const bug = { ...PLANTED_BUGS.unprocessedDropped, replace: [['no such text', '']] } as const
  await expect(bundlePrograms(ROOT, bug)).rejects.toThrow('expected "no such text" once in impl/sinks/batchWriter.ts')
})
