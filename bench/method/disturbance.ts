// Was the machine ours? Before each round the same fixed piece of work is timed. Where it takes much longer than at its
// best, somebody else had the processor: the round is made again, and where that does not help the results say so.
// Read next: rounds.ts.
import { cpus, loadavg } from 'node:os'

/** A round is disturbed where the fixed work takes this many times its best. */
const TOLERATED = 1.25

/** Milliseconds for a fixed chain of integer steps; the result is used, so that the chain cannot be left out. */
export function fixedWorkMs(): number {
  const began = performance.now()
  let state = 1
  for (let step = 0; step < 4_000_000; step++) state = (Math.imul(state, 1664525) + 1013904223) | 0
  const ms = performance.now() - began
  if (state === 0) throw new Error('the chain of steps never reaches 0')
  return ms
}

/** Which of these rounds were disturbed, by their fixed work. */
export function disturbedRounds(fixedWork: readonly number[]): readonly boolean[] {
  const best = Math.min(...fixedWork)
  return fixedWork.map((ms) => ms > best * TOLERATED)
}

/** Sentences about the machine during the run; none where it was quiet. */
export function remarks(fixedWork: readonly number[], load: number, cores = cpus().length): string[] {
  const found: string[] = []
  if (load > cores * 0.75) found.push(`load ${load.toFixed(1)} on ${cores} cores`)
  const disturbed = disturbedRounds(fixedWork).filter(Boolean).length
  if (disturbed > 0) {
    const worst = Math.max(...fixedWork) / Math.min(...fixedWork)
    found.push(
      `${disturbed} of ${fixedWork.length} rounds disturbed: the same work took up to ${worst.toFixed(1)}x as long`,
    )
  }
  return found
}

export const loadNow = (): number => Math.round((loadavg()[0] ?? 0) * 100) / 100
