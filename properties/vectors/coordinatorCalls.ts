// What a recording of the coordinator says, and the one liberty in comparing it. Shared by the replays on the runtime and
// on the model, which have nothing else in common. Read next: coordinationRuntime.ts, coordinatorModel.ts.
import type { z } from 'zod'
import type { coordinator2 } from './formats/others.ts'

export type CoordinatorCase = z.infer<typeof coordinator2>
export type CoordinatorEvent = CoordinatorCase['steps'][number]['event']
export type Observed = Omit<CoordinatorCase['steps'][number], 'event' | 'out'> & { readonly out: readonly Message[] }
export type Message = readonly (string | number)[]

/** Discards that stand together in one order: theirs carries no meaning. */
export function settled(out: readonly Message[]): readonly Message[] {
  const runs: Message[][] = []
  for (const message of out) {
    const run = runs.at(-1)
    if (message[0] === 'discard' && run?.[0]?.[0] === 'discard') run.push(message)
    else runs.push([message])
  }
  return runs.flatMap((run) => run.sort((a, b) => Number(a[3]) - Number(b[3])))
}
