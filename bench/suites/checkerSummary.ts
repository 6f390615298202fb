// What the checker suite's figures say: each model's rates and bytes a state, the kernel against every peer on the same
// counts and threads, one thread against two, and whether a state costs more as a model grows. Read next: checker.ts.
import { KERNEL } from '../checker/kernelEngine.ts'
import type { MeasuredCase } from '../method/benchCase.ts'
import { ratioOf } from '../method/statistics.ts'
import { find, sentence } from '../method/summary.ts'

export function checkerSummary(cases: readonly MeasuredCase[]): string[] {
  const models = [...new Set(cases.map(({ result }) => String(result.parameters.model)))]
  return [...models.flatMap((model) => ofModel(cases, model)), ...growth(cases)]
}

function ofModel(cases: readonly MeasuredCase[], model: string): string[] {
  const all = cases.filter(({ result }) => result.parameters.model === model)
  const { states = 0, transitions = 0 } = all[0]?.result.work ?? {}
  const peers = all.filter(({ result }) => result.name !== KERNEL)
  return [
    `${model}: ${states.toLocaleString('en')} states, ${transitions.toLocaleString('en')} transitions`,
    ...all.filter(({ result }) => result.name === KERNEL).map(rates),
    ...twoThreads(cases, model),
    ...peers.flatMap(({ result: { name: right, parameters } }) => {
      const threads = Number(parameters.threads)
      const toDo = threads === 1 ? 'on one thread' : `on ${threads} threads`
      return sentence(cases, { left: KERNEL, right, toDo, parameters: { model, threads } }) ?? []
    }),
  ]
}

function rates({ result: { parameters, recordsPerSecond, work } }: MeasuredCase): string {
  const { states = 1, transitions = 0, tableBytesPerState, processBytesPerState } = work
  const perSecond = (recordsPerSecond * transitions) / states
  const threads = parameters.threads === 1 ? 'one thread' : `${parameters.threads} threads`
  return (
    `kernel, ${threads}: ${(recordsPerSecond / 1e3).toFixed(0)} k states/s, ${(perSecond / 1e6).toFixed(1)} M transitions/s, ` +
    `${tableBytesPerState} bytes a state in its tables, ${processBytesPerState} in the whole process`
  )
}

function twoThreads(cases: readonly MeasuredCase[], model: string): string[] {
  const one = find(cases, KERNEL, { model, threads: 1 })
  const two = find(cases, KERNEL, { model, threads: 2 })
  if (one === undefined || two === undefined) return []
  const { median, least, most } = ratioOf(one.rounds, two.rounds)
  return [`two threads are ${median.toFixed(2)}x (${least.toFixed(2)}-${most.toFixed(2)}x) as fast as one`]
}

/** Per state, within a round: near 1 where cost does not grow with the number of states. */
function growth(cases: readonly MeasuredCase[]): string[] {
  const medium = find(cases, KERNEL, { model: 'barrier-M', threads: 1 })
  const large = find(cases, KERNEL, { model: 'barrier-L', threads: 1 })
  if (medium === undefined || large === undefined) return []
  const { median, least, most } = ratioOf(large.rounds, medium.rounds)
  return [
    `a state of barrier-L costs ${median.toFixed(2)}x (${least.toFixed(2)}-${most.toFixed(2)}x) what one of barrier-M costs, four times fewer`,
  ]
}
