// An epoch that no reader sees before its checkpoint is complete: what only staging gives, what it does not give, and
// what brings it to its end when the notification or the process is lost. Read next: visibility.ts (without staging).
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'
import type { Claim } from './claim.ts'
import { Evidence } from './evidence.ts'
import { Run, WRITE } from './run.ts'
import { allThatFalls, fallsUnder, NO_FAULTS, ONE_RECORD } from './searched.ts'

/** Two records of two keys before the barrier. */
const AN_EPOCH = ['emit(0) x2', 'receive(0) x2', 'trigger', 'barrier(0)', 'receive(0)']
const TOLD = ['acknowledge(sink0)', 'collect(source0)', 'collect(sink0)', 'complete', 'notify(sink0)']

async function stagedEpoch(e: Evidence): Promise<Run> {
  e.ran()
  const run = await Run.of('staged')
  await run.opened()
  return run.act(AN_EPOCH, WRITE)
}

const unseen: Claim = {
  id: 'C65',
  title: 'Readers see nothing of an epoch before its checkpoint is complete',
  notes: 'The epoch before the barrier counts, the one after it not yet: the notes draw the store so.',
  verdict: 'true only if',
  condition: 'the sink stages it where no reader looks, and publishes it when the checkpoint is told or restored',
  async run() {
    const e = new Evidence()
    for (const { name, staged } of DESIGNS)
      e.same(
        `S5 of ${name} falls under`,
        fallsUnder(e, name, 'S5', { ...NO_FAULTS, records: 1 }),
        staged ? [] : ['no fault'],
      )
    e.same('all that falls of staged with a crash and another fault', allThatFalls(e, 'staged', ONE_RECORD), [])
    const run = await stagedEpoch(e)
    e.same('staged: written, and completed checkpoints', [run.written, run.completed === null ? 0 : 1], [[], 0])
    await run.death()
    await run.drain()
    e.same('after a death before completion: written, each once', [...run.written].sort(), [1, 2, 3, 4])
    return e.result()
  },
}

const atOnce: Claim = {
  id: 'C66',
  title: 'An epoch becomes visible as a whole',
  notes: 'Two epochs are told apart by one barrier; how one comes into the store is not spoken of.',
  verdict: 'false',
  condition:
    'it is published record by record, and whoever reads meanwhile sees a part; a crash in the middle leaves a part, which the restore completes: its checkpoint is complete and still names what is staged',
  async run() {
    const e = new Evidence()
    const run = await stagedEpoch(e)
    // One request loads a record, the next one publishes it.
    await run.act(TOLD, WRITE, WRITE)
    e.same('told, one record loaded and written', run.written, [1])
    await run.death()
    e.same('after a death there: written, and in the restored checkpoint', [run.written, run.inState], [[1], [1, 2]])
    await run.opened()
    e.same('when open() is through', [...new Set(run.written)], [1, 2])
    const lost = await stagedEpoch(e)
    await lost.act(TOLD.slice(0, -1), 'lose(notification sink0)')
    e.same('notification lost: written', lost.written, [])
    await lost.drain()
    e.same('with the next checkpoint', lost.missing, [])
    return e.result()
  },
}

export const STAGING = [unseen, atOnce]
