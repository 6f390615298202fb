// One row a kind of recording: which Flink class ran, how its cases are written, and what replays them here. The row is
// chosen by what the file says of itself, `source` and `format`, never by its name. Read next: replayFolder.ts.
import type { z } from 'zod'
import { replayAsyncSinkModel } from './asyncSinkModel.ts'
import { replayAsyncSinkWriter } from './asyncSinkRuntime.ts'
import { replayBarriers1, replayBarriers2 } from './barriersRuntime.ts'
import { replayCoordinator } from './coordinationRuntime.ts'
import { replayCoordinatorModel } from './coordinatorModel.ts'
import { barriers1, barriers2 } from './formats/barriers.ts'
import { asyncSinkWriter1, coordinator2, operatorState1, repartition2 } from './formats/others.ts'
import { replayBarriersModel } from './gatesModel.ts'
import { NOT_REPLAYED, replayOperatorState } from './operatorStateRuntime.ts'
import { replayRepartitionModel } from './repartitionModel.ts'
import { replayRepartition } from './repartitionRuntime.ts'
import type { Difference } from './replay.ts'

export type Side = 'runtime' | 'model'
type AnyReplay = (recorded: never) => Difference | null | Promise<Difference | null>

export interface Kind {
  readonly format: string
  /** The class that ran, as it stands in `source`. */
  readonly source: RegExp
  readonly about: string
  readonly schema: z.ZodType<{ name: string }>
  /** Null where the side has no notion of it. */
  readonly replay: Readonly<Record<Side, AnyReplay | null>>
  /** Cases that are read and not replayed, by name, with the reason. */
  readonly notReplayed?: Readonly<Record<string, string>>
}

const kind = (
  format: string,
  source: RegExp,
  about: string,
  schema: z.ZodType<{ name: string }>,
  runtime: AnyReplay | null,
  model: AnyReplay | null,
): Kind => ({ format, source, about, schema, replay: { runtime, model } })

export const KINDS: readonly Kind[] = [
  kind(
    'barriers/1',
    /\bSingleCheckpointBarrierHandler\.aligned\b/,
    'barriers, aligned',
    barriers1,
    replayBarriers1('aligned'),
    replayBarriersModel('aligned', 'barriers/1'),
  ),
  kind(
    'barriers/1',
    /\bCheckpointBarrierTracker\b/,
    'barriers, at least once',
    barriers1,
    replayBarriers1('atLeastOnce'),
    replayBarriersModel('atLeastOnce', 'barriers/1'),
  ),
  kind(
    'barriers/2',
    /\bSingleCheckpointBarrierHandler\.unaligned\b/,
    'barriers, unaligned',
    barriers2,
    replayBarriers2('unaligned'),
    replayBarriersModel('unaligned', 'barriers/2'),
  ),
  kind(
    'barriers/2',
    /\bSingleCheckpointBarrierHandler\.alternating\b/,
    'barriers, alternating',
    barriers2,
    replayBarriers2('alternating'),
    replayBarriersModel('alternating', 'barriers/2'),
  ),
  kind(
    'coordinator/2',
    /\bCheckpointCoordinator\b/,
    'coordinator',
    coordinator2,
    replayCoordinator,
    replayCoordinatorModel,
  ),
  kind(
    'repartition/2',
    /\bRoundRobinOperatorStateRepartitioner\b/,
    'redistribution',
    repartition2,
    replayRepartition,
    replayRepartitionModel,
  ),
  {
    ...kind(
      'operator-state/1',
      /\bDefaultOperatorStateBackend\b/,
      'operator state',
      operatorState1,
      replayOperatorState,
      null,
    ),
    notReplayed: NOT_REPLAYED,
  },
  kind(
    'async-sink-writer/1',
    /\bAsyncSinkWriter\b/,
    'async sink writer',
    asyncSinkWriter1,
    replayAsyncSinkWriter,
    replayAsyncSinkModel(),
  ),
]

/** The row for what a file says of itself, or what is wrong with it. */
export function kindOf(source: string, format: string): Kind | string {
  const ofFormat = KINDS.filter((row) => row.format === format)
  if (ofFormat.length === 0)
    return `unknown format "${format}"; there are ${[...new Set(KINDS.map((row) => row.format))].join(', ')}`
  const found = ofFormat.find((row) => row.source.test(source))
  return found ?? `format ${format} is known, the class in its source is not: "${source}"`
}
