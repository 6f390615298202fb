// Runs every claim: the verdict must be what its run shows. And every bullet of the notes must have its claims.
import { describe, expect, it } from 'vitest'
import { NOTES, STATE_TABLE } from './coverage.ts'
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

it('every bullet of the notes and every row of the state table has its claims, and every claim its bullet', () => {
  const known = new Set(CLAIMS.map(({ id }) => id))
  const rows = [...NOTES, ...STATE_TABLE]
  for (const { bullet, claims, why } of rows) {
    expect(claims.length > 0 || why !== undefined, bullet).toBe(true)
    for (const id of claims) expect(known.has(id), `${bullet} names ${id}`).toBe(true)
  }
  expect([...new Set(rows.flatMap(({ claims }) => claims))].sort()).toEqual([...known])
})
