// The pipeline as one spec for the kernel: a design, bounds, perhaps one planted bug. The same rules run in exhaustive
// search, in random walks and beside the real pipeline. Read next: ../kernel/index.ts for what can be asked of it.
import { defineSpec } from '../kernel/index.ts'
import { type Bounds, checkBounds, describeBounds } from './bounds.ts'
import { buffer } from './buffer.ts'
import type { BugName } from './bugs.ts'
import { coordinatorRules } from './coordinator.ts'
import { environmentRules } from './environment.ts'
import { flushLoop } from './flushLoop.ts'
import { quiescent, stateGuarantees, witnesses } from './guarantees.ts'
import { noticeRules } from './notice.ts'
import { pipeline } from './pipeline.ts'
import { receiveRules } from './receive.ts'
import { sinkRules } from './sink.ts'
import type { DesignRow } from './sinks/designs.ts'
import { sourceRules } from './source.ts'
import { storeRules } from './store.ts'
import { pipelineVariables, RUNNING } from './variables.ts'

export type PipelineSpec = ReturnType<typeof pipelineSpec>

export function pipelineSpec(design: DesignRow, b: Bounds, planted: BugName | null = null) {
  checkBounds(b)
  return defineSpec({
    name: `${design.name} ${describeBounds(b)}${planted === null ? '' : ` with ${planted}`}`,
    variables: pipelineVariables(b, design),
    define(s, report) {
      const p = pipeline(s, b, design, planted, report)
      const buf = buffer(p)
      const loop = flushLoop(p, buf)
      receiveRules(p, buf, loop)
      sinkRules(p, buf, loop)
      noticeRules(p, buf, loop)
      sourceRules(p)
      coordinatorRules(p)
      storeRules(p, loop)
      environmentRules(p, buf)
      const start = (hashOrder: number) => () => {
        s.job = RUNNING
        s.nextId = 1
        s.hashOrder = hashOrder
      }
      return {
        initial: design.buffer === 'hashSet' ? [start(0), start(1)] : [start(0)],
        rules: p.rules,
        always: stateGuarantees(p, buf),
        sometimes: witnesses(p, buf),
        eventually: [
          { name: 'L1', from: () => s.pending !== 0, goal: () => s.pending === 0 },
          { name: 'L2', from: () => true, goal: () => quiescent(p, buf) },
        ],
        classify: () => p.faultsUsed(),
      }
    },
  })
}
