// S1-S5, judged from the store's history and the input alone: every applied write in order, the moments at which
// checkpoints completed, and at the end the table. This is all that is known of a black box.
// Read next: contractJudge.ts, judge.ts.
import type { AppliedWrite } from '../../impl/store/gate.ts'
import { type Bounds, indexOf, recordCount, sourceOf } from '../../model/pipeline/bounds.ts'
import { worldRecord } from './configuration.ts'
import { TABLE } from './store.ts'

/** Reports that a guarantee fell, with what was expected and what was seen. */
export type Fall = (guarantee: string, seen: string) => void

export interface Origin {
  readonly id: string
  readonly source: number
  readonly index: number
  readonly key: string
  readonly version: number
}

/** Every record of the input by its id. */
export function originsOf(bounds: Bounds): ReadonlyMap<string, Origin> {
  const origins = new Map<string, Origin>()
  for (let record = 1; record <= recordCount(bounds); record++) {
    const { id, key, version } = worldRecord(bounds, record)
    origins.set(id, { id, source: sourceOf(bounds, record), index: indexOf(bounds, record), key, version })
  }
  return origins
}

export class StoreJudge {
  private readonly origins: ReadonlyMap<string, Origin>
  private readonly fall: Fall
  /** Of each key the newest version ever applied, and the one a reader sees. */
  private readonly newest = new Map<string, number>()
  private readonly visible = new Map<string, number>()
  private readonly effects = new Set<string>()
  private seen = 0

  constructor(origins: ReadonlyMap<string, Origin>, fall: Fall) {
    this.origins = origins
    this.fall = fall
  }

  /** True where a write of that key at least as new has been applied. */
  has(key: string, version: number): boolean {
    return (this.newest.get(key) ?? 0) >= version
  }

  /** What the history has got since it was last looked at. `covered`: by source, records in some completed checkpoint. */
  observe(history: readonly AppliedWrite[], covered: readonly number[]): void {
    for (; this.seen < history.length; this.seen++) {
      const write = history[this.seen]
      const origin = this.origins.get(write?.attributes.id?.S ?? '')
      // What is staged no reader sees.
      if (write !== undefined && write.table === TABLE && origin !== undefined)
        this.write(origin, write.changed, covered)
    }
  }

  /** At quiescence. */
  ended(): void {
    const origins = [...this.origins.values()]
    const lost = origins.find(({ key, version }) => !this.has(key, version))
    if (lost !== undefined)
      this.fall(
        'S1',
        `record ${lost.id} (${lost.key} version ${lost.version}): no write of its key at least as new was applied`,
      )
    const last = origins.filter(({ key, version }) => !origins.some((o) => o.key === key && o.version > version))
    const wrong = last.find(({ key, version }) => this.visible.get(key) !== version)
    if (wrong === undefined) return
    const row = this.visible.get(wrong.key)
    this.fall(
      'S2',
      `${wrong.key} should end with version ${wrong.version} (record ${wrong.id}), the table has ${row === undefined ? 'no row' : `version ${row}`}`,
    )
  }

  private write({ id, key, version, source, index }: Origin, changed: boolean, covered: readonly number[]): void {
    const before = this.visible.get(key) ?? 0
    if (version < before) this.fall('S3', `${key} went back from version ${before} to ${version}`)
    if (changed) {
      if (this.effects.has(id)) this.fall('S4', `record ${id} changed the table a second time`)
      this.effects.add(id)
    }
    if (index >= (covered[source] ?? 0))
      this.fall('S5', `record ${id} is visible, and no completed checkpoint includes it`)
    this.visible.set(key, version)
    if (!this.has(key, version)) this.newest.set(key, version)
  }
}
