// What a recording of the coordinator says: events, the calls that came out in order, and the state after each. Shared by
// the replays on the runtime and on the model. Read next: coordinatorModel.ts, coordinatorRuntime.ts.
import type { DeclineReason } from '../../impl/runtime/coordinatorState.ts'

export type CoordinatorEvent =
  | readonly ['checkpoint' | 'savepoint', number]
  | readonly ['ack', number, number, number]
  | readonly ['decline', number, number, DeclineReason]
  | readonly ['expire', number]
  | readonly ['failover']

export type Message = readonly (string | number)[]

export interface Observed {
  readonly returned?: boolean
  readonly out: readonly Message[]
  readonly pending: Readonly<Record<string, { readonly savepoint: boolean; readonly waitingFor: readonly number[] }>>
  readonly retained: readonly number[]
  readonly queued: number
}
export interface CoordinatorCase {
  readonly name: string
  readonly tasks: number
  readonly config: {
    readonly maxConcurrent: number
    readonly tolerableFailures: number
    readonly retained: number
    readonly unaligned: boolean
  }
  readonly steps: readonly (Observed & { readonly event: CoordinatorEvent })[]
}

/** Neighbouring discards in one order: theirs carries no meaning. */
export function settled(out: readonly Message[]): readonly Message[] {
  const result: Message[] = []
  let discards: Message[] = []
  const close = () => {
    result.push(...discards.sort((a, b) => Number(a[3]) - Number(b[3])))
    discards = []
  }
  for (const message of out) {
    if (message[0] === 'discard') discards.push(message)
    else {
      close()
      result.push(message)
    }
  }
  close()
  return result
}
