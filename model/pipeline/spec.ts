// The pipeline as one spec for the kernel: a design, bounds, perhaps one planted bug. The same rules run in exhaustive
// search, in random walks and beside the real pipeline. Read next: ../kernel/index.ts for what can be asked of it.
import { defineSpec } from '../kernel/index.ts'
import { asyncWriter } from './asyncWriter/sink.ts'
import { type Bounds, checkBounds, describeBounds, startParallelism } from './bounds.ts'
import { buffer } from './buffer.ts'
import type { BugName } from './bugs.ts'
import { transport } from './channels.ts'
import { start as startCoordinator } from './coordination/index.ts'
import { coordinatorRules, pipelineCoordinator } from './coordinator.ts'
import { elements } from './elements.ts'
import { attemptEnd, environmentRules, type TaskWithGate } from './environment.ts'
import { flushLoop } from './flushLoop.ts'
import { pipelineGate } from './gate.ts'
import type { Gate } from './gates/index.ts'
import { quiescent, stateGuarantees, witnesses } from './guarantees.ts'
import { noticeRules } from './notice.ts'
import { pipeline } from './pipeline.ts'
import { gateEffects, receiveRules } from './receive.ts'
import { sinkRules } from './sink.ts'
import type { DesignRow } from './sinks/designs.ts'
import { snapshotBuffers } from './slots.ts'
import { sourceRules } from './source.ts'
import { stagingWriter } from './staging/writer.ts'
import { storeRules } from './store.ts'
import { FAILING, pipelineVariables, RUNNING } from './variables.ts'
import { cannotCarry } from './workloads.ts'

export type PipelineSpec = ReturnType<typeof pipelineSpec>

export function pipelineSpec(design: DesignRow, b: Bounds, planted: BugName | null = null) {
  checkBounds(b)
  if (b.parallelism * design.inFlight > 4)
    throw new RangeError(
      `bounds.parallelism: expected at most ${4 / design.inFlight} for ${design.name}, got ${b.parallelism}`,
    )
  const reason = cannotCarry(design, b.workload)
  if (reason !== null) throw new RangeError(`bounds.workload: ${design.name} cannot carry "${b.workload}": ${reason}`)
  return defineSpec({
    name: `${design.name} ${describeBounds(b)}${planted === null ? '' : ` with ${planted}`}`,
    variables: pipelineVariables(b, design),
    define(s, report) {
      const p = pipeline(s, b, design, planted, report)
      const e = elements(p)
      const buffers = snapshotBuffers(p)
      const gates: Gate[] = []
      const net = transport(p, e, ({ sink, source }) => gates[sink.p]?.isBlocked(source) === true)
      const tasks: TaskWithGate[] = []
      const coordinator = pipelineCoordinator(p, buffers)
      const endAttempt = attemptEnd(p, tasks, coordinator)
      const failed = () => {
        endAttempt()
        s.job = FAILING
      }
      for (const sink of p.sinks) {
        const buf = buffer(p, sink)
        const writer = design.staged
          ? stagingWriter(p, sink, failed)
          : design.inFlight === 1
            ? flushLoop(p, sink, buf)
            : asyncWriter(p, sink, buf, failed)
        const task = { sink, buf, writer, channels: p.channels.filter((channel) => channel.sink === sink) }
        const gate = pipelineGate(p, sink, gateEffects(p, task, net, buffers))
        gates.push(gate)
        receiveRules(p, task, gate, e, net)
        sinkRules(p, task, buffers)
        noticeRules(p, task)
        tasks.push({ ...task, gate })
      }
      sourceRules(p, e, net)
      coordinatorRules(p, coordinator, buffers)
      for (const { writer } of tasks) for (const request of writer.requests()) storeRules(p, request)
      environmentRules(p, tasks, endAttempt, coordinator, buffers)
      const start = (hashOrder: number) => () => {
        s.job = RUNNING
        if ((b.budgets.F7 ?? 0) > 0) s.parallelism = startParallelism(b)
        for (const { writer } of tasks.slice(0, p.parallelism())) writer.opened()
        startCoordinator(coordinator)
        s.hashOrder = hashOrder
      }
      return {
        initial: design.buffer === 'hashSet' ? [start(0), start(1)] : [start(0)],
        rules: p.rules,
        always: stateGuarantees(p, tasks),
        sometimes: witnesses(p, e, tasks),
        eventually: [
          { name: 'L1', from: () => s.pending.at(0) !== 0, goal: () => s.pending.at(0) === 0 },
          { name: 'L2', from: () => true, goal: () => quiescent(p, tasks) },
        ],
        classify: () => p.faultsUsed(),
      }
    },
  })
}
