// The pure steps that a job is made of, under one name each. A job takes them as a parameter, so that a step with a mistake
// in it can be put in the place of the right one, and nothing else changes.
// Read next: job.ts, subtask.ts (who call them); ../../properties/mutants (who replaces them).
import { arrive, fireTimer, poll } from './barriers/inputGate.ts'
import { redistributeChannels } from './channelRedistribution.ts'
import { stepCoordinator } from './coordination/step.ts'
import { redistribute } from './operatorState.ts'
import { SourceTask } from './sourceTask.ts'

/** What a task asks of its input gate. */
export interface GateProtocol {
  readonly arrive: typeof arrive
  readonly poll: typeof poll
  readonly fireTimer: typeof fireTimer
}

export interface Protocol {
  readonly stepCoordinator: typeof stepCoordinator
  readonly gate: GateProtocol
  readonly redistribute: typeof redistribute
  readonly redistributeChannels: typeof redistributeChannels
  readonly SourceTask: typeof SourceTask
}

export const PROTOCOL: Protocol = {
  stepCoordinator,
  gate: { arrive, poll, fireTimer },
  redistribute,
  redistributeChannels,
  SourceTask,
}
