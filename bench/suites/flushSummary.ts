// What the flush suite's figures say: the fast transport against the document client and against HTTP without a signature,
// what each step of the tuned SDK gives, and what share of a write the buffer is. Read next: flush.ts.
import { TUNING_STEPS } from '../../impl/store/tunedSdk.ts'
import type { MeasuredCase, Parameters } from '../method/benchCase.ts'
import { ratioOf } from '../method/statistics.ts'
import { find, sentence } from '../method/summary.ts'

export function flushSummary(cases: readonly MeasuredCase[]): string[] {
  const settings = new Map(
    cases
      .filter(({ result }) => result.parameters.transport === undefined)
      .map(({ result }) => [JSON.stringify(result.parameters), result.parameters]),
  )
  return [...settings.values()].flatMap((parameters) => {
    const said = [
      sentence(cases, { left: 'fast', right: 'lib-dynamodb', toDo: 'to write', parameters }),
      sentence(cases, { left: 'fast', right: 'sdk', toDo: 'to write', parameters }),
      sentence(cases, { left: 'sdk-tuned', right: 'sdk', toDo: 'to write', parameters }),
      ...TUNING_STEPS.map((step) =>
        sentence(cases, { left: `sdk-${step}`, right: 'sdk', toDo: 'to write', parameters }),
      ),
      shareOfLimit(cases, 'limit-undici', parameters),
      shareOfLimit(cases, 'limit-undici-request', parameters),
      ...['sdk', 'sdk-tuned', 'fast'].map((name) => shareOfBuffer(cases, name, parameters)),
      ...['sdk', 'fast'].map((transport) =>
        sentence(cases, {
          left: 'listStateBuffer',
          right: 'hashSetTransient',
          toDo: `to write with ${transport}`,
          parameters: { ...parameters, transport },
        }),
      ),
    ].filter((line) => line !== null)
    return [`${parameters.bytes} B, ${parameters.inFlight} in flight, ${parameters.store}:`, ...said]
  })
}

const percent = (share: number): string => (share * 100).toFixed(share < 0.1 ? 1 : 0)

/** Of the time of a write, how much the list is. */
function shareOfBuffer(cases: readonly MeasuredCase[], name: string, parameters: Parameters): string | null {
  const whole = find(cases, name, parameters)
  const alone = find(cases, 'limit-buffer-alone', parameters)
  if (whole === undefined || alone === undefined) return null
  const { median, least, most } = ratioOf(alone.rounds, whole.rounds)
  return `the buffer is ${percent(median)} % (${percent(least)}-${percent(most)} %) of a write with ${name}`
}

function shareOfLimit(cases: readonly MeasuredCase[], name: string, parameters: Parameters): string | null {
  const fast = find(cases, 'fast', parameters)
  const limit = find(cases, name, parameters)
  if (fast === undefined || limit === undefined) return null
  const { median, least, most } = ratioOf(limit.rounds, fast.rounds)
  return `fast reaches ${percent(median)} % (${percent(least)}-${percent(most)} %) of unsigned prebuilt requests (${name})`
}
