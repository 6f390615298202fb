// What may be put in the place of a right part of the world, each where the code takes that part as a parameter anyway:
// this is how mistakes are planted, without a switch anywhere in what is checked.
// Read next: ../mutants/mutant.ts (who plants), world.ts.
import type { MemoryCheckpointStorage } from '../../impl/runtime/checkpointStorage.ts'
import type { EmbeddedHostOptions } from '../../impl/runtime/embeddedHost.ts'
import type { JobOptions } from '../../impl/runtime/jobOptions.ts'
import type { Protocol } from '../../impl/runtime/protocol.ts'
import type { InspectableSink, SinkSettings } from '../../impl/sinks/designs.ts'

export interface Planted {
  /** In place of the design's sink. */
  readonly sink?: (settings: SinkSettings) => InspectableSink
  /** What a subtask's sink is given: client, time, serialiser. */
  readonly host?: (right: EmbeddedHostOptions) => EmbeddedHostOptions
  readonly storage?: (right: MemoryCheckpointStorage) => MemoryCheckpointStorage
  readonly job?: (right: JobOptions) => JobOptions
  /** Steps of the runtime, by name. */
  readonly protocol?: Partial<Protocol>
  /** Its sink may send what the store refuses for ever. Then its task has failed, and the run drains no more. */
  readonly mayBeRefused?: boolean
}
