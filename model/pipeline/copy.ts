// Copying one variable over another, as a snapshot does.
import type { Fifo } from '../kernel/index.ts'

export function copyFifo(from: Fifo, to: Fifo): void {
  to.clear()
  for (let i = 0; i < from.length; i++) to.push(from.at(i))
}
