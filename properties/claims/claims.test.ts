// Runs every claim: the verdict must be what its run shows. And every bullet of the notes must have its claims.
import { describe, expect, it } from 'vitest'
import { CLAIMS } from './index.ts'

describe('the notes, sentence by sentence', () => {
  for (const claim of CLAIMS) {
    it(`${claim.id} ${claim.title}: ${claim.verdict}`, async () => {
      const { shown, evidence, how } = await claim.run()
      expect(shown, [how, ...evidence].join('\n')).toBe(true)
      expect(evidence.length, 'a claim without a contrast shows nothing').toBeGreaterThan(1)
    })
  }
})

it('ids are unique and rise', () => {
  const ids = CLAIMS.map(({ id }) => id)
  expect(ids).toEqual([...new Set(ids)].sort())
})

it('a claim that is true under a condition, or false, says what is so', () => {
  for (const { id, verdict, condition } of CLAIMS) expect(condition !== undefined, id).toBe(verdict !== 'true')
})
