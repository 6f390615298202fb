// What the schedules suite's figures say: runs and actions a second, and on the same pipeline the world beside fast-check's
// schedulers, with the orders that each has met. Read next: schedules.ts.
import type { MeasuredCase } from '../method/benchCase.ts'
import { find, sentence } from '../method/summary.ts'
import { DRIVERS } from '../schedules/drivers.ts'
import { COMPARED } from './schedules.ts'

export const schedulesSummary = (cases: readonly MeasuredCase[]): string[] => [
  ...cases.filter(({ result }) => COMPARED[String(result.parameters.program)] === undefined).map(rates),
  ...Object.keys(COMPARED).flatMap((program) => compared(cases, program)),
]

function rates({ result: { name, parameters, recordsPerSecond, work } }: MeasuredCase): string {
  const perSecond = Math.round(recordsPerSecond * (work.actionsPerSchedule ?? 0))
  return `${name}, ${parameters.program} on ${parameters.store}: ${recordsPerSecond.toLocaleString('en')} schedules/s of ${work.actionsPerSchedule} actions each, ${perSecond.toLocaleString('en')} actions/s`
}

function compared(cases: readonly MeasuredCase[], program: string): string[] {
  const others = DRIVERS.map(({ name }) => name).filter((name) => name !== 'world')
  return [
    `${program}:`,
    ...others.flatMap(
      (right) => sentence(cases, { left: 'world', right, toDo: 'to run a schedule', parameters: { program } }) ?? [],
    ),
    ...DRIVERS.flatMap(({ name }) => {
      const work = find(cases, name, { program })?.result.work
      if (work === undefined) return []
      const { distinctOrders = 0, counted = 0, possibleOrders } = work
      const share = (whole: number) => `${((distinctOrders / whole) * 100).toFixed(0)} %`
      return possibleOrders === undefined
        ? `${name}: ${distinctOrders} of ${counted} schedules were distinct (${share(counted)})`
        : `${name}: met ${distinctOrders} of ${possibleOrders} possible orders (${share(possibleOrders)}) in ${counted} schedules`
    }),
  ]
}
