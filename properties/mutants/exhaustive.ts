// The whole graph of the model, with or without a bug: what falls in it, safety and fair runs, that holds without the bug.
// Read next: ../../model/kernel/search.ts.
import { checkEventually, Search } from '../../model/kernel/index.ts'
import type { BugName } from '../../model/pipeline/bugs.ts'
import { designNamed } from '../../model/pipeline/sinks/designs.ts'
import { pipelineSpec } from '../../model/pipeline/spec.ts'
import { faultSet } from '../../model/pipeline/vocabulary.ts'
import type { Kill } from './attempt.ts'
import { fallsAnyway, type Setting } from './settings.ts'

/** @throws RangeError where the graph is larger than `states`: no verdict. */
export function exhaustive(setting: Setting, bug: BugName | null, states = 2_000_000): Kill | null {
  const search = new Search(pipelineSpec(designNamed(setting.design), setting.small, bug), {
    onViolation: 'collect',
    keepGraph: true,
    limits: { states },
  })
  search.run()
  const { violations, exhausted } = search.result()
  const fell = violations.map(({ property, classId, steps }) => ({ property, classId, steps }))
  if (exhausted)
    for (const { property, lassos } of checkEventually(search.graph()))
      for (const { classId, stem, cycle } of lassos) fell.push({ property, classId, steps: stem.length + cycle.length })
  const [kill] = fell
    .filter(({ property, classId }) => !fallsAnyway(setting, property, classId))
    .sort((a, b) => a.steps - b.steps)
  if (kill === undefined && !exhausted) throw new RangeError(`expected at most ${states} states in ${setting.name}`)
  if (kill === undefined) return null
  return { steps: kill.steps, seen: `${kill.property} (faults: ${faultSet(kill.classId).join(' ') || 'none'})` }
}
