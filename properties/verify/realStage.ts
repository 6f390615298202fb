// What the real pipeline has to do by itself, as one piece of work that can run in a thread of its own beside the
// searches: every transition of the smaller graphs, then random schedules on memory.
// Read next: tourStage.ts, randomStage.ts, realThread.ts (the thread).
import { boundsFor, type StageBounds, TOURED } from './bounds.ts'
import type { Work } from './inThread.ts'
import { type RandomStage, randomStage } from './randomStage.ts'
import { type DesignTours, runTours } from './tourStage.ts'

export interface RealRequest {
  readonly bounds: StageBounds
  readonly seed: number
}

export interface RealStage {
  readonly tours: readonly DesignTours[]
  readonly random: RandomStage
}

export type RunReal = Work<RealRequest, RealStage>

export const runReal: RunReal = async ({ bounds, seed }, onProgress) => {
  const request = TOURED.flatMap((design) =>
    boundsFor(bounds, design).tours.map((shape) => ({ design, bounds: shape })),
  )
  const tours = await runTours(request, (done) => onProgress({ stage: 'real transitions', unit: 'transitions', done }))
  return { tours, random: await randomStage({ bounds, seed, onProgress }) }
}
