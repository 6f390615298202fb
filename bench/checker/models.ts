// What is searched: the yardsticks, whose counts are known, and the pipeline at three bounds. A row is data; the names
// are those that processes are started with. Read next: searchRun.ts, ../suites/checker.ts.
import type { Spec } from '../../model/kernel/index.ts'
import { type Bounds, SMALL } from '../../model/pipeline/bounds.ts'
import { designNamed } from '../../model/pipeline/sinks/designs.ts'
import { pipelineSpec } from '../../model/pipeline/spec.ts'
import { yardsticks } from '../../model/yardsticks/index.ts'

export interface Counts {
  readonly states: number
  readonly transitions: number
  readonly depth: number
}

export interface SearchedModel {
  readonly name: string
  readonly spec: () => Spec
  /** Null: counted at the start of the suite, by one thread. */
  readonly expected: Counts | null
}

/** Some thousands of states, a quarter of a million, a million. */
const PIPELINE: Readonly<Record<string, Bounds>> = {
  'pipeline-S': { ...SMALL, capacity: 1, others: 0 },
  'pipeline-M': { ...SMALL, others: 2 },
  'pipeline-L': { ...SMALL, sources: 2, records: 1, others: 1 },
}

export const MODELS: readonly SearchedModel[] = [
  ...yardsticks.map(({ name, spec, expected }) => ({ name, spec: () => spec, expected })),
  ...Object.entries(PIPELINE).map(([name, bounds]) => ({
    name,
    spec: () => pipelineSpec(designNamed('listStateBuffer'), bounds),
    expected: null,
  })),
]

/** @throws Error naming the models there are. */
export function modelNamed(name: string): SearchedModel {
  const found = MODELS.find((row) => row.name === name)
  if (found === undefined) throw new Error(`expected one of ${MODELS.map((row) => row.name).join(', ')}, got '${name}'`)
  return found
}
