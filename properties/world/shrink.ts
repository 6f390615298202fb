// Makes a failing schedule small: drops the numbers that did nothing, then runs of numbers, then single ones and pairs,
// as long as the same guarantee still falls with no fault class that the original had not.
// Each try is a run of the real pipeline from the start. Read next: campaign.ts.
import type { Schedule } from './schedule.ts'

export interface Failing {
  readonly schedule: Schedule
  /** Actions to the violation, the fair end included where it is part of it. */
  readonly steps: number
}

/** Runs a candidate; null where the guarantee holds in it. */
export type Attempt = (schedule: Schedule) => Promise<(Failing & { readonly effective: Schedule }) | null>

export async function shrink(schedule: Schedule, attempt: Attempt): Promise<Failing & { readonly runs: number }> {
  let runs = 0
  const run = async (candidate: Schedule) => {
    runs++
    const result = await attempt(candidate)
    // A number that did nothing is gone at once; `effective` is what the run really took.
    return result === null ? null : { schedule: result.effective, steps: result.steps }
  }
  const first = await run(schedule)
  if (first === null) throw new Error('expected a schedule that fails, this one does not')
  let best = first
  const better = (candidate: Failing) =>
    candidate.steps < best.steps || (candidate.steps === best.steps && candidate.schedule.length < best.schedule.length)
  /** Tries to delete `size` numbers at every place, from the end. */
  const deleteRuns = async (size: number) => {
    for (let at = best.schedule.length - size; at >= 0; at--) {
      const result = await run(best.schedule.toSpliced(at, size))
      if (result !== null && better(result)) best = result
      at = Math.min(at, best.schedule.length - size + 1)
    }
  }
  for (;;) {
    const before = best
    for (let size = Math.floor(best.schedule.length / 2); size >= 1; size = Math.floor(size / 2)) await deleteRuns(size)
    await deletePairs()
    await moveEarlier()
    if (best === before) return { ...best, runs }
  }

  /** Two numbers that only make sense together, such as a trigger and its barrier. */
  async function deletePairs(): Promise<void> {
    for (let i = best.schedule.length - 1; i >= 1; i--)
      for (let j = i - 1; j >= 0 && i < best.schedule.length; j--) {
        const result = await run(best.schedule.toSpliced(i, 1).toSpliced(j, 1))
        if (result !== null && better(result)) best = result
      }
  }

  /** A step taken earlier can make others superfluous: the fair end repeats less. */
  async function moveEarlier(): Promise<void> {
    for (let i = 1; i < best.schedule.length; i++)
      for (let j = 0; j < i && i < best.schedule.length; j++) {
        const moved = best.schedule.toSpliced(i, 1).toSpliced(j, 0, best.schedule[i] as number)
        const result = await run(moved)
        if (result !== null && better(result)) best = result
      }
  }
}
