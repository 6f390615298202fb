// What close() and finish() hide, which the notes do not speak of and every test of such a sink stumbles over: a sink
// that writes in close() passes whatever test only fails over. Measured on Flink: facts/flink-measured.md, H and I.
// Read next: noCheckpointedFunction.ts.
import type { Claim } from './claim.ts'
import { Evidence } from './evidence.ts'
import { Run } from './run.ts'
import { fallsUnder, ONE_RECORD } from './searched.ts'

async function lostBy(e: Evidence, design: string, end: 'death' | 'failover' | 'no crash'): Promise<number[]> {
  e.ran()
  const run = await Run.of(design)
  await run.act('emit(0) x2')
  await run.checkpoint()
  if (end !== 'no crash') await run[end]()
  await run.drain()
  return run.missing
}

const closeHides: Claim = {
  id: 'C16',
  title: 'A sink that writes in close() loses nothing when it crashes',
  notes: 'Whether the crash calls close() is not spoken of: a crash is taken to lose the buffer.',
  verdict: 'true only if',
  condition: 'the crash is a failover inside a living process and the store takes the write; a death calls nothing',
  async run() {
    const e = new Evidence()
    e.same('hashSetTransient after a failover lost', await lostBy(e, 'hashSetTransient', 'failover'), [1, 2])
    e.same('hashSetCloseWrites after a failover lost', await lostBy(e, 'hashSetCloseWrites', 'failover'), [])
    e.same('hashSetCloseWrites after a death lost', await lostBy(e, 'hashSetCloseWrites', 'death'), [1, 2])
    e.ran()
    const down = await Run.of('hashSetCloseWrites')
    await down.act('emit(0) x2')
    await down.checkpoint()
    await down.act('crash(failover)', 'close(sink0)', 'apply(sink0, refused)', 'respond(sink0)', 'restore')
    await down.drain()
    e.same('hashSetCloseWrites after a failover while the store refuses lost', down.missing, [1, 2])
    const onlyFailovers = { ...ONE_RECORD, others: 0, budgets: { F2f: 1 } }
    e.same(
      'S1 where every crash is a failover falls under',
      fallsUnder(e, 'hashSetCloseWrites', 'S1', onlyFailovers),
      [],
    )
    e.same('S1 with deaths too, under', fallsUnder(e, 'hashSetCloseWrites', 'S1', ONE_RECORD), ['F1+F2f', 'F2d'])
    return e.result()
  },
}

const finishDrops: Claim = {
  id: 'C17',
  title: 'Without a crash nothing is lost',
  notes: 'Loss is put down to crashes and code updates.',
  verdict: 'true only if',
  condition:
    'finish() writes what is buffered: at the end of the input nothing else does, and the job succeeds all the same',
  async run() {
    const e = new Evidence()
    e.same('finish() writes, no fault: lost', await lostBy(e, 'hashSetTransient', 'no crash'), [])
    e.same('finish() drops, no fault: lost', await lostBy(e, 'hashSetFinishDrops', 'no crash'), [1, 2, 3, 4])
    e.same('S1 of hashSetFinishDrops falls under', fallsUnder(e, 'hashSetFinishDrops', 'S1', ONE_RECORD), ['no fault'])
    return e.result()
  },
}

export const CLOSE_HIDES = [closeHides, finishDrops]
