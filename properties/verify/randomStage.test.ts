// Random schedules go on until each class with a budget has struck in each design: whether a class is tested is no matter of
// the seed. With no more than the first runs some class would be missed here.
import { expect, it } from 'vitest'
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'
import { FAULTS } from '../../model/pipeline/vocabulary.ts'
import { DEFAULT_BOUNDS } from './bounds.ts'
import { randomStage } from './randomStage.ts'

it('every class strikes in every design, and only the runs that were made are counted', async () => {
  const bounds = { ...DEFAULT_BOUNDS, schedules: 90 }
  const stage = await randomStage({ bounds, seed: 3, onProgress: () => {} })
  const missed = DESIGNS.flatMap(({ name }) =>
    FAULTS.filter(({ id }) => id !== 'F1p' && (stage.witnesses[name]?.[id] ?? 0) === 0).map(
      ({ id }) => `${name} ${id}`,
    ),
  )
  expect(missed).toEqual([])
  expect(stage.schedules).toBeGreaterThan(bounds.schedules * DESIGNS.length)
  expect(stage.evidence.reduce((sum, { runs }) => sum + runs, 0)).toBe(stage.schedules)
})
