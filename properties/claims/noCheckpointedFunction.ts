// "What happens if the sink does not implement the checkpoint functionality, e.g. extends RichSinkFunction without
// CheckpointedFunction?" The notes ask and leave it open. Answer: the checkpoint completes as if nothing were amiss.
// Read next: callsOfASink.ts.

import { handlerOf } from '../../impl/runtime/barriers/inputGate.ts'
import type { Claim } from './claim.ts'
import { Evidence } from './evidence.ts'
import { Run, WRITE } from './run.ts'
import { fallsUnder, ONE_RECORD, shortest } from './searched.ts'

const takesPart: Claim = {
  id: 'C18',
  title: 'A sink without CheckpointedFunction still takes part, and the checkpoint completes',
  notes: 'The notes ask what becomes of the global operation when the sink does not implement it.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    const runs = await Promise.all(
      ['hashSetTransient', 'listStateBuffer'].map((design) => Run.of(design, { sources: 2, records: 2, keys: 2 })),
    )
    const [without, withIt] = runs as [Run, Run]
    e.ran()
    e.ran()
    const both = async (
      what: string,
      actions: readonly string[],
      see: (run: Run) => number | string,
      expected: number | string,
    ) => {
      await without.act(actions)
      await withIt.act(actions)
      e.same(`${what}: without and with it`, [see(without), see(withIt)], [expected, expected])
    }
    const subtask = (run: Run) => run.job.subtasks[0]
    const blockedOf = (task: ReturnType<typeof subtask>) =>
      task === undefined ? [] : handlerOf(task.gate).blocked(task.gate.handler)
    await both(
      'channels blocked for alignment',
      ['emit(0)', 'emit(1)', 'receive(0)', 'trigger', 'barrier(0)', 'barrier(1)', 'receive(0)'],
      (run) => blockedOf(subtask(run)).join(),
      '0',
    )
    await both(
      'snapshots open after the last barrier',
      ['receive(1) x2'],
      (run) => subtask(run)?.checkpoints.snapshots.length ?? 0,
      1,
    )
    await both(
      'acknowledgements on their way',
      ['acknowledge(sink0)'],
      (run) => run.job.acknowledgements[2]?.length ?? 0,
      1,
    )
    await both(
      'newest completed checkpoint',
      ['collect(source0)', 'collect(source1)', 'collect(sink0)', 'complete'],
      (run) => run.completed?.checkpointId ?? 0,
      1,
    )
    await both('notified', ['notify(sink0)'], (run) => subtask(run)?.checkpoints.latestReported ?? 0, 1)
    e.same('the one difference, sink state in the checkpoint: without', without.inState, [])
    e.same('with', withIt.inState, [1, 3])
    return e.result()
  },
}

const nothingWaits: Claim = {
  id: 'C19',
  title: 'Nothing waits for the writes of such a sink: its checkpoint covers what is only in its memory',
  notes: 'Without the interface the sink has no part in what the checkpoint guarantees.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    e.ran()
    const run = await Run.of('hashSetTransient')
    await run.act('emit(0) x2')
    await run.checkpoint()
    e.same('hashSetTransient: checkpoint 1 has the source at', run.completed?.sources[0]?.offset ?? -1, 2)
    e.same('written', run.written, [])
    e.same('in the checkpoint', run.inState, [])
    const steps = shortest(e, 'hashSetTransient', 'S7', ONE_RECORD)
    e.same('the shortest way to such a checkpoint needs no fault, steps', steps.length, 9)
    e.ran()
    const waits = await Run.of('flushOnSnapshot')
    await waits.act('emit(0) x2', 'receive(0) x2', 'trigger', 'barrier(0)', 'receive(0)')
    e.holds('flushOnSnapshot cannot acknowledge before the store has answered', !waits.enabled('acknowledge(sink0)'))
    await waits.act(WRITE)
    e.holds('and can afterwards', waits.enabled('acknowledge(sink0)'))
    e.same('S7 of flushOnSnapshot falls under', fallsUnder(e, 'flushOnSnapshot', 'S7', ONE_RECORD), [])
    return e.result()
  },
}

export const NO_CHECKPOINTED_FUNCTION = [takesPart, nothingWaits]
