// Recorded barrier cases on the model's gates: over range-checked plain storage sized for the case, call by call. Of
// format barriers/2 the calls that the handler got are replayed (`in`, `timer`); data is no business of a gate.
// Read next: ../../model/pipeline/gates/gate.ts, kinds.ts.
import { plain } from '../../model/kernel/plain.ts'
import type { Alignment } from '../../model/pipeline/bounds.ts'
import type { Cell } from '../../model/pipeline/coordination/index.ts'
import {
  type BarrierKind,
  type Gate,
  type GateCells,
  type GateEffects,
  GateError,
  gateOf,
  gateVariables,
  openChannels,
} from '../../model/pipeline/gates/index.ts'
import type { Difference } from './replay.ts'

type Entry = readonly unknown[]

export interface BarrierStep {
  readonly event: Entry
  readonly out: readonly Entry[]
  readonly error?: string
  readonly blocked?: readonly number[]
  readonly latest?: number
  readonly pending?: boolean
  readonly aligned?: readonly number[]
  readonly open?: number
  readonly pendingIds?: readonly number[]
  readonly timers?: readonly number[]
}

export interface BarrierCase {
  readonly name: string
  readonly channels: number
  readonly config: { readonly checkpointsAfterTasksFinish: boolean; readonly alignedCheckpointTimeoutMs?: number }
  readonly steps: readonly BarrierStep[]
}

/** Changes the gate under test: a planted bug. */
export type Sabotage = (gate: Gate, cells: GateCells, effects: GateEffects) => Gate

export const replayBarriersModel =
  (alignment: Alignment, format: 'barriers/1' | 'barriers/2', sabotage: Sabotage = (gate) => gate) =>
  (recorded: BarrierCase): Difference | null =>
    new GateReplay(alignment, recorded, sabotage).run(format)

class GateReplay {
  readonly #recorded: BarrierCase
  readonly #cells: GateCells
  readonly #gate: Gate
  #out: Entry[] = []
  #clockMs = 0
  /** Creation time of each checkpoint: the clock when its first barrier arrived anywhere. */
  readonly #createdMs = new Map<number, number>()
  #timerDueMs = 0
  /** A start throws where a channel has already received a newer barrier: the vector says where. */
  #startFails = false

  constructor(alignment: Alignment, recorded: BarrierCase, sabotage: Sabotage) {
    this.#recorded = recorded
    const storage = plain(gateVariables(alignment, recorded.channels, highestId(recorded), true))
    const { state } = storage
    const cell = (name: 'latest' | 'over' | 'target' | 'overtaking' | 'timer'): Cell => ({
      read: () => state[name],
      write: (value) => {
        state[name] = value
      },
    })
    const { aligned, blocked, closed, announced, queue, counted } = state
    this.#cells = {
      channels: recorded.channels,
      latest: cell('latest'),
      over: cell('over'),
      target: cell('target'),
      overtaking: cell('overtaking'),
      timer: cell('timer'),
      aligned,
      blocked,
      closed,
      announced,
      queue,
      counted,
    }
    const say = (...entry: Entry) => void this.#out.push(entry)
    const withHow = recorded.steps.some(({ event }) => event[0] === 'arrive' || event[0] === 'poll')
    const effects: GateEffects = {
      trigger: (id, unaligned) =>
        withHow ? say('trigger', id - 1, unaligned ? 'unaligned' : 'aligned') : say('trigger', id - 1),
      abort: (id, reason) => say('abort', id - 1, reason),
      resume: (channel) => say('resume', [channel]),
      init: (id) => say('init', id - 1),
      start: (id) => {
        say('start', id - 1)
        return !this.#startFails
      },
      stop: (id) => say('stop', id - 1),
      prioritize: (channel) => say('prioritize', channel),
    }
    const options = { checkpointsAfterTasksFinish: recorded.config.checkpointsAfterTasksFinish }
    this.#gate = sabotage(gateOf(alignment, this.#cells, effects, options), this.#cells, effects)
  }

  run(format: 'barriers/1' | 'barriers/2'): Difference | null {
    for (const [step, recorded] of this.#recorded.steps.entries()) {
      const difference = format === 'barriers/1' ? this.#step1(recorded) : this.#step2(recorded)
      if (difference !== null) return { step, ...difference }
      if (recorded.error !== undefined) return null
      const wrong = this.#state(recorded)
      if (wrong !== null) return { step, ...wrong }
    }
    return null
  }

  #step1({ event, out, error }: BarrierStep): Omit<Difference, 'step'> | null {
    const [kind, channel] = event as readonly [string, number]
    const id = toModel(event[2] as number)
    return this.#call(
      () => {
        if (kind === 'barrier') this.#gate.barrier(channel, id, 'aligned', false)
        else if (kind === 'cancel') this.#gate.cancel(channel, id)
        else if (kind === 'eop') this.#gate.endOfPartition(channel, false)
      },
      out.filter(([name]) => name !== 'emit'),
      error,
    )
  }

  /** Each call that the handler got, with what came out of it. */
  #step2({ event, out, error }: BarrierStep): Omit<Difference, 'step'> | null {
    if (event[0] === 'time') this.#clockMs = event[1] as number
    if (event[0] === 'arrive' && event[1] === 'barrier')
      this.#createdMs.set(toModel(event[3] as number), event[5] as number)
    const calls: { call: Entry; caused: Entry[] }[] = []
    for (const entry of out) {
      if (entry[0] === 'in' || entry[0] === 'timer') calls.push({ call: entry, caused: [] })
      else if (entry[0] !== 'emit' && entry[0] !== 'capture') {
        const last = calls.at(-1)
        if (last === undefined) return { expected: entry, seen: 'nothing called the gate' }
        last.caused.push(entry)
      }
    }
    for (const [at, { call, caused }] of calls.entries()) {
      this.#startFails =
        caused.some(([name]) => name === 'start') &&
        caused.some(([name, , reason]) => name === 'abort' && reason === 'CHECKPOINT_SUBSUMED')
      const failed = at === calls.length - 1 ? error : undefined
      const difference = this.#call(() => this.#perform(call), caused, failed)
      if (difference !== null) return difference
    }
    return null
  }

  #perform(call: Entry): void {
    if (call[0] === 'timer') {
      this.#gate.alignmentTimer()
      return
    }
    const [, kind, channel, recordedId, how] = call as readonly [string, string, number, number, string]
    const id = toModel(recordedId)
    if (kind === 'barrier') this.#gate.barrier(channel, id, this.#kindOf(id, how), this.#timedOut(id))
    else if (kind === 'announce') this.#gate.announcement(channel, id)
    else if (kind === 'cancel') this.#gate.cancel(channel, id)
    else this.#gate.endOfPartition(channel, this.#timedOut(this.#gate.latest()))
  }

  /** The type with which the barrier was sent on that channel; one and the same for aligned ones of an id. */
  #kindOf(id: number, how: string): BarrierKind {
    if (how === 'unaligned') return 'unaligned'
    for (const { event } of this.#recorded.steps)
      if (
        event[0] === 'arrive' &&
        event[1] === 'barrier' &&
        toModel(event[3] as number) === id &&
        event[4] !== 'unaligned'
      )
        return event[4] as BarrierKind
    return 'aligned'
  }

  #timedOut(id: number): boolean {
    const created = this.#createdMs.get(id)
    const timeoutMs = this.#recorded.config.alignedCheckpointTimeoutMs
    return created !== undefined && timeoutMs !== undefined && this.#clockMs - created > timeoutMs
  }

  #call(call: () => void, expected: readonly Entry[], error: string | undefined): Omit<Difference, 'step'> | null {
    this.#out = []
    let thrown: Error | null = null
    const armedFor = this.#gate.timerArmed() ? this.#gate.latest() : 0
    try {
      call()
    } catch (failure) {
      if (!(failure instanceof GateError)) throw failure
      thrown = failure
    }
    if (this.#gate.timerArmed() && this.#gate.latest() !== armedFor)
      this.#timerDueMs = Math.max(
        this.#clockMs,
        (this.#createdMs.get(this.#gate.latest()) ?? 0) + (this.#recorded.config.alignedCheckpointTimeoutMs ?? 0),
      )
    const seen = merged(this.#out)
    if (JSON.stringify(merged(expected)) !== JSON.stringify(seen)) return { expected: merged(expected), seen }
    if ((error === undefined) !== (thrown === null))
      return { expected: error ?? 'no error', seen: thrown?.message ?? 'no error' }
    return null
  }

  #state(recorded: BarrierStep): Omit<Difference, 'step'> | null {
    const { channels, queue, aligned } = this.#cells
    const flags = (of: (channel: number) => boolean) => Array.from({ length: channels }, (_, c) => c).filter(of)
    const seen = {
      blocked: flags((c) => this.#gate.isBlocked(c)),
      latest: this.#gate.latest() - 1,
      pending: this.#gate.pending(),
      open: openChannels(this.#cells),
      ...(recorded.aligned === undefined ? {} : { aligned: flags((c) => aligned.at(c) === 1) }),
      ...(recorded.pendingIds === undefined
        ? {}
        : { pendingIds: Array.from({ length: queue.length }, (_, i) => queue.at(i) - 1) }),
      ...(recorded.timers === undefined ? {} : { timers: this.#gate.timerArmed() ? [this.#timerDueMs] : [] }),
    }
    for (const [name, value] of Object.entries(seen)) {
      const expected = recorded[name as keyof BarrierStep]
      if (JSON.stringify(expected) !== JSON.stringify(value))
        return { expected: { [name]: expected }, seen: { [name]: value } }
    }
    return null
  }
}

/** Recorded ids start at 0, and -1 is none; the model's start at 1. */
const toModel = (id: number): number => id + 1

/** Neighbouring resumes as one, sorted: Flink resumes in hash order. */
function merged(entries: readonly Entry[]): Entry[] {
  const out: Entry[] = []
  for (const entry of entries) {
    const last = out.at(-1)
    if (entry[0] === 'resume' && last?.[0] === 'resume')
      out[out.length - 1] = ['resume', [...(last[1] as number[]), ...(entry[1] as number[])].sort((a, b) => a - b)]
    else out.push(entry)
  }
  return out
}

const highestId = ({ steps }: BarrierCase): number =>
  1 +
  Math.max(
    1,
    ...steps.map(
      ({ event }) =>
        Number(event[0] === 'arrive' ? (event[1] === 'record' ? 0 : event[3]) : event[0] === 'record' ? 0 : event[2]) ||
        0,
    ),
  )
