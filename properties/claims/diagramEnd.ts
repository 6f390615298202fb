// The notes' picture, second half: reports, metadata and notification, and the next barrier.
// Read next: listStateOrHashSet.ts.
import type { Claim } from './claim.ts'
import { picture } from './diagram.ts'
import { Evidence } from './evidence.ts'
import { COMPLETE, Run, WRITE } from './run.ts'

/** writeThrough, for which the drawing of step (3) is right: records 1 and 2 are in the store, the snapshot is taken. */
async function afterStepThree(e: Evidence): Promise<Run> {
  e.ran()
  const run = await Run.of('writeThrough')
  return run.act(
    'emit(0) x2',
    'trigger',
    'barrier(0)',
    'emit(0)',
    'receive(0)',
    WRITE,
    'receive(0)',
    WRITE,
    'receive(0)',
  )
}

const reports: Claim = {
  id: 'C39',
  title: 'Diagram (4): both have written their snapshots to checkpoint storage and report',
  notes: 'Drawn: Kafka -> 4 3 -> Source -> 4 3 > Sink -> Store (2 1): records 4 and 3 in two places.',
  verdict: 'true only if',
  condition: 'a small snapshot may travel in the report itself; 4 and 3 are in the channel, Kafka keeps copies of all',
  async run() {
    const e = new Evidence()
    const run = await afterStepThree(e)
    e.same(
      'reports on their way, source and sink',
      run.job.acknowledgements.map((queue) => queue.length),
      [1, 0],
    )
    await run.act('acknowledge(sink0)', 'emit(0)')
    e.same(
      'reports on their way',
      run.job.acknowledgements.map((queue) => queue.length),
      [1, 1],
    )
    e.same('after the step', picture(run), 'Kafka -> Source -> 4 3 > Sink [] -> Store (2 1)')
    e.same('stored checkpoints', run.completed === null ? 0 : 1, 0)
    e.holds('so the snapshots are in the reports', run.job.acknowledgements[1]?.[0]?.sink !== null)
    // Read as what Kafka keeps, the drawing leaves out records 1 and 2: a restart without a checkpoint gets all four.
    await run.death()
    e.same('after a death now', picture(run), 'Kafka 4 3 2 1 -> Source -> > Sink [] -> Store (2 1)')
    return e.result()
  },
}

const metadata: Claim = {
  id: 'C40',
  title: 'Diagram (5): the coordinator writes the metadata and notifies, and the checkpoint can be used',
  notes: 'Not drawn: the metadata is written, all participants are notified, recovery can use it.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    const run = await afterStepThree(e)
    await run.act('emit(0)', COMPLETE.slice(0, -1))
    const stored = () => run.completed?.sources[0]?.offset ?? -1
    const notices = () => run.job.notices[0]?.map(({ type, id }) => `${type} ${id}`) ?? []
    e.same('both reports are in: stored offset (-1: none), notices', [stored(), notices()], [-1, []])
    await run.act('complete')
    e.same('after the step', [stored(), notices()], [2, ['complete 1']])
    e.same('the stream did not move', picture(run), 'Kafka -> Source -> 4 3 > Sink [] -> Store (2 1)')
    await run.death()
    e.same('after a death now', picture(run), 'Kafka 4 3 -> Source -> > Sink [] -> Store (2 1)')
    return e.result()
  },
}

const continues: Claim = {
  id: 'C41',
  title: 'Diagram (6): the pipeline continues until the next barrier, after record 4, and it all repeats',
  notes: 'Drawn: Kafka -> 5 |B| 4 3 -> Source -> 4 3 > Sink -> Store (2 1).',
  verdict: 'true only if',
  condition: 'it is not read as a pause: the pipeline ran on during (2) to (5) and does not stop for the next barrier',
  async run() {
    const e = new Evidence()
    e.ran()
    const run = await Run.of('writeThrough', { records: 5, keys: 5 })
    await run.act('trigger', 'emit(0)', 'receive(0)', WRITE, 'emit(0)', 'barrier(0)', 'receive(0)', WRITE, 'receive(0)')
    await run.act('emit(0)', 'receive(0)', WRITE, 'acknowledge(sink0)', 'collect(source0)', 'emit(0)', 'collect(sink0)')
    e.same('between (1) and (5) records move on', picture(run), 'Kafka 5 -> Source -> 4 > Sink [] -> Store (3 2 1)')
    await run.act('complete', 'trigger', 'barrier(0)', 'emit(0)')
    e.same('the next barrier, after record 4', picture(run), 'Kafka -> Source -> 5 |2| 4 > Sink [] -> Store (3 2 1)')
    await run.act('receive(0)', WRITE, 'receive(0)', COMPLETE)
    e.same(
      'checkpoint and its offset',
      [run.completed?.checkpointId ?? 0, run.completed?.sources[0]?.offset ?? -1],
      [2, 4],
    )
    e.ran()
    const other = await Run.of('writeThrough', { records: 5, keys: 5 })
    await other.act(
      'emit(0) x2',
      'trigger',
      'barrier(0)',
      'receive(0)',
      WRITE,
      'receive(0)',
      WRITE,
      'receive(0)',
      COMPLETE,
    )
    await other.act('emit(0) x3')
    await other.checkpoint()
    e.same('another run places it after record', other.completed?.sources[0]?.offset ?? -1, 5)
    return e.result()
  },
}

export const DIAGRAM_END = [reports, metadata, continues]
