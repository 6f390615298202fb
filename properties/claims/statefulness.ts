// "When do we need to implement CheckpointedFunction? Only if our function is stateful." The claims turn on what counts
// as state: whatever the sink has taken and the store has not confirmed when the barrier comes.
// Read next: checkpointScope.ts, crashLoss.ts.
import type { Claim } from './claim.ts'
import { Evidence } from './evidence.ts'
import { Run } from './run.ts'
import { fallsUnder, ONE_RECORD } from './searched.ts'

/** Two records in, a checkpoint, then the process dies and the job runs to its end: what never reached the table. */
async function lostByDeath(e: Evidence, design: string): Promise<number[]> {
  e.ran()
  const run = await Run.of(design)
  await run.act('emit(0) x2')
  await run.checkpoint()
  await run.death()
  await run.drain()
  return run.missing
}

const onlyIfStateful: Claim = {
  id: 'C01',
  title: 'A sink without state needs no CheckpointedFunction',
  notes: 'The interface has to be implemented only by a function that is stateful.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    e.same(
      'writeThrough (no buffer, no CheckpointedFunction) loses after a death',
      await lostByDeath(e, 'writeThrough'),
      [],
    )
    e.same('and S1 falls under', fallsUnder(e, 'writeThrough', 'S1', ONE_RECORD), [])
    e.same(
      'hashSetTransient (a buffer, no CheckpointedFunction) loses',
      await lostByDeath(e, 'hashSetTransient'),
      [1, 2],
    )
    return e.result()
  },
}

const bufferIsState: Claim = {
  id: 'C02',
  title: 'A buffer of unwritten records is state',
  notes: 'The output format keeps a buffer of the records it was given, and that is state like any other.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    for (const [design, what, lost, under] of [
      ['hashSetTransient', "buffer in nobody's state", [1, 2], ['F2d', 'F2f']],
      ['listStateBuffer', 'buffer in ListState', [], []],
      ['flushOnSnapshot', 'buffer emptied at the snapshot', [], []],
    ] as const) {
      e.same(`${design} (${what}): lost by a death`, await lostByDeath(e, design), lost)
      e.same('S1 falls under', fallsUnder(e, design, 'S1', ONE_RECORD), under)
    }
    return e.result()
  },
}

const implementingIsEnough: Claim = {
  id: 'C03',
  title: 'Implementing CheckpointedFunction makes a buffering sink safe',
  notes: 'By the notes, the interface is what a stateful sink is missing.',
  verdict: 'true only if',
  condition: 'snapshotState copies what is unwritten into state, or writes it and waits for the answer',
  async run() {
    const e = new Evidence()
    e.same('copied into ListState, a death loses', await lostByDeath(e, 'listStateBuffer'), [])
    e.same('written and awaited, a death loses', await lostByDeath(e, 'flushOnSnapshot'), [])
    e.same('written and not awaited, a death loses', await lostByDeath(e, 'flushNotAwaited'), [1, 2])
    e.same('S1 of flushNotAwaited falls under', fallsUnder(e, 'flushNotAwaited', 'S1', ONE_RECORD), ['F2d', 'F2f'])
    return e.result()
  },
}

const stateSurvives: Claim = {
  id: 'C04',
  title: 'Checkpoints make state fault tolerant',
  notes: 'Checkpoints exist so that state in Flink survives failures.',
  verdict: 'true only if',
  condition: 'the state was handed to the runtime: a field of the sink is in no checkpoint',
  async run() {
    const e = new Evidence()
    for (const [design, back] of [
      ['listStateBuffer', [1, 2]],
      ['hashSetTransient', []],
    ] as const) {
      e.ran()
      const run = await Run.of(design)
      await run.act('emit(0) x2')
      await run.checkpoint()
      e.same(`${design}: buffer at the checkpoint`, run.buffered, [1, 2])
      e.same(`${design}: records in the checkpoint`, run.inState, back)
      await run.death()
      e.same(`${design}: buffer after death and restore`, run.buffered, back)
    }
    return e.result()
  },
}

export const STATEFULNESS = [onlyIfStateful, bufferIsState, implementingIsEnough, stateSurvives]
