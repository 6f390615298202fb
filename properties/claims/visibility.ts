// What the epochs do not say: the state knows nothing of the events after the barrier, the store may know them already.
// An at-least-once sink's writes are tied to no epoch at all. Read next: completion.ts.
import type { Claim } from './claim.ts'
import { Evidence } from './evidence.ts'
import { Run, WRITE } from './run.ts'
import { fallsUnder, NO_FAULTS } from './searched.ts'

const noEffectYet: Claim = {
  id: 'C29',
  title: 'Events that will be processed again have had no effect',
  notes: 'Events after the barrier are not reflected and come again; the notes draw the store without them.',
  verdict: 'false',
  condition: 'they may be in the store before their checkpoint completes, even if it never does, and are written again',
  async run() {
    const e = new Evidence()
    e.ran()
    const run = await Run.of('writeThrough', { keys: 1 })
    await run.act('emit(0) x3', 'receive(0)', WRITE, 'trigger', 'barrier(0)', 'receive(0)', WRITE, 'expire')
    e.same('written, and completed checkpoints', [run.written, run.completed === null ? 0 : 1], [[1, 2], 0])
    await run.act('receive(0)', WRITE)
    await run.death()
    await run.drain()
    e.same('writes of one key in the end', run.written, [1, 2, 3, 1, 2, 3, 4])
    for (const design of ['writeThrough', 'listStateBuffer', 'flushOnSnapshot', 'flushOnNotify'])
      e.same(`S5 of ${design} falls under`, fallsUnder(e, design, 'S5', { ...NO_FAULTS, records: 1 }), ['no fault'])
    // The contrast needs a sink that waits for the notification and a job that takes one checkpoint only, the last.
    const single = { ...NO_FAULTS, records: 1, checkpoints: 0 }
    e.same(
      'S5 of a sink that writes at the last notification only',
      fallsUnder(e, 'flushOnLastNotify', 'S5', single),
      [],
    )
    return e.result()
  },
}

export const VISIBILITY = [noEffectYet]
