// Where a record stands, for a design as a row: when its snapshot is acknowledged, when its checkpoint completes, and when
// its write first takes effect. Derived by an exhaustive search that watches three rules of the model and nothing of the
// design. Read next: completionByDesign.ts (what is claimed of it), ../../model/pipeline/guarantees.ts (S5, S7).
import { rule, search } from '../../model/kernel/index.ts'
import { type Bounds, keyOf, SMALL } from '../../model/pipeline/bounds.ts'
import type { DesignRow } from '../../model/pipeline/sinks/designs.ts'
import { type PipelineSpec, pipelineSpec } from '../../model/pipeline/spec.ts'
import { actionName } from '../../model/pipeline/vocabulary.ts'
import type { Evidence } from './evidence.ts'
import { fallen, ONE_DEATH } from './searched.ts'

/** Of the record before the cut, at the sink's acknowledgement and at `complete`; and of any write. */
export type Moment =
  | 'acknowledged, written'
  | 'acknowledged, not written'
  | 'complete, written'
  | 'complete, in the checkpoint'
  | 'complete, in neither'
  | 'a write before its checkpoint is complete'
  | 'a write after its checkpoint is complete'

/** Each moment that can be reached, with the steps of a shortest run to it. */
export type Moments = ReadonlyMap<Moment, readonly string[]>

/** One source of one record, one checkpoint before the last, one death. */
export const ONE_EPOCH: Bounds = { ...SMALL, ...ONE_DEATH }

export interface Completion {
  /** Of the runs without a fault. */
  readonly moments: Moments
  /** Of the runs with a death too: every guarantee that falls. */
  readonly falls: readonly string[]
}

const known = new Map<DesignRow, Completion>()

/** Of all runs within the bounds. Searched once for a design. */
export function completionOf(evidence: Evidence, design: DesignRow): Completion {
  const found = known.get(design) ?? searchCompletion(design, ONE_EPOCH)
  known.set(design, found)
  evidence.searched('each design, every run of one record and one death')
  return found
}

export function searchCompletion(design: DesignRow, bounds: Bounds): Completion {
  const result = search(watched(pipelineSpec(design, bounds), bounds), { onViolation: 'collect' })
  if (!result.exhausted) throw new Error(`${design.name}: the search was cut short`)
  const isMoment = ({ property }: { readonly property: string }) => property.includes(' ')
  const moments = result.violations.filter((each) => isMoment(each) && each.classId === 0)
  return {
    moments: new Map(moments.map((each) => [each.property as Moment, each.trace()])),
    falls: fallen(result.violations.filter((each) => !isMoment(each))),
  }
}

/** The same pipeline; moments are reported as if they were broken properties, which gives each its shortest run. */
function watched(spec: PipelineSpec, b: Bounds): PipelineSpec {
  return {
    ...spec,
    define(s, report) {
      let uncovered = false
      const at = (moment: Moment) => report(moment)
      const defined = spec.define(s, (property) => {
        if (property === 'S7') uncovered = true
        report(property)
      })
      const applied = (record: number) => s.newest.at(keyOf(b, record)) >= record
      // Record i + 1 of the one source has index i.
      const cutHolds = () => s.pendingOffset.at(0) > 0
      const cutWritten = () => Array.from({ length: s.pendingOffset.at(0) }, (_, index) => index + 1).every(applied)
      const around: Readonly<Record<string, (step: () => void) => void>> = {
        acknowledge(step) {
          if (cutHolds()) at(cutWritten() ? 'acknowledged, written' : 'acknowledged, not written')
          step()
        },
        complete(step) {
          const [holds, written] = [cutHolds(), cutWritten()]
          uncovered = false
          step()
          if (holds)
            at(uncovered ? 'complete, in neither' : written ? 'complete, written' : 'complete, in the checkpoint')
        },
        apply(step) {
          const before = Array.from({ length: b.records }, (_, index) => s.changed.at(index))
          step()
          for (const [index, changed] of before.entries())
            if (changed !== s.changed.at(index))
              at(
                index < s.completedOffset.at(0)
                  ? 'a write after its checkpoint is complete'
                  : 'a write before its checkpoint is complete',
              )
        },
      }
      const rules = defined.rules.map((each) => {
        const watch = around[actionName(each.name)]
        return watch === undefined ? each : rule(each.name, each.kind, each.when, () => watch(each.then))
      })
      return { ...defined, rules }
    },
  }
}
