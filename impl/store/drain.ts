// When has everything that needs no decision happened? After each action of the world the SDK's promise chains and the
// backend's own turns must run out, or most orders are never reached (measured: 2 of 70; facts/dynalite.md).
// setImmediate runs after all microtasks, so one turn takes every request between `client.send` and the gate (70
// microticks) and every answer between the gate and its promise; the second turn catches what the first one started.
import type { StoreGate } from './gate.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Waits until no request is inside the backend and two turns of the event loop have passed without one entering. */
export async function quiesce(gate: Pick<StoreGate, 'busy'>): Promise<void> {
  let empty = 0
  while (empty < 2) {
    await turn()
    empty = gate.busy > 0 ? 0 : empty + 1
  }
}
