// "Checkpoint is a global operation triggered by source nodes to downstream nodes." Who takes part, who starts it and
// how a task downstream comes to know of it, on a pipeline of two sources.
// Read next: noCheckpointedFunction.ts, barriers.ts.
import type { Claim } from './claim.ts'
import { Evidence } from './evidence.ts'
import { Run } from './run.ts'

const TWO = { sources: 2, records: 2, keys: 2 }

const everyTask: Claim = {
  id: 'C05',
  title: 'A checkpoint is global: every task takes part',
  notes: 'A checkpoint is one operation over the whole job.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    e.ran()
    const run = await Run.of('listStateBuffer', TWO)
    await run.act('emit(0)', 'emit(1) x2')
    await run.checkpoint()
    e.same('source offsets in checkpoint 1', run.completed?.sources.map(({ offset }) => offset) ?? null, [1, 2])
    e.same('sink states in it', run.completed?.operatorState.length ?? 0, 1)
    e.same('their records', run.inState, [1, 3, 4])
    // The contrast: with one task not reporting there is no checkpoint at all, not a smaller one.
    await run.act('trigger', 'barrier(0)', 'collect(source0)')
    e.holds('a second one, of which only source 0 has reported, cannot complete', !run.enabled('complete'))
    await run.death()
    e.same('and a restore is from checkpoint', run.job.restored?.checkpointId ?? 0, 1)
    return e.result()
  },
}

const startedAtSources: Claim = {
  id: 'C06',
  title: 'The sources trigger it',
  notes: 'The checkpoint is triggered by the source nodes.',
  verdict: 'true only if',
  condition: 'to trigger means to start it in the stream: the coordinator decides when, and tells only the sources',
  async run() {
    const e = new Evidence()
    e.ran()
    const run = await Run.of('listStateBuffer', TWO)
    await run.act('emit(0)', 'emit(1)')
    e.holds('no source sends a barrier of its own accord', !run.enabled('barrier(0)') && !run.enabled('barrier(1)'))
    await run.act('trigger')
    e.holds('told by the coordinator, each of them can', run.enabled('barrier(0)') && run.enabled('barrier(1)'))
    e.same('messages from the coordinator to the sink', run.job.notices[0]?.length ?? 0, 0)
    e.same('channel 0 before the source acts', run.channel(0), ['1'])
    await run.act('barrier(0)')
    e.same('channel 0 after', run.channel(0), ['1', '|1|'])
    return e.result()
  },
}

const downstream: Claim = {
  id: 'C07',
  title: 'It reaches the tasks downstream through the stream',
  notes: 'From the sources the checkpoint goes on to the nodes downstream.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    e.ran()
    const run = await Run.of('listStateBuffer', TWO)
    const snapshots = () => run.world.calls.filter(({ call }) => call === 'checkpoint').length
    await run.act('emit(0) x2', 'trigger', 'barrier(0)', 'barrier(1)')
    e.same('snapshots of the sink with both barriers on their way', snapshots(), 0)
    await run.act('receive(1)')
    e.same('with the barrier of channel 1 received', snapshots(), 0)
    await run.act('receive(0) x2')
    e.same('with both records of channel 0 received', snapshots(), 0)
    await run.act('receive(0)')
    e.same('with both barriers received', snapshots(), 1)
    return e.result()
  },
}

export const CHECKPOINT_SCOPE = [everyTask, startedAtSources, downstream]
