// A source: reads its log in order, answers a trigger with its offset and a barrier, ends with "end of data".
// As in Flink since FLIP-147 a source that is at its end still takes part in checkpoints, so that the last one can pass.
import type { Pipeline } from './pipeline.ts'

/** Elements of a channel: 1..N the record of that index plus one, then end of data, then barriers by id. */
export const endOfData = (p: Pipeline): number => p.b.records + 1
export const barrierElement = (p: Pipeline, id: number): number => p.b.records + 1 + id

export function sourceRules(p: Pipeline): void {
  const { s, b } = p
  p.channels.forEach((channel, source) => {
    const room = () => channel.length < b.capacity
    p.rule(
      `emit(${source})`,
      'progress',
      () => p.running() && s.offset.at(source) < b.records && s.ended.at(source) === 0 && room(),
      () => {
        s.offset.set(source, s.offset.at(source) + 1)
        channel.push(s.offset.at(source))
      },
    )
    p.rule(
      `finish(${source})`,
      'progress',
      () => p.running() && s.offset.at(source) === b.records && s.ended.at(source) === 0 && room(),
      () => {
        s.ended.set(source, 1)
        channel.push(endOfData(p))
      },
    )
    p.rule(
      `barrier(${source})`,
      'progress',
      () => p.running() && s.rpc.at(source) !== 0 && room(),
      () => {
        const id = s.rpc.at(source)
        s.rpc.set(source, 0)
        channel.push(barrierElement(p, id))
        if (s.pending === id) {
          const late =
            p.bug('offsetAfterBarrier') && s.offset.at(source) < b.records && s.ended.at(source) === 0 && room()
          s.pendingOffset.set(source, s.offset.at(source) + (late ? 1 : 0))
        }
        p.acks[source]?.push(id)
      },
    )
  })
}
