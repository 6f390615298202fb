// Each planted bug must be caught by a random campaign with a fixed seed, and its base design must not be accused.
import { describe, expect, it } from 'vitest'
import { SMALL } from '../../model/pipeline/bounds.ts'
import { campaign, NondeterminismError } from './campaign.ts'
import { CANARIES } from './canaries.ts'
import { memoryWorldStore } from './store.ts'

const RUNS = 3_000
/** Each record a key of its own, so that none covers another, and a batch that the input alone does not fill. */
const BOUNDS = { ...SMALL, records: 3, keys: 3, batchLimit: 4 }

describe('canaries', () => {
  it.each(CANARIES.map((canary) => [canary.name, canary] as const))('%s is caught', async (_, canary) => {
    const configuration = { design: canary.base, bounds: BOUNDS, store: 'memory' as const, hashOrder: 0 }
    const options = { configuration, store: memoryWorldStore(), seed: 'canary', runs: RUNS, twiceEvery: 1 }
    const base = await campaign(options)
    expect(base.findings.map(({ guarantee }) => guarantee)).not.toContain(canary.caughtAs)
    if (canary.caughtAs === 'NondeterminismError') {
      await expect(campaign({ ...options, design: canary })).rejects.toThrow(NondeterminismError)
      return
    }
    const { findings } = await campaign({ ...options, twiceEvery: RUNS, design: canary })
    expect(findings.map(({ guarantee }) => guarantee)).toContain(canary.caughtAs)
  })
})
