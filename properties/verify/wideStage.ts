// The wide searches of --deep: larger bounds, safety alone, reduced by rules declared safe. They add evidence to what the
// smaller searches have decided; one that is cut short says so and decides nothing. What falls in one and was not expected
// to is a finding. Threads share the jobs: each takes the next one that nobody has.
// Read next: wideBounds.ts, ../../model/kernel/independence.ts (what reduction rests on).
import { search } from '../../model/kernel/index.ts'
import { type Bounds, classesOf, describeBounds } from '../../model/pipeline/bounds.ts'
import { designNamed } from '../../model/pipeline/sinks/designs.ts'
import { pipelineSpec } from '../../model/pipeline/spec.ts'
import { type FaultId, faultSet } from '../../model/pipeline/vocabulary.ts'
import { EXPECTED } from './expectations.ts'
import type { Work } from './inThread.ts'
import type { Finding } from './modelStage.ts'
import { OF_DESIGN, RUNTIME_ROW } from './table.ts'
import { wideJobs } from './wideBounds.ts'

/** Of each search. */
const MOST_STATES = 50_000_000

export interface WideRequest {
  readonly bounds: readonly Bounds[]
  /** The next job's number, shared by the threads. */
  readonly next: Int32Array
  readonly threads: number
  /** As Date.now() has it: threads have clocks of their own. */
  readonly deadlineMs: number
}

export interface WideSearch {
  readonly design: string
  readonly bounds: string
  readonly classes: readonly FaultId[]
  readonly states: number
  readonly transitions: number
  readonly seconds: number
  readonly exhausted: boolean
  /** Falls that the table of expectations does not explain. */
  readonly unexpected: readonly Finding[]
}

export const runWide: Work<WideRequest, readonly WideSearch[]> = async (request, onProgress) => {
  const jobs = wideJobs(request.bounds)
  const done: WideSearch[] = []
  for (;;) {
    const at = Atomics.add(request.next, 0, 1)
    const job = jobs[at]
    if (job === undefined) return done
    const left = request.deadlineMs - Date.now()
    // Of what is left, by as many shares as jobs are left: large ones come last, and nobody waits for one alone.
    const timeMs = Math.max(100, (SHARES * request.threads * left) / (jobs.length - at))
    done.push(searchWide(job.design, job.bounds, Math.min(timeMs, Math.max(100, left))))
    onProgress({ stage: 'wide searches', unit: 'searches', done: at + 1, total: jobs.length })
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** A job may take more than its share, since others take less. */
const SHARES = 1.5

export function searchWide(design: string, bounds: Bounds, timeMs: number): WideSearch {
  const { states, transitions, seconds, exhausted, violations } = search(pipelineSpec(designNamed(design), bounds), {
    onViolation: 'collect',
    reduce: true,
    clock: () => performance.now(),
    limits: { states: MOST_STATES, timeMs },
  })
  const unexpected = violations
    .filter(({ property, classId }) => !isExpected(design, property, faultSet(classId)))
    .map(
      ({ property, classId, steps, root, trace }): Finding => ({
        design,
        guarantee: property,
        faults: classId,
        steps,
        bounds,
        hashOrder: root,
        actions: trace(),
        repeatsFrom: null,
      }),
    )
  const classes = classesOf(bounds)
  return { design, bounds: describeBounds(bounds), classes, states, transitions, seconds, exhausted, unexpected }
}

/** Some set that is expected to suffice is among the classes. */
function isExpected(design: string, guarantee: string, faults: readonly FaultId[]): boolean {
  const row = (OF_DESIGN as readonly string[]).includes(guarantee) ? design : RUNTIME_ROW
  return (EXPECTED[row]?.[guarantee] ?? []).some((set) => set.every((fault) => faults.includes(fault)))
}
