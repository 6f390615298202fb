// A coordinator driven by short words, for tests: what came out of each event, and what is left. Two sources feed two
// sinks unless said otherwise; a state is the text `task@id`. Read next: step.ts.
import { attempt, type CheckpointId, checkpointId } from '../../../model/pipeline/ids.ts'
import { type CoordinatorStart, initialCoordinator } from './initial.ts'
import type { SnapshotKind } from './kinds.ts'
import type { CoordinatorEffect, CoordinatorEvent, CoordinatorStep, Restored } from './messages.ts'
import type { DeclineReason } from './reasons.ts'
import type { CoordinatorConfig, CoordinatorState } from './state.ts'
import { stepCoordinator } from './step.ts'

type Said = CoordinatorEffect<string>

export class Run {
  state: CoordinatorState<string>
  nowMs = 0

  constructor(config: Partial<CoordinatorConfig> = {}, start: Partial<CoordinatorStart> = {}) {
    this.state = initialCoordinator({ tasks: 4, sources: 2, ...start }, config)
  }

  on(event: CoordinatorEvent<string>): CoordinatorStep<string> {
    const step = stepCoordinator(this.state, event)
    this.state = step.state
    return step
  }

  request(number: number, kind: SnapshotKind = 'checkpoint', periodic = false): readonly Said[] {
    return this.on({ type: 'request', kind, number, periodic, nowMs: this.nowMs }).effects
  }

  ack(task: number, id: number, state: string | null = `${task}@${id}`, of: number = this.state.attempt) {
    return this.on({ type: 'acknowledge', task, attempt: attempt(of), id: checkpointId(id), state })
  }

  decline(task: number, id: number, reason: DeclineReason = 'CHECKPOINT_DECLINED', of: number = this.state.attempt) {
    return this.on({ type: 'decline', task, attempt: attempt(of), id: checkpointId(id), reason }).effects
  }

  about(type: 'expire' | 'complete' | 'stored', id: number): readonly Said[] {
    const about = { id: checkpointId(id) }
    return this.on(type === 'stored' ? { type, ...about, nowMs: this.nowMs } : { type, ...about }).effects
  }

  storeFailed(id: number, possiblyStored = false): readonly Said[] {
    return this.on({ type: 'storeFailed', id: checkpointId(id), possiblyStored }).effects
  }

  /** All that are still missing acknowledge. */
  ackAll(id: number): void {
    const pending = this.state.pending.find((each) => each.id === id)
    for (const task of pending?.plan ?? []) if (pending?.collected[task] === null) this.ack(task, id)
  }

  /** To the end: acknowledged, stored, told. */
  finish(id: number): readonly Said[] {
    this.ackAll(id)
    return [...this.about('complete', id), ...this.about('stored', id)]
  }

  tick(nowMs: number): readonly Said[] {
    this.nowMs = nowMs
    return this.on({ type: 'tick', nowMs }).effects
  }

  startScheduler(initialDelayMs: number): readonly Said[] {
    return this.on({ type: 'startScheduler', nowMs: this.nowMs, initialDelayMs }).effects
  }

  restart(restored: number | null, more: Partial<Restored> = {}, nextId = this.state.nextId): readonly Said[] {
    const found = restored === null ? null : { id: checkpointId(restored), savepoint: false, ...more }
    return this.on({ type: 'restart', attempt: attempt(this.state.attempt + 1), restored: found, nextId }).effects
  }

  get pendingIds(): readonly CheckpointId[] {
    return this.state.pending.map(({ id }) => id)
  }

  get retainedIds(): readonly CheckpointId[] {
    return this.state.retained.map(({ id }) => id)
  }
}

/** An effect in one line: the type, then its fields in the order in which they are declared. */
const line = ({ type, ...fields }: Said): string =>
  [type, ...Object.values(fields).map((each) => (typeof each === 'object' ? JSON.stringify(each) : each))].join(' ')

/** Effects in lines, of some types only if any are named. */
export const lines = (effects: readonly Said[], ...types: readonly Said['type'][]): readonly string[] =>
  effects.filter(({ type }) => types.length === 0 || types.includes(type)).map(line)
