// What happens at each step, and in which lane: where the action's task is, or, for a message that is lost and for the
// answer of a request, where that message was. Read next: diagram.ts.
import { ACTIONS, type ActionRow, actionName } from '../../model/pipeline/vocabulary.ts'
import type { Configured } from '../verify/inFlight.ts'
import type { Values } from '../verify/names.ts'
import { phraseOf } from '../verify/phrases.ts'
import { faultStruck } from '../verify/timeline.ts'
import type { DiagramEvent } from './diagram.ts'
import { COORDINATOR, type Lane, requestLane, STORE, sinkLane, sourceLane } from './lanes.ts'
import type { Request } from './requests.ts'
import type { Transit } from './transits.ts'

export function eventsOf(
  configured: Configured,
  actions: readonly string[],
  states: readonly Values[],
  lanes: readonly Lane[],
  requests: readonly Request[],
  transits: readonly Transit[],
): DiagramEvent[] {
  return actions.map((action, i) => {
    const step = i + 1
    const [before, after] = [states[i] as Values, states[step] as Values]
    const lane = laneOf(action, step)
    return {
      step,
      action,
      lane: lanes.some(({ id }) => id === lane) ? lane : null,
      words: phraseOf(action, configured, before, after).replaceAll('\u00a0', ' '),
      fault: faultStruck(before, after),
    }
  })

  function laneOf(action: string, step: number): string | null {
    const row: ActionRow | undefined = ACTIONS.find(({ name }) => name === actionName(action))
    const sink = /\bsink(\d+)/.exec(action)
    const first = Number(/\((\d+)/.exec(action)?.[1] ?? 0)
    const ended = requests.find((request) => request.ended === step)
    if (ended?.fate === 'lost') return requestLane(ended.sink)
    const lost = transits.find((transit) => transit.ended === step && transit.fate === 'lost')
    if (lost !== undefined) return lost.queue.via ?? end(lost, step)
    if (row?.who === 'store' && !(sink !== null && ended !== undefined)) return STORE
    if (row?.who === 'coordinator') return COORDINATOR
    if (row?.who === 'source') return sourceLane(first)
    if (sink !== null) return sinkLane(lanes, Number(sink[1]), step)
    if (row?.parameters.includes('channel') === true)
      return sinkLane(lanes, first % configured.bounds.parallelism, step)
    // What ends or starts an attempt is everybody's; what else the environment does, it does to checkpoints.
    const cut = lanes.some(({ kind, from, failed, died }) => kind === 'sink' && [from, failed, died].includes(step))
    return cut ? null : COORDINATOR
  }

  function end({ queue: { to } }: Transit, step: number): string {
    if (to.task === 'coordinator') return COORDINATOR
    return to.task === 'source' ? sourceLane(to.number) : sinkLane(lanes, to.number, step)
  }
}
