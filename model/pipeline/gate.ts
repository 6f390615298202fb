// temporary
import type { Pipeline, Sink } from './pipeline.ts'

export interface GateEffects {
  trigger(id: number): void
  abort(id: number): void
  resume(source: number): void
  start(id: number): void
  stop(): void
  prioritize(source: number): void
}
export type BarrierKind = 'aligned' | 'unaligned' | 'timeout' | 'savepoint'
export interface Gate {
  barrier(source: number, id: number, kind: BarrierKind, timedOut: boolean): void
  announcement(source: number, id: number, timedOut: boolean): void
  cancel(source: number, id: number): void
  alignmentTimer(): void
  timerArmed(): boolean
  latest(): number
  isBlocked(source: number): boolean
  reset(): void
}

export function pipelineGate(p: Pipeline, sink: Sink, effects: GateEffects): Gate {
  const { s, S, P } = p
  const i = sink.p
  const resumeAll = () => {
    for (let c = 0; c < S; c++)
      if (s.blocked.at(c * P + i) === 1) {
        s.blocked.set(c * P + i, 0)
        effects.resume(c)
      }
  }
  const abort = (id: number) => {
    if (id > s.latest.at(i)) s.latest.set(i, id)
    s.over.set(i, s.latest.at(i))
    resumeAll()
    effects.abort(id)
  }
  const single = S === 1
  return {
    barrier(source, id) {
      if (single) return effects.trigger(id)
      if (p.bug('noAlignment')) {
        if (s.latest.at(i) >= id) return
        s.latest.set(i, id)
        s.over.set(i, id)
        return effects.trigger(id)
      }
      const pending = s.latest.at(i) !== s.over.at(i)
      if (s.latest.at(i) > id || (s.latest.at(i) === id && !pending)) return effects.resume(source)
      if (id > s.latest.at(i)) {
        if (pending) abort(s.latest.at(i))
        s.latest.set(i, id)
      }
      s.blocked.set(source * P + i, 1)
      for (let c = 0; c < S; c++) if (s.blocked.at(c * P + i) === 0) return
      s.over.set(i, id)
      effects.trigger(id)
      resumeAll()
    },
    cancel(_source, id) {
      if (single) return effects.abort(id)
      if (id > s.latest.at(i) || (id === s.latest.at(i) && s.latest.at(i) !== s.over.at(i))) abort(id)
    },
    announcement() {},
    alignmentTimer() {},
    timerArmed: () => false,
    latest: () => s.latest.at(i),
    isBlocked: (source) => s.blocked.at(source * P + i) === 1,
    reset() {
      s.latest.set(i, 0)
      s.over.set(i, 0)
      for (let c = 0; c < S; c++) s.blocked.set(c * P + i, 0)
    },
  }
}
