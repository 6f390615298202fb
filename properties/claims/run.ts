// A real pipeline driven by hand: named actions of the shared vocabulary, one after the other, and what can be seen of
// it in between. A name that is not enabled stops the run and says what was possible instead.
// Read next: deploy.ts (a job with another sink, a new version of a job).
import type { CompletedCheckpoint } from '../../impl/runtime/checkpointStorage.ts'
import type { Job } from '../../impl/runtime/job.ts'
import type { Element } from '../../impl/runtime/messages.ts'
import type { RecordName } from '../../impl/runtime/sinkHost.ts'
import type { Step } from '../../impl/runtime/steps.ts'
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'
import type { AppliedWrite } from '../../impl/store/gate.ts'
import { ALIGNED, type Bounds } from '../../model/pipeline/bounds.ts'
import { type WorldConfiguration, worldRecords } from '../world/configuration.ts'
import { keepHouse } from '../world/stagedRows.ts'
import { memoryWorldStore, TABLE } from '../world/store.ts'
import { World } from '../world/world.ts'

/** The notes' picture: one source of four records, each with a key of its own; nothing is flushed for being full. */
const BOUNDS: Bounds = {
  ...ALIGNED,
  sources: 1,
  records: 4,
  keys: 4,
  checkpoints: 9,
  capacity: 8,
  batchLimit: 25,
  workload: 'upsert',
  backoffLevels: 1,
  budgets: { F1: 9, F2d: 9, F2f: 9, F3: 9, F4: 9, F5: 9, F6: 9 },
  crashes: 9,
  others: 9,
  poison: 0,
}

/** The request under way is applied and answered. */
export const WRITE = ['apply(sink0, ok)', 'respond(sink0)']
/** Of a checkpoint whose barrier the sink has taken: what is left of it, to the commit point. */
export const COMPLETE = ['acknowledge(sink0)', 'collect(source0)', 'collect(sink0)', 'complete']

/** A configuration of the world with the bounds of these claims. */
export const configured = (design: string, over: Partial<Bounds> = {}): WorldConfiguration => ({
  design,
  bounds: { ...BOUNDS, ...over },
  store: 'memory',
  hashOrder: 0,
})

export class Run {
  readonly world: World
  readonly job: Job
  readonly steps: readonly Step[]

  constructor(world: World, job: Job = world.job, steps: readonly Step[] = world.steps) {
    this.world = world
    this.job = job
    this.steps = steps
  }

  static async of(design: string, over: Partial<Bounds> = {}): Promise<Run> {
    const world = new World(configured(design, over), memoryWorldStore())
    await world.start()
    return new Run(world)
  }

  enabled(name: string): boolean {
    return this.steps.some((step) => step.name === name && step.enabled())
  }

  /** Performs the named actions in order; `emit(0) x3` is three. */
  async act(...names: (string | readonly string[])[]): Promise<this> {
    for (const name of names.flat()) {
      const [, action, times] = /^(.*?)(?: x(\d+))?$/.exec(name) ?? []
      for (let i = 0; i < Number(times ?? 1); i++) await this.#perform(action ?? name)
    }
    return this
  }

  /** Until every task is through its open(): before that nothing is triggered. */
  opened(): Promise<this> {
    return this.until(() => this.job.subtasks.every(({ mail }) => mail?.kind !== 'open'), /^(apply|respond)\(/)
  }

  /** A checkpoint now, from the trigger to its completion, with what is in the channels before its barrier. */
  async checkpoint(): Promise<this> {
    await this.opened()
    await this.act('trigger')
    const moves = /^(barrier|receive|apply|respond|acknowledge|collect|complete)\b/
    return this.until(() => this.job.coordinator.pending.length === 0, moves)
  }

  /** The process dies: nothing is called. Then a new attempt starts. */
  death(): Promise<this> {
    return this.act('crash(death)', 'restore')
  }

  /** Every close() is called and may write, and it is answered. Then a new attempt starts. */
  async failover(): Promise<this> {
    await this.act('crash(failover)')
    return this.until(() => this.job.running, /^(close|apply|respond|timer|restore)\b/)
  }

  /** To the end of the input and the last checkpoint, fairly, without further faults. */
  drain(): Promise<this> {
    return this.until(() => this.drained, /^(?!trigger$)/)
  }

  /** All input taken, the last checkpoint notified, and no mail waits for the store. */
  get drained(): boolean {
    const { job } = this
    return job.running && job.inputTaken && job.lastNotified && job.subtasks.every(({ mail }) => mail === null)
  }

  /** Takes the first possible of these steps, faults apart, again and again. */
  async until(reached: () => boolean, moves: RegExp): Promise<this> {
    for (let taken = 0; !reached(); taken++) {
      const step = this.steps.find((each) => moves.test(each.name) && !isFault(each) && each.enabled())
      if (step === undefined || taken > 1000) throw new Error(`the run does not go on: ${this.#possible()}`)
      await this.#perform(step.name)
    }
    return this
  }

  get offset(): number {
    return this.job.sources[0]?.offset ?? 0
  }

  /** Elements of a channel, the one that is received next first. */
  channel(number = 0): string[] {
    return this.job.channel(number).map(elementText)
  }

  get buffered(): number[] {
    return ids(this.job.subtasks[0]?.host.insight()?.buffered ?? [])
  }

  /** Records of the request that is at the store. */
  get inRequest(): number[] {
    return (this.world.store.gate.requests[0]?.items ?? []).map((item) => Number(item.attributes.id?.S))
  }

  /** Records whose writes reached the table, in order, repeats included. */
  get written(): number[] {
    return this.#writes.map((write) => Number(write.attributes.id?.S))
  }

  /** Records of the input whose key never got a write at least as new: lost, once the run has drained. */
  get missing(): number[] {
    const writes = this.#writes
    const covers = (record: SinkRecord) =>
      writes.some(({ attributes: { pk, version } }) => pk?.S === record.key && Number(version?.N) >= record.version)
    return ids(worldRecords(this.world.configuration.bounds).filter((record) => !covers(record)))
  }

  get completed(): CompletedCheckpoint | null {
    const newest = this.job.options.storage.newest()
    if (newest instanceof Promise) throw new Error('expected checkpoint storage in memory')
    return newest
  }

  /** Records in the sink's state of the newest completed checkpoint. */
  get inState(): number[] {
    const lists = Object.values(this.completed?.operatorState[0] ?? {})
    return lists.flatMap(({ elements }) => ids(elements.flatMap(recordsOf)))
  }

  /** Records in the channel state of the newest completed checkpoint: its barrier overtook them. */
  get inChannels(): number[] {
    return ids((this.completed?.channels ?? []).flatMap(({ records }) => records))
  }

  /** Records that the sink was handed in an attempt, in order (the world's own sinks only). */
  handed(attempt: number): number[] {
    return this.world.calls.flatMap((c) => (c.attempt === attempt && c.record !== null ? [Number(c.record.id)] : []))
  }

  /** What reached the table: what is staged beside it no reader sees. */
  get #writes(): readonly AppliedWrite[] {
    return this.world.store.gate.history.filter(({ table }) => table === TABLE)
  }

  async #perform(name: string): Promise<void> {
    const step = this.steps.find((each) => each.name === name && each.enabled())
    if (step === undefined) throw new Error(`${name} is not enabled; possible are ${this.#possible()}`)
    const moving = step.perform()
    if (moving !== undefined) await this.world.store.settle()
    await keepHouse(this.job, this.world.store)
    for (const { failure, host } of this.job.subtasks) if (failure ?? host.failure) throw failure ?? host.failure
  }

  #possible(): string {
    return this.steps.flatMap((step) => (step.enabled() ? [step.name] : [])).join(', ')
  }
}

/** An element of operator state is a record, or has several. */
const recordsOf = (element: unknown): readonly RecordName[] =>
  (element as { readonly records?: readonly RecordName[] }).records ?? [element as RecordName]

export const ids = (records: readonly RecordName[]): number[] => records.map((record) => Number(record.id))

const isFault = (step: Step): boolean => ('kind' in step && step.kind === 'fault') || step.name.startsWith('crash(')

const elementText = (element: Element): string =>
  element.type === 'record' ? element.record.id : element.type === 'barrier' ? `|${element.checkpointId}|` : 'end'
