// A hunt finds what is there and nothing else: a guarantee that the real sink keeps is not found to fall, however the model
// accuses it, and the summary names such a cell.
import { expect, it } from 'vitest'
import { SMALL } from '../../model/pipeline/bounds.ts'
import { FAULTS } from '../../model/pipeline/vocabulary.ts'
import { memoryWorldStore } from '../world/store.ts'
import { huntStage } from './huntStage.ts'
import type { Finding } from './modelStage.ts'

const finding = (design: string, guarantee: string): Finding => ({
  ...{ design, guarantee, bounds: SMALL, hashOrder: 0, steps: 9, actions: [], repeatsFrom: null },
  faults: FAULTS.find(({ id }) => id === 'F2d')?.bit ?? 0,
})
const options = { seed: 1, campaigns: [], runs: 400, shrinks: false, onCell: () => {} }

it('finds the run in which a guarantee falls, with the classes of the model and no other', async () => {
  const hunted = await huntStage({ ...options, findings: [finding('writeThrough', 'S4')] }, memoryWorldStore())
  expect(hunted.map(({ file }) => file)).toEqual(['writeThrough-S4-random.json'])
  expect(hunted[0]?.trace.verdict).toEqual({ guarantee: 'S4', faults: ['F2d'] })
})

it('finds none where the real sink keeps it, and looks at no fair runs', async () => {
  const findings = [finding('writeThrough', 'S1'), finding('writeThrough', 'L2')]
  expect(await huntStage({ ...options, findings }, memoryWorldStore())).toEqual([])
})

it('makes it smaller where it is asked to', async () => {
  const findings = [finding('writeThrough', 'S4')]
  const [long] = await huntStage({ ...options, findings }, memoryWorldStore())
  const [short] = await huntStage({ ...options, findings, shrinks: true }, memoryWorldStore())
  expect(short?.trace.actions.length).toBeLessThan(long?.trace.actions.length ?? 0)
})
