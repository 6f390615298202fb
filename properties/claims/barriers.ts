// "Flink injects checkpoint barriers into the streams at the sources, which travel through the entire topology and
// eventually reach the sinks." Read next: epochs.ts.
import { MemoryCheckpointStorage } from '../../impl/runtime/checkpointStorage.ts'
import { Job } from '../../impl/runtime/job.ts'
import { jobSteps } from '../../impl/runtime/steps.ts'
import { checkEventually, Search } from '../../model/kernel/index.ts'
import { SMALL } from '../../model/pipeline/bounds.ts'
import type { BugName } from '../../model/pipeline/bugs.ts'
import { designNamed } from '../../model/pipeline/sinks/designs.ts'
import { pipelineSpec } from '../../model/pipeline/spec.ts'
import type { Claim } from './claim.ts'
import { Evidence } from './evidence.ts'
import { Run } from './run.ts'
import { ONE_RECORD } from './searched.ts'

const injected: Claim = {
  id: 'C23',
  title: 'Barriers enter the streams at the sources, one into every channel, behind what was sent before',
  notes: 'Flink injects the barriers into the streams at the sources.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    e.ran()
    const { world } = await Run.of('listStateBuffer')
    const job = new Job({
      ...world.job.options,
      parallelism: 2,
      maxParallelism: 2,
      storage: new MemoryCheckpointStorage(),
    })
    await job.start()
    const run = new Run(world, job, jobSteps(job))
    await run.act('emit(0) x3')
    const before = [run.channel(0), run.channel(1)]
    e.holds('three records went to two subtasks by their keys', before.flat().sort().join() === '1,2,3')
    e.holds(
      'with some for each',
      before.every((channel) => channel.length > 0),
    )
    await run.act('trigger')
    e.same('the trigger alone puts nothing into the channels', [run.channel(0), run.channel(1)], before)
    await run.act('barrier(0)', 'emit(0)')
    for (const [number, earlier] of before.entries()) {
      const now = run.channel(number)
      e.same(`channel ${number} up to the barrier`, now.slice(0, earlier.length + 1), [...earlier, '|1|'])
    }
    e.same(
      'record 4, emitted later, is behind a barrier',
      [run.channel(0), run.channel(1)].filter((channel) => channel.at(-1) === '4').length,
      1,
    )
    return e.result()
  },
}

/** Whether every pending checkpoint ends on every fair run of the model. */
function checkpointsEnd(e: Evidence, bug: BugName | null): boolean {
  const paused = new Search(pipelineSpec(designNamed('flushOnSnapshot'), { ...SMALL, ...ONE_RECORD }, bug), {
    keepGraph: true,
    onViolation: 'collect',
  })
  paused.run()
  e.searched(
    `flushOnSnapshot${bug === null ? '' : ` with ${bug} planted`} ${paused.result().states.toLocaleString('en')} states, fair runs`,
  )
  return checkEventually(paused.graph()).some(
    ({ property, holds, fromStates }) => property === 'L1' && holds && fromStates > 0,
  )
}

const reachSinks: Claim = {
  id: 'C24',
  title: 'They travel with the records and reach the sinks in the end',
  notes: 'Barriers go through the whole topology and eventually arrive at the sinks.',
  verdict: 'true only if',
  condition: 'the attempt lives on: a crash takes the barriers with it, and the checkpoint ends without completing',
  async run() {
    const e = new Evidence()
    e.ran()
    const run = await Run.of('listStateBuffer')
    await run.act('emit(0) x2', 'trigger', 'barrier(0)', 'emit(0) x2')
    e.same('channel', run.channel(), ['1', '2', '|1|', '3', '4'])
    await run.act('receive(0) x4')
    const calls = run.world.calls.filter(({ call }) => call !== 'open').map(({ call, record }) => record?.id ?? call)
    e.same('the sink is called for', calls, ['1', '2', 'checkpoint', '3'])
    e.ran()
    const crashed = await Run.of('listStateBuffer')
    await crashed.act('emit(0) x2', 'trigger', 'barrier(0)', 'receive(0) x2')
    await crashed.death()
    e.same('after a death the channel holds', crashed.channel(), [])
    await crashed.drain()
    const snapshots = crashed.world.calls.filter(({ call }) => call === 'checkpoint').map(({ id }) => id)
    e.same('checkpoints whose barrier reached the sink', snapshots, [2])
    e.holds('on every fair run every pending checkpoint ends', checkpointsEnd(e, null))
    e.holds('not so where a refused sink forgets its back-off timer', !checkpointsEnd(e, 'backoffTimerLost'))
    return e.result()
  },
}

export const BARRIERS = [injected, reachSinks]
