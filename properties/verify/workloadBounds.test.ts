// Under the workloads' small bounds upsert falls exactly as expected under the large ones, as far as their fault classes
// go: so what another workload's rows show differently is the workload's doing, and not that of the bounds.
import { expect, it } from 'vitest'
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'
import { faultSet } from '../../model/pipeline/vocabulary.ts'
import { EXPECTED } from './expectations.ts'
import { minimalSets } from './minimalSets.ts'
import { searchDesign } from './modelStage.ts'
import { OF_DESIGN } from './table.ts'
import { underWorkloadFaults, workloadBounds } from './workloadBounds.ts'

const text = (sets: readonly (readonly string[])[]) => sets.map((set) => [...set].sort().join('+')).sort()

it.each(DESIGNS.map(({ name }) => name))('%s', (design) => {
  const limits = { clock: () => performance.now(), timeMs: 60_000 }
  const stage = searchDesign(design, workloadBounds(design, 'upsert'), limits)
  expect(stage.exhausted).toBe(true)
  for (const guarantee of OF_DESIGN) {
    const found = minimalSets(stage.findings.filter((finding) => finding.guarantee === guarantee))
    const expected = underWorkloadFaults(EXPECTED[design]?.[guarantee] ?? [])
    expect([guarantee, ...text(found.map(({ faults }) => faultSet(faults)))]).toEqual([guarantee, ...text(expected)])
  }
})
