// "Once all tasks (including the sinks) have reported back that they have finished writing out a snapshot of their
// state, the coordinator will write the metadata, and then notify all participants that the checkpoint is complete."
// Read next: notification.ts.
import { Job } from '../../impl/runtime/job.ts'
import { jobSteps } from '../../impl/runtime/steps.ts'
import type { Claim } from './claim.ts'
import { Evidence } from './evidence.ts'
import { COMPLETE, Run } from './run.ts'
import { fallsUnder, NO_FAULTS } from './searched.ts'
import { SlowStorage } from './slowStorage.ts'

const TASKS = ['source0', 'source1', 'sink0'] as const

const allTasks: Claim = {
  id: 'C30',
  title: 'A checkpoint completes when all tasks have reported, the sinks included',
  notes: 'It takes the report of every task, and sinks are tasks too.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    for (const design of ['hashSetTransient', 'listStateBuffer']) {
      const enough: string[] = []
      for (let subset = 0; subset < 8; subset++) {
        e.ran()
        const run = await Run.of(design, { sources: 2, records: 2, keys: 2 })
        await run.act(
          'emit(0)',
          'trigger',
          'barrier(0)',
          'barrier(1)',
          'receive(0) x2',
          'receive(1)',
          'acknowledge(sink0)',
        )
        const reported = TASKS.filter((_, task) => (subset & (1 << task)) !== 0)
        await run.act(reported.map((task) => `collect(${task})`))
        if (run.enabled('complete')) enough.push(reported.join(' '))
      }
      e.same(`${design}: of the 8 sets of reports, those that complete it`, enough, ['source0 source1 sink0'])
    }
    const bug = fallsUnder(e, 'flushOnSnapshot', 'S7', NO_FAULTS, 'completeWithoutSink')
    e.same('completing without the sink, S7 falls under', bug, ['no fault'])
    return e.result()
  },
}

const finishedSnapshot: Claim = {
  id: 'C31',
  title: 'A task reports when its snapshot is finished, and works on meanwhile',
  notes: 'The report says that the task has finished writing out its state.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    e.ran()
    const run = await Run.of('listStateBuffer')
    await run.act('emit(0) x2', 'trigger', 'barrier(0)', 'receive(0) x3')
    e.holds('with the copy taken and not yet written out, the sink has not reported', !run.enabled('collect(sink0)'))
    await run.act('emit(0)', 'receive(0)')
    e.same('it takes record 3 meanwhile: buffer', run.buffered, [1, 2, 3])
    await run.act(COMPLETE)
    e.same('in the checkpoint', run.inState, [1, 2])
    e.ran()
    const failed = await Run.of('listStateBuffer')
    await failed.act('emit(0) x2', 'trigger', 'barrier(0)', 'receive(0) x3', 'decline(sink0)')
    await failed.act('collect(source0)', 'collect(sink0)', 'abort(sink0)')
    e.same('where writing it out fails: completed checkpoints', failed.completed === null ? 0 : 1, 0)
    e.same('the sink keeps', failed.buffered, [1, 2])
    return e.result()
  },
}

const order: Claim = {
  id: 'C32',
  title: 'The order is: all reports, then the metadata, then the notification',
  notes: 'The coordinator writes the metadata once all have reported, and notifies after that.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    e.ran()
    const { world } = await Run.of('listStateBuffer')
    const storage = new SlowStorage()
    const job = new Job({ ...world.job.options, storage })
    await job.start()
    const run = new Run(world, job, jobSteps(job))
    const notices = () => job.notices[0]?.map(({ type, id }) => `${type} ${id}`) ?? []
    const seen = () => [storage.ids().length, notices()]
    await run.act('emit(0) x2', 'trigger', 'barrier(0)', 'receive(0) x3', COMPLETE.slice(0, -1))
    e.same('all have reported: stored checkpoints, notices', seen(), [0, []])
    await run.act('complete')
    e.same('the metadata is being written', seen(), [0, []])
    storage.write()
    storage.answer()
    e.same('it is written', seen(), [1, []])
    await world.store.settle()
    e.same('then', seen(), [1, ['complete 1']])
    return e.result()
  },
}

export const COMPLETION = [allTasks, finishedSnapshot, order]
