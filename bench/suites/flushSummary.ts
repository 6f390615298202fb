// What the flush suite's figures say: the fast transport against the document client and against HTTP without a signature,
// and what share of a write the buffer is. Read next: flush.ts.
import type { MeasuredCase, Parameters } from '../method/benchCase.ts'
import { ratioOf } from '../method/statistics.ts'
import { find, sentence } from '../method/summary.ts'

export function flushSummary(cases: readonly MeasuredCase[]): string[] {
  const settings = new Map(cases.map(({ result }) => [JSON.stringify(result.parameters), result.parameters]))
  return [...settings.values()].flatMap((parameters) => {
    const said = [
      sentence(cases, { left: 'fast', right: 'lib-dynamodb', toDo: 'to write', parameters }),
      sentence(cases, { left: 'fast', right: 'sdk', toDo: 'to write', parameters }),
      shareOfLimit(cases, parameters),
    ].filter((line) => line !== null)
    return [`${parameters.bytes} B, ${parameters.inFlight} in flight, ${parameters.store}:`, ...said]
  })
}

function shareOfLimit(cases: readonly MeasuredCase[], parameters: Parameters): string | null {
  const fast = find(cases, 'fast', parameters)
  const limit = find(cases, 'limit-undici', parameters)
  if (fast === undefined || limit === undefined) return null
  const { median, least, most } = ratioOf(limit.rounds, fast.rounds)
  const percent = (share: number) => (share * 100).toFixed(0)
  return `fast reaches ${percent(median)} % (${percent(least)}-${percent(most)} %) of unsigned prebuilt requests by undici`
}
