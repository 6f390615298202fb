// A source: reads its log in order, answers a trigger with its offset and a barrier down every channel, ends with "end of
// data". Told of the abort before its trigger it sends a cancel marker instead (FLINK-18238). As in Flink since FLIP-147 a
// source that is at its end still takes part in checkpoints, so that the last one can pass. Read next: channels.ts.
import { recordOf } from './bounds.ts'
import type { Transport } from './channels.ts'
import { inputStopped, stopsInput } from './codeUpdate.ts'
import { BARRIER, CANCEL, type Elements, OVERTAKING } from './elements.ts'
import type { Channel, Pipeline } from './pipeline.ts'
import { slotOf } from './slots.ts'

export function sourceRules(p: Pipeline, e: Elements, net: Transport): void {
  const { s, b, P, S } = p
  const mayRead = (source: number) => s.ended.at(source) === 0 && !inputStopped(p, source) && net.room(source)
  /** What a source sends next is settled. */
  const noBarrierComes = (source: number) => s.rpc.at(source) === 0 && p.triggersSpent()
  for (let source = 0; source < S; source++) {
    const outputs = p.channels.slice(source * P, source * P + P)
    const broadcast = (element: number) => {
      for (let sink = 0; sink < p.parallelism(); sink++) net.send(outputs[sink] as Channel, element)
    }
    p.rule(
      `emit(${source})`,
      'progress',
      () => p.running() && s.offset.at(source) < b.records && mayRead(source),
      () => {
        const index = s.offset.at(source)
        s.offset.set(source, index + 1)
        net.send(outputs[p.subtaskOf(recordOf(b, source, index))] as Channel, index + 1)
      },
      () => noBarrierComes(source),
    )
    p.rule(
      `finish(${source})`,
      'progress',
      () => p.running() && s.offset.at(source) === b.records && mayRead(source),
      () => {
        s.ended.set(source, 1)
        broadcast(e.endOfData)
      },
      () => noBarrierComes(source),
    )
    p.rule(
      `barrier(${source})`,
      'progress',
      () => p.running() && s.rpc.at(source) !== 0 && net.room(source),
      () => {
        if (stopsInput(p, source)) return broadcast(e.endOfData)
        const id = s.rpc.at(source)
        s.rpc.set(source, 0)
        const slot = slotOf(p, id)
        if (slot >= 0) {
          const late =
            p.bug('offsetAfterBarrier') &&
            s.offset.at(source) < b.records &&
            s.ended.at(source) === 0 &&
            net.room(source)
          s.pendingOffset.set(slot * S + source, s.offset.at(source) + (late ? 1 : 0))
        }
        broadcast(e.encode(b.alignment === 'unaligned' ? OVERTAKING : BARRIER, id))
        p.acks[source]?.push(id)
      },
      () => s.ended.at(source) === 1 && slotOf(p, s.rpc.at(source)) >= 0 && !p.mayStrike('F6'),
    )
    p.rule(
      `cancel(${source})`,
      'environment',
      () => p.running() && s.rpc.at(source) !== 0 && slotOf(p, s.rpc.at(source)) < 0 && net.room(source),
      () => {
        const id = s.rpc.at(source)
        s.rpc.set(source, 0)
        if (!p.bug('cancelMarkerLost')) broadcast(e.encode(CANCEL, id))
      },
    )
  }
}
