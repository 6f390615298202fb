// Tours over every design, as one piece of work that can run in a thread of its own beside the searches.
// Read next: tourThread.ts (the thread), ../world/tours.ts.
import type { Bounds } from '../../model/pipeline/bounds.ts'
import { memoryWorldStore } from '../world/store.ts'
import { type TourResult, tourEveryTransition } from '../world/tours.ts'

export type TourRequest = readonly { readonly design: string; readonly bounds: Bounds }[]

export interface DesignTours extends TourResult {
  readonly design: string
  readonly bounds: Bounds
}

export type RunTours = (request: TourRequest, onProgress: (executed: number) => void) => Promise<readonly DesignTours[]>

export const runTours: RunTours = async (request, onProgress) => {
  const results: DesignTours[] = []
  const store = memoryWorldStore()
  for (const each of request) {
    const before = results.reduce((sum, { executed }) => sum + executed, 0)
    const tour = await tourEveryTransition({
      ...each,
      store,
      onProgress: (executed) => onProgress(before + executed),
    })
    results.push({ ...tour, ...each })
    onProgress(before + tour.executed)
  }
  return results
}
