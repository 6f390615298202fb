// Tours over every design: each transition of a small graph executed on the real pipeline.
// Read next: ../world/tours.ts.
import type { Bounds } from '../../model/pipeline/bounds.ts'
import { memoryWorldStore } from '../world/store.ts'
import { type TourResult, tourEveryTransition } from '../world/tours.ts'

export type TourRequest = readonly { readonly design: string; readonly bounds: Bounds }[]

export interface DesignTours extends TourResult {
  readonly design: string
  readonly bounds: Bounds
}

export async function runTours(
  request: TourRequest,
  onProgress: (executed: number) => void,
): Promise<readonly DesignTours[]> {
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
