// What the store has confirmed of a table, write by write: the black box's evidence beside the final table.
// Read next: judge.ts.
import type { RowWrite } from './writes.ts'

export class History {
  /** Newest confirmed version of a key. */
  readonly newest = new Map<string, number>()
  /** Confirmed writes of each record. */
  readonly #times = new Map<string, number>()
  /** Confirmed writes. */
  writes = 0

  applied(rows: readonly RowWrite[]): void {
    for (const { key, version } of rows) {
      this.writes += 1
      this.newest.set(key, Math.max(version, this.newest.get(key) ?? 0))
      const record = `${version} ${key}`
      this.#times.set(record, (this.#times.get(record) ?? 0) + 1)
    }
  }

  /** Records that were written more than once. */
  get repeated(): number {
    return [...this.#times.values()].filter((times) => times > 1).length
  }
}
