// Performs one round: the program started, killed, its checkpoint damaged, its disk full, started again, and at last left
// to finish; then what it left is judged. What is not as it must be before that (a start that ends otherwise than planned)
// is a failure in words.
// Read next: roundPlan.ts, judge.ts, faultProxy.ts.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { FaultId } from '../../model/pipeline/vocabulary.ts'
import { writeInput } from '../kill/input.ts'
import { type RunEnd, type RunFlags, startRun } from '../kill/killedRun.ts'
import { type Damage, type Damaged, damageNewest } from './damage.ts'
import { type FaultKind, faultKind } from './faultKinds.ts'
import { faultAt } from './faultPlan.ts'
import type { FaultProxy } from './faultProxy.ts'
import type { FullDisk } from './fullDisk.ts'
import { type Judgement, judge } from './judge.ts'
import type { RoundPlan, RunMoment, StartPlan } from './roundPlan.ts'
import type { StoreKillPlace, StoreLine } from './storeLine.ts'

/** Where a round happens. */
export interface Scene {
  readonly folder: string
  readonly line: StoreLine
  readonly proxy: FaultProxy
  readonly disk: FullDisk
  /** Node's arguments that start `sinkproof run`. */
  readonly program: readonly string[]
}

export interface RoundResult {
  readonly plan: RoundPlan
  readonly kills: ReadonlyMap<RunMoment | StoreKillPlace, number>
  readonly faults: ReadonlyMap<FaultKind, number>
  readonly damages: ReadonlyMap<Damage, number>
  readonly diskFull: number
  /** Starts of the program after its first. */
  readonly restarts: number
  /** Rows that the store confirmed, and records confirmed more than once. */
  readonly writes: number
  readonly repeated: number
  readonly judgement: Judgement | null
  /** What was not as it must be, in a sentence. */
  readonly failure: string | null
}

/** Of a start that found the store too slow to look at the table: a person would try again too. */
const TRIES = 3

/** A start ended otherwise than it must. */
class RoundFailure extends Error {}

export class Round {
  readonly #plan: RoundPlan
  readonly #scene: Scene
  readonly #flags: RunFlags
  readonly #checkpoints: string
  readonly #classes = new Set<FaultId>()
  readonly #kills = new Map<RunMoment | StoreKillPlace, number>()
  readonly #damages = new Map<Damage, number>()
  #diskFull = 0
  #starts = 0
  /** The explicit choice that the next start makes. */
  #restartFrom: number | null = null

  constructor(plan: RoundPlan, scene: Scene) {
    this.#plan = plan
    this.#scene = scene
    const { name, design, checkpointEvery, parallelism, requestTimeoutMs } = plan
    this.#checkpoints = join(plan.starts.some(({ diskFull }) => diskFull) ? scene.disk.root : scene.folder, name)
    this.#flags = {
      input: join(scene.folder, `${name}.csv`),
      table: name,
      endpoint: scene.proxy.url,
      checkpoints: this.#checkpoints,
      design,
      checkpointEvery,
      parallelism,
      requestTimeoutMs,
      createTable: true,
    }
  }

  async toTheEnd(): Promise<RoundResult> {
    const { proxy, line } = this.#scene
    const input = writeInput(this.#flags.input, this.#plan.records, this.#plan.symbols, this.#plan.name)
    let current: StartPlan | null = null
    line.kills.clear()
    proxy.beginRound({
      fault: (write) => faultAt({ ...this.#plan, seed: this.#plan.name }, write),
      storeKill: (write) => (current?.storeKill?.write === write ? current.storeKill.place : null),
      inTimeMs: this.#plan.requestTimeoutMs / 4,
    })
    let failure: string | null = null
    let judgement: Judgement | null = null
    try {
      for (const start of this.#plan.starts) {
        current = start
        if (await this.#startOf(start)) break
      }
      current = null
      await this.#finish()
      await proxy.landAll()
      judgement = this.#judged(input.table, await line.rows(this.#plan.name))
    } catch (error) {
      if (!(error instanceof RoundFailure)) throw error
      failure = error.message
    }
    this.#scene.disk.free()
    for (const path of [this.#checkpoints, this.#flags.input]) rmSync(path, { recursive: true, force: true })
    for (const [place, kills] of line.kills) this.#kills.set(place, kills)
    return {
      plan: this.#plan,
      kills: this.#kills,
      faults: new Map(proxy.struck),
      damages: this.#damages,
      diskFull: this.#diskFull,
      restarts: this.#starts - 1,
      writes: proxy.history.writes,
      repeated: proxy.history.repeated,
      judgement,
      failure,
    }
  }

  /** True where the program came to its end before its kill. */
  async #startOf({ kill, damage, diskFull }: StartPlan): Promise<boolean> {
    if (diskFull !== null && (await this.#onFullDisk(diskFull.room))) return true
    const { moment, count } = kill
    const end = await this.#start(`${moment}:${count}`)
    if (end.code === 0) return true
    if (end.signal !== 'SIGKILL')
      throw new RoundFailure(`${spelled(end)} where it was to be killed at ${moment}:${count}`)
    this.#kills.set(moment, (this.#kills.get(moment) ?? 0) + 1)
    this.#classes.add('F2d')
    const damaged = damage === null ? null : await damageNewest(this.#checkpoints, damage.kind, damage.share)
    if (damaged !== null) await this.#refused(damaged)
    return false
  }

  async #finish(): Promise<void> {
    const end = await this.#start()
    if (end.code !== 0) throw new RoundFailure(`${spelled(end)} where it was to finish`)
  }

  /** A damaged checkpoint is refused by its name before anything is written; an older one is taken when it is chosen. */
  async #refused({ kind, path, older }: Damaged): Promise<void> {
    const { proxy } = this.#scene
    const before = proxy.writes
    const end = await this.#start()
    const named = end.stderr.includes(`${path}: damaged`)
    if (end.code !== 2 || !named || proxy.writes !== before)
      throw new RoundFailure(
        `${spelled(end)}, ${proxy.writes - before} writes, where the ${kind} checkpoint was to be refused by its name`,
      )
    this.#damages.set(kind, (this.#damages.get(kind) ?? 0) + 1)
    this.#restartFrom = older
  }

  /** True where the room sufficed to its end. */
  async #onFullDisk(room: number): Promise<boolean> {
    const { disk } = this.#scene
    const injected = disk.fill(room)
    const end = await this.#start(injected)
    disk.free()
    if (end.code === 0 && room > 0) return true
    if (end.code !== 2 || !/no space left \(ENOSPC\)/.test(end.stderr))
      throw new RoundFailure(`${spelled(end)} where the disk was full`)
    this.#diskFull += 1
    this.#classes.add('F2f')
    return false
  }

  /** Again where it could not look at the table: nothing has happened then. */
  async #start(kill?: string): Promise<RunEnd> {
    const { proxy, program } = this.#scene
    const flags = this.#restartFrom === null ? this.#flags : { ...this.#flags, restartFrom: this.#restartFrom }
    for (let tries = 1; ; tries++) {
      await proxy.quiet()
      proxy.beginStart()
      this.#starts += 1
      const end = await startRun(flags, kill, program)
      if (end.hung) throw new RoundFailure('the program was still running after two minutes')
      await proxy.quiet()
      if (end.code !== 2 || !/cannot reach/.test(end.stderr) || tries === TRIES) {
        if (end.code === 0 || end.signal === 'SIGKILL') this.#restartFrom = null
        return end
      }
    }
  }

  #judged(expected: Parameters<typeof judge>[0]['expected'], rows: typeof expected): Judgement {
    const { proxy } = this.#scene
    for (const kind of proxy.struck.keys()) for (const each of faultKind(kind).classes) this.#classes.add(each)
    const { design, symbols } = this.#plan
    const confirmed = proxy.history.newest
    return judge({ design, symbols, classes: this.#classes, expected, rows, confirmed })
  }
}

const spelled = ({ code, signal, stderr }: RunEnd): string =>
  `the program ended with ${signal ?? `exit code ${code}`} (${stderr.trim().split('\n').at(-1) ?? ''})`
