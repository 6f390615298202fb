// S1-S5, judged from the store's history and the input alone: every applied write in order, the moments at which
// checkpoints completed, and at the end the table. This is all that is known of a black box.
// Read next: deletesOfKeys.ts, contractJudge.ts, judge.ts.
import { stagingTableOf } from '../../impl/sinks/staged/staged.ts'
import type { AppliedWrite } from '../../impl/store/gate.ts'
import { type Bounds, indexOf, recordCount, sourceOf } from '../../model/pipeline/bounds.ts'
import { adds } from '../../model/pipeline/workloads.ts'
import { worldRecord } from './configuration.ts'
import { DeletesOfKeys } from './deletesOfKeys.ts'
import { TABLE } from './store.ts'

/** Reports that a guarantee fell, with what was expected and what was seen. */
export type Fall = (guarantee: string, seen: string) => void

export interface Origin {
  readonly id: string
  readonly source: number
  readonly index: number
  readonly key: string
  readonly version: number
  readonly deletes: boolean
  /** What it adds to its row; null where it replaces the row. */
  readonly amount: number | null
}

/** Every record of the input by its id. */
export function originsOf(bounds: Bounds): ReadonlyMap<string, Origin> {
  const origins = new Map<string, Origin>()
  for (let record = 1; record <= recordCount(bounds); record++) {
    const { id, key, version, op, value } = worldRecord(bounds, record)
    const amount = adds(bounds) ? Number(value) : null
    const place = { source: sourceOf(bounds, record), index: indexOf(bounds, record) }
    origins.set(id, { id, ...place, key, version, deletes: op === 'delete', amount })
  }
  return origins
}

/** Of a key a newer record covers the older; what adds to a row covers nothing but itself. */
export const coveredBy = (
  { id, key, version, amount }: Origin,
  other: { readonly id?: unknown; readonly key?: unknown; readonly version?: unknown },
): boolean => (amount === null ? other.key === key && Number(other.version) >= version : other.id === id)

const STAGING = stagingTableOf(TABLE)

export class StoreJudge {
  private readonly origins: ReadonlyMap<string, Origin>
  private readonly fall: Fall
  /** Of each key the newest version ever applied, the one a reader saw last, the version of its row, and what is in it. */
  private readonly newest = new Map<string, number>()
  private readonly visible = new Map<string, number>()
  private readonly rows = new Map<string, number>()
  private readonly sums = new Map<string, number>()
  private readonly effects = new Set<string>()
  private readonly deletes: DeletesOfKeys
  private seen = 0

  constructor(origins: ReadonlyMap<string, Origin>, fall: Fall) {
    this.origins = origins
    this.fall = fall
    this.deletes = new DeletesOfKeys(fall)
  }

  /** A record was handed to the sink. */
  handed(id: string): void {
    const origin = this.origins.get(id)
    if (origin?.deletes === true) this.deletes.handed(origin)
  }

  /** True where a write that covers the record has been applied. */
  has({ id, key, version, amount }: Origin): boolean {
    return amount === null ? (this.newest.get(key) ?? 0) >= version : this.effects.has(id)
  }

  /** What the history has got since it was last looked at. `covered`: by source, records in some completed checkpoint. */
  observe(history: readonly AppliedWrite[], covered: readonly number[]): void {
    for (; this.seen < history.length; this.seen++) {
      const write = history[this.seen]
      // What is staged no reader sees.
      if (write === undefined || write.table === STAGING) continue
      if (write.kind === 'delete') this.delete(write, covered)
      else this.write(write, covered)
    }
  }

  /** At quiescence. */
  ended(): void {
    const origins = [...this.origins.values()]
    if (origins.some(({ amount }) => amount !== null)) this.endedAdding(origins)
    else this.endedReplacing(origins)
  }

  private endedReplacing(origins: readonly Origin[]): void {
    const lost = origins.find((origin) => !this.has(origin))
    if (lost !== undefined)
      this.fall(
        'S1',
        `record ${lost.id} (${lost.key} version ${lost.version}): no write of its key at least as new was applied`,
      )
    const last = origins.filter(({ key, version }) => !origins.some((o) => o.key === key && o.version > version))
    const wrong = last.find(({ key, version, deletes }) => this.rows.get(key) !== (deletes ? undefined : version))
    if (wrong === undefined) return
    const row = this.rows.get(wrong.key)
    const wanted = wrong.deletes
      ? `no row (deleted by record ${wrong.id})`
      : `version ${wrong.version} (record ${wrong.id})`
    this.fall(
      'S2',
      `${wrong.key} should end with ${wanted}, the table has ${row === undefined ? 'no row' : `version ${row}`}`,
    )
  }

  /** The sequential result is a sum. */
  private endedAdding(origins: readonly Origin[]): void {
    const wanted = new Map<string, number>()
    for (const { key, amount } of origins) wanted.set(key, (wanted.get(key) ?? 0) + (amount ?? 0))
    const sums = [...wanted].map(([key, sum]) => ({ key, sum, found: this.sums.get(key) ?? 0 }))
    const less = sums.find(({ sum, found }) => found < sum)
    if (less !== undefined) this.fall('S1', `${less.key} should add up to ${less.sum} at least, it has ${less.found}`)
    const other = sums.find(({ sum, found }) => found !== sum)
    if (other !== undefined) this.fall('S2', `${other.key} should add up to ${other.sum}, it has ${other.found}`)
  }

  /** A put or an addition, whose row has the record's id. A tombstone reads as no row. */
  private write({ attributes, changed }: AppliedWrite, covered: readonly number[]): void {
    const origin = this.origins.get(attributes.id?.S ?? '')
    if (origin === undefined) return
    const { id, key, version, source, index } = origin
    const before = this.visible.get(key) ?? 0
    if (version < before) this.fall('S3', `${key} went back from version ${before} to ${version}`)
    if (changed) {
      if (this.effects.has(id)) this.fall('S4', `record ${id} changed the table a second time`)
      this.effects.add(id)
    }
    if (index >= (covered[source] ?? 0))
      this.fall('S5', `record ${id} is visible, and no completed checkpoint includes it`)
    this.visible.set(key, version)
    if (attributes.deleted?.BOOL === true) this.rows.delete(key)
    else this.rows.set(key, version)
    this.sums.set(key, Number(attributes.amount?.N ?? 0))
    this.newest.set(key, Math.max(this.newest.get(key) ?? 0, version))
  }

  private delete({ key, changed }: AppliedWrite, covered: readonly number[]): void {
    const before = this.visible.get(key) ?? 0
    const { seen, newest } = this.deletes.applied(key, changed, before, covered)
    this.visible.set(key, seen)
    this.rows.delete(key)
    this.newest.set(key, Math.max(this.newest.get(key) ?? 0, newest))
  }
}
