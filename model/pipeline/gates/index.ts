// The gates by mode, and the variables that one needs: what a mode has no use for is declared without room.
// Read next: gate.ts, ../gate.ts (a pipeline's own).
import { fifo, scalar, vector } from '../../kernel/index.ts'
import type { Alignment } from '../bounds.ts'
import type { Gate, GateCells, GateEffects, GateOptions } from './gate.ts'
import { singleGate } from './singleHandler.ts'
import { largestEntry, MOST_TRACKED, trackerGate } from './tracker.ts'

export type { BarrierKind, Gate, GateAbortReason, GateCells, GateEffects, GateOptions } from './gate.ts'
export { GateError, openChannels } from './gate.ts'

export const gateOf = (
  alignment: Alignment,
  cells: GateCells,
  effects: GateEffects,
  options: GateOptions = { checkpointsAfterTasksFinish: true },
): Gate =>
  alignment === 'atLeastOnce' ? trackerGate(cells, effects, options) : singleGate(alignment, cells, effects, options)

/** Of one gate. `ends`: end of partition comes on its channels (a pipeline's ended sources still send barriers). */
export function gateVariables(alignment: Alignment, channels: number, ids: number, ends = false) {
  const tracker = alignment === 'atLeastOnce'
  const alternating = alignment === 'alternating'
  const single = (length: number, max: number) => vector(tracker ? 0 : length, tracker ? 0 : max)
  const places = tracker ? Math.min(ids, MOST_TRACKED + 1) : 0
  return {
    latest: scalar(ids),
    over: scalar(tracker ? 1 : ids),
    target: scalar(tracker ? 0 : channels),
    aligned: single(channels, 1),
    blocked: single(channels, 1),
    closed: vector(ends ? channels : 0, 1),
    overtaking: scalar(alternating ? 1 : 0),
    timer: scalar(alternating ? 1 : 0),
    announced: vector(alternating ? channels : 0, 1),
    queue: fifo(places, tracker ? ids : 0),
    counted: fifo(places, tracker ? largestEntry(channels) : 0),
  }
}
