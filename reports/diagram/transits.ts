// Follows every element through its queue along a run: when it was put in, when it left, and how. Nothing is told twice:
// an element that was there before and is there after has not moved, whatever its place.
// Read next: queues.ts, spans.ts (how it is drawn).
import type { Bounds } from '../../model/pipeline/bounds.ts'
import { actionName } from '../../model/pipeline/vocabulary.ts'
import type { Values } from '../verify/names.ts'
import type { Fate } from './diagram.ts'
import { attemptsOf } from './lanes.ts'
import { type Named, type Queue, queuesOf } from './queues.ts'

export interface Transit {
  readonly queue: Queue
  readonly what: Named
  readonly sent: number
  /** null where it is still on its way when the trace ends. */
  readonly ended: number | null
  readonly fate: Fate
}

export function transitsOf(
  b: Bounds,
  actions: readonly string[],
  states: readonly Values[],
  variables: readonly string[],
): Transit[] {
  const attempts = attemptsOf(b, states)
  const cuts = new Set(attempts.flatMap(({ from, failed, died }) => [from, failed, died]))
  const fateAt = (step: number): Fate => {
    if (actionName(actions[step - 1] ?? '') === 'lose') return 'lost'
    return cuts.has(step) ? 'dropped' : 'taken'
  }
  return queuesOf(b)
    .filter(({ variable }) => variables.includes(variable))
    .flatMap((queue) => followed(queue, states, fateAt))
}

function followed(queue: Queue, states: readonly Values[], fateAt: (step: number) => Fate): Transit[] {
  const done: Transit[] = []
  let waiting: { readonly what: Named; readonly sent: number }[] = []
  states.forEach((state, step) => {
    const before = [...waiting]
    waiting = queue.read(state).map((element) => {
      const what = queue.name(element)
      const at = before.findIndex((each) => each.what.identity === what.identity)
      return at < 0 ? { what, sent: step } : (before.splice(at, 1)[0] as (typeof before)[number])
    })
    for (const { what, sent } of before) done.push({ queue, what, sent, ended: step, fate: fateAt(step) })
  })
  return [...done, ...waiting.map(({ what, sent }): Transit => ({ queue, what, sent, ended: null, fate: 'open' }))]
}
