// A life of the staged sink's pure machines from a list of numbers: over failed requests, lost answers, aborts, lost
// notifications, deaths, restores and zombies, against two maps for the two tables. One number, one event; one that
// cannot happen does nothing. Beside it stands what an outsider knows: the input, and what has been completed.
// Read next: epochs.property.test.ts.
import { fc } from '@fast-check/vitest'
import { checkpointId } from '../../../model/pipeline/ids.ts'
import type { FenceEvent, Stored } from '../fenced/fence.ts'
import { record } from '../gateHost.fixture.ts'
import type { SinkRecord } from '../interfaces.ts'
import {
  type ClosedEpoch,
  initialStaged,
  type StagedEffect,
  type StagedEvent,
  type StagedState,
  stepStaged,
} from './epochs.ts'
import {
  newestOfEach,
  type PublishEvent,
  type PublishState,
  type PublishStep,
  startPublishing,
  stepPublishing,
} from './publishing.ts'
import { publicationsOf, rowAt } from './stagedRow.ts'
import { isStale } from './staleRows.ts'

export type Step = typeof stepStaged<SinkRecord>

/** What the store does for a request, at once; `answer` is heard only by who still lives. */
interface Request {
  readonly apply: () => void
  readonly answer: (lost: boolean) => void
}

interface Checkpoint {
  readonly id: number
  readonly offset: number
  readonly epochs: readonly ClosedEpoch[]
}

const BATCH = 2
const IN_FLIGHT = 2

export const inputs: fc.Arbitrary<readonly SinkRecord[]> = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean()), { minLength: 3, maxLength: 10 })
  .map((all) => all.map(([key, deletes], at) => record(key, at + 1, deletes ? { op: 'delete', value: '' } : {})))
export const schedules = fc.array(fc.nat({ max: 5_000 }), { maxLength: 120, size: 'max' })

export class StagedRun {
  readonly input: readonly SinkRecord[]
  readonly table = new Map<string, SinkRecord>()
  readonly staging = new Map<string, SinkRecord>()
  /** Situations that this run has been in. */
  readonly reached = new Set<string>()
  /** Offset of the newest completed checkpoint: what is before it may be visible. */
  get completedOffset(): number {
    return this.#completed.offset
  }
  readonly #step: Step
  readonly #fenced: boolean
  #state: StagedState<SinkRecord> = initialStaged({ run: 1, attempt: -1, subtask: 0 })
  #publishing: PublishState<SinkRecord> = { waiting: [], inFlight: [], failed: false }
  #requests: Request[] = []
  #zombies: Request[] = []
  #offset = 0
  #ids = 0
  #pending: Checkpoint | null = null
  #completed: Checkpoint = { id: 0, offset: 0, epochs: [] }
  #toTell: number | null = null

  constructor(input: readonly SinkRecord[], step: Step = stepStaged, fenced = true) {
    this.input = input
    this.#step = step
    this.#fenced = fenced
    this.restore()
  }

  perform(choice: number): void {
    const [kind, argument] = [choice % 14, Math.floor(choice / 14)]
    const idle = this.#state.call === null
    if (kind < 3 && idle) this.write()
    else if (kind < 8) this.serve(argument)
    else if (kind === 8 && idle && this.#pending === null) this.checkpoint()
    else if (kind === 9) this.complete()
    else if (kind === 10 && idle) this.tell(argument % 3 === 0)
    else if (kind === 11 && idle && argument % 2 === 0) this.abort()
    else if (kind === 12 && argument % 3 === 0) this.die()
    else if (kind === 13) this.rise(argument)
  }

  /** No more faults: the input is written, a last checkpoint completed and notified, then every zombie lands. */
  finish(): void {
    this.serveAll()
    while (this.#offset < this.input.length) {
      this.write()
      this.serveAll()
    }
    this.#pending = null
    this.checkpoint()
    this.serveAll()
    this.complete()
    this.tell(false)
    this.serveAll()
    while (this.#zombies.length > 0) this.rise(0)
  }

  /** Who restores once more, with no zombie left, leaves nothing in the staging table. */
  restore(): void {
    const { attempt } = this.#state.writer
    this.#state = initialStaged({ run: 1, attempt: attempt + 1, subtask: 0 })
    this.#offset = this.#completed.offset
    this.#pending = null
    this.#toTell = null
    this.#happen({ type: 'open', epochs: this.#completed.epochs })
  }

  serveAll(): void {
    while (this.#requests.length > 0) this.serve(2)
  }

  private write(): void {
    const next = this.input[this.#offset]
    if (next === undefined) return
    this.#offset++
    this.#happen({ type: 'write', record: next })
  }

  private checkpoint(): void {
    this.#ids++
    this.#happen({ type: 'checkpoint', id: checkpointId(this.#ids) })
  }

  private complete(): void {
    if (this.#pending === null) return
    this.#completed = this.#pending
    this.#toTell = this.#pending.id
    this.#pending = null
  }

  private tell(lost: boolean): void {
    if (this.#toTell === null) return
    const id = checkpointId(this.#toTell)
    this.#toTell = null
    if (lost) this.reached.add('notification lost')
    else this.#happen({ type: 'complete', id })
  }

  private abort(): void {
    if (this.#pending === null) return
    const { id } = this.#pending
    this.#pending = null
    if (this.#state.closed.length > 0) this.reached.add('abort with an epoch')
    this.#happen({ type: 'abort', id: checkpointId(id) })
  }

  private die(): void {
    if (this.#state.call !== null) this.reached.add(`death in ${this.#state.call.type}`)
    this.#zombies.push(...this.#requests)
    this.#requests = []
    this.restore()
  }

  /** A request is applied and answered, or fails, or its answer is lost. */
  private serve(argument: number): void {
    const request = this.#requests[Math.floor(argument / 8) % Math.max(1, this.#requests.length)]
    if (request === undefined) return
    this.#requests = this.#requests.filter((each) => each !== request)
    const fate = argument % 8
    if (fate !== 0) request.apply()
    // One that got no answer may still be on its way, and lands later.
    else if (argument % 16 === 0) this.#zombies.push(request)
    request.answer(fate < 2)
  }

  private rise(argument: number): void {
    const zombie = this.#zombies[argument % Math.max(1, this.#zombies.length)]
    if (zombie === undefined) return
    this.#zombies = this.#zombies.filter((each) => each !== zombie)
    this.reached.add('zombie')
    zombie.apply()
  }

  #happen(event: StagedEvent<SinkRecord>): void {
    const { state, effect } = this.#step(BATCH, this.#state, event)
    this.#state = state
    if (effect !== null) this.#perform(effect)
  }

  #perform(effect: StagedEffect<SinkRecord>): void {
    switch (effect.type) {
      case 'snapshot':
        this.#pending = { id: effect.id, offset: this.#offset, epochs: effect.epochs }
        return
      case 'stage': {
        const { writer, epoch, from, records } = effect
        const rows = records.map((each, at) => [rowAt({ ...writer, epoch, number: from + at }), each] as const)
        this.#all(
          rows.map(
            ([row, each]) =>
              () =>
                this.staging.set(row, each),
          ),
          'staged',
        )
        return
      }
      case 'publish': {
        const attempt = this.#state.writer.attempt
        const publications = newestOfEach(effect.epochs.flatMap(publicationsOf))
        this.#publish(attempt, startPublishing(IN_FLIGHT, publications))
        return
      }
      case 'remove':
        this.#removeAll(
          effect.epochs.flatMap(publicationsOf).map(({ row }) => row),
          'removed',
        )
        return
      case 'discardStale': {
        const stale = (row: string) => isStale(this.#state.writer, 1, this.#completed.epochs, row)
        this.#removeAll([...this.staging.keys()].filter(stale), 'discarded')
      }
    }
  }

  #removeAll(rows: readonly string[], event: 'removed' | 'discarded'): void {
    this.#all(
      rows.map((row) => () => this.staging.delete(row)),
      event,
    )
  }

  /** Each until it has an answer; then the event. */
  #all(works: readonly (() => void)[], event: 'staged' | 'removed' | 'discarded'): void {
    const { attempt } = this.#state.writer
    let open = works.length
    if (open === 0) this.#happen({ type: event })
    const send = (apply: () => void): void => {
      this.#requests.push({
        apply,
        answer: (lost) => {
          if (attempt !== this.#state.writer.attempt) return
          if (lost) send(apply)
          else if (--open === 0) this.#happen({ type: event })
        },
      })
    }
    for (const apply of works) send(apply)
  }

  #publish(attempt: number, { state, effects }: PublishStep<SinkRecord>): void {
    if (attempt !== this.#state.writer.attempt) return
    this.#publishing = state
    const happen = (event: PublishEvent<SinkRecord>) => {
      if (attempt === this.#state.writer.attempt)
        this.#publish(attempt, stepPublishing(IN_FLIGHT, this.#publishing, event))
    }
    for (const effect of effects) {
      if (effect.type === 'done') this.#happen({ type: 'published' })
      else if (effect.type === 'fail') throw new Error(`publishing failed: ${effect.why}`)
      else if (effect.type === 'pause') {
        this.reached.add('publishing again')
        happen({ type: 'awake', row: effect.row })
      } else {
        const { row } = effect.publication
        if (effect.request === 'verify') this.reached.add('published before')
        let seen: PublishEvent<SinkRecord> | null = null
        this.#requests.push({
          apply: () => {
            seen = this.#served(effect)
          },
          answer: (lost) => happen(lost || seen === null ? { type: 'fence', row, event: { type: 'failed' } } : seen),
        })
      }
    }
  }

  #served({
    request,
    publication,
    record: written,
  }: Extract<PublishStep<SinkRecord>['effects'][number], { type: 'send' }>): PublishEvent<SinkRecord> {
    const { row, key } = publication
    if (request === 'load') {
      const found = this.staging.get(row)
      const loaded = found === undefined ? null : { version: found.version, content: found.id, record: found }
      return { type: 'loaded', row, loaded }
    }
    const before = this.table.get(key)
    const stored: Stored = before === undefined ? null : { version: before.version, content: before.id }
    let event: FenceEvent = { type: 'found', stored }
    if (request === 'write') {
      const passes = !this.#fenced || before === undefined || before.version < (written as SinkRecord).version
      if (passes) this.table.set(key, written as SinkRecord)
      event = passes ? { type: 'written' } : { type: 'refused' }
    }
    return { type: 'fence', row, event }
  }
}
