// A trace as numbered lines: the step, the action as the trace file has it, and what it means in words, computed from
// the changes the trace records. The replay line comes first, what the run shows comes last. At most 80 columns.
// Read next: phrases.ts (the words), ending.ts (the last lines).
import { machine } from '../../model/kernel/index.ts'
import { designNamed } from '../../model/pipeline/sinks/designs.ts'
import { pipelineSpec } from '../../model/pipeline/spec.ts'
import { FAULTS, type FaultId } from '../../model/pipeline/vocabulary.ts'
import { GUARANTEES } from '../../properties/guarantees/catalogue.ts'
import type { Trace } from '../../properties/world/trace.ts'
import { guaranteeName, under } from './calledNames.ts'
import { ending } from './ending.ts'
import { scalarOf, type Values } from './names.ts'
import { phraseOf } from './phrases.ts'
import { wrapped } from './wrapped.ts'

/** States along the trace: one more than there are actions. */
export function statesAlong(trace: Trace): Values[] {
  const { design, hashOrder } = trace.configuration
  const { initial } = machine(pipelineSpec(designNamed(design), trace.configuration.bounds))
  const start = (initial[hashOrder] ?? initial[0]) as Values
  const states: Values[] = [start]
  for (const { changes } of trace.actions) states.push({ ...(states.at(-1) as Values), ...changes })
  return states
}

export function timeline(trace: Trace, replay: string): string[] {
  const states = statesAlong(trace)
  const width = Math.min(24, Math.max(...trace.actions.map(({ action }) => action.length), 0))
  const fallen = GUARANTEES.find(({ id }) => id === trace.verdict?.guarantee)
  const statement = fallen === undefined ? [] : wrapped(`${fallen.id}: ${fallen.statement}`, 2, 2, '  ')
  const lines = [`replay: ${replay}`, '', ...wrapped(headline(trace), 0), ...statement, '']
  trace.actions.forEach(({ action }, i) => {
    if (trace.repeatsFrom === i) lines.push(`${'-'.repeat(4)} from here on the run repeats for ever`)
    const words =
      faultMark(states[i] as Values, states[i + 1] as Values) +
      phraseOf(action, trace.configuration, states[i] as Values, states[i + 1] as Values)
    const left = `${String(i + 1).padStart(4)}  ${action.padEnd(width)}  `
    // An action wider than its column pushes its words aside, not below.
    const [first = '', ...rest] = wrapped(words, width + 8, Math.max(left.length, width + 8))
    lines.push(left + first, ...rest)
  })
  return [...lines, '', ...ending(trace, states).flatMap((sentence) => wrapped(sentence, 6, 6, '      '))]
}

/** The class whose budget a step uses up. */
export const faultStruck = (before: Values, after: Values): FaultId | null =>
  FAULTS.find(({ id }) => scalarOf(after, `used${id}`) > scalarOf(before, `used${id}`))?.id ?? null

/** `[F2d] ` before the words of such a step. */
function faultMark(before: Values, after: Values): string {
  const struck = faultStruck(before, after)
  return struck === null ? '' : `[${struck}] `
}

/** `hashSetTransient: S7 durable falls without any fault, 9 steps` */
export function headline(trace: Trace): string {
  const { verdict, configuration, actions } = trace
  const { workload } = configuration.bounds
  const design = `${configuration.design}${workload === 'upsert' ? '' : ` (${workload})`}`
  const steps = `${actions.length} step${actions.length === 1 ? '' : 's'}`
  if (verdict === null) return `${design}: nothing falls, ${steps}`
  const { guarantee, faults } = verdict
  return `${design}: ${guarantee} (${guaranteeName(guarantee)}) falls ${under(faults)}, ${steps}`
}
