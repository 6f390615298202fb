// Deletes without an id or a version, as a black box sends them: each applied one counts as any delete of its key that was
// handed to the sink so far, and a guarantee falls only where no choice saves it. What is handed only grows, so the most
// lenient choice can be made at once, for each guarantee by itself.
// Read next: storeJudge.ts.
import type { Fall, Origin } from './storeJudge.ts'

export interface DeleteSeen {
  /** The oldest version that a reader may have seen last. */
  readonly seen: number
  /** The newest that may have been applied. */
  readonly newest: number
}

export class DeletesOfKeys {
  private readonly fall: Fall
  /** By key, in the order of their versions. */
  private readonly known = new Map<string, Origin[]>()
  /** By key, deletes that took a row out. */
  private readonly effects = new Map<string, number>()

  constructor(fall: Fall) {
    this.fall = fall
  }

  /** Again after a replay: it is the same delete. */
  handed(origin: Origin): void {
    const all = this.known.get(origin.key) ?? []
    if (all.some(({ id }) => id === origin.id)) return
    this.known.set(
      origin.key,
      [...all, origin].sort((a, b) => a.version - b.version),
    )
  }

  /** `before`: the version that a reader has seen last. `changed`: there was a row, which is gone. */
  applied(key: string, changed: boolean, before: number, covered: readonly number[]): DeleteSeen {
    const all = this.known.get(key) ?? []
    const newest = all.at(-1)?.version ?? 0
    // Nobody sees the delete of what is not there, and any will do that moves the reader least.
    if (!changed) return { seen: Math.max(before, all[0]?.version ?? 0), newest }
    const after = all.find(({ version }) => version > before)
    if (after === undefined)
      this.fall(
        'S3',
        `${key} went back from version ${before}: its row is gone by a delete no newer than version ${newest}`,
      )
    const effects = (this.effects.get(key) ?? 0) + 1
    this.effects.set(key, effects)
    if (effects > all.length)
      this.fall('S4', `the row of ${key} was taken out ${effects} times, by ${all.length} deletes`)
    if (!all.some(({ source, index }) => index < (covered[source] ?? 0)))
      this.fall('S5', `the row of ${key} is gone, and no completed checkpoint includes a delete of it`)
    return { seen: after?.version ?? newest, newest }
  }
}
