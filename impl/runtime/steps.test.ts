// Which steps a job of two sources and two subtasks offers at which moment, and what a step leaves behind: channels,
// messages, checkpoints, phase. The sinks are hosts that do what they are told to: return, wait or throw.
// Read next: job.test.ts (whole runs), subtask.test.ts, coordinator.test.ts.
import { describe, expect, it } from 'vitest'
import { type CheckpointId, checkpointId } from '../../model/pipeline/ids.ts'
import type { SinkRecord } from '../sinks/interfaces.ts'
import { type CompletedCheckpoint, MemoryCheckpointStorage } from './checkpointStorage.ts'
import { Job } from './job.ts'
import { subtaskOf } from './keyGroups.ts'
import type { SinkHost } from './sinkHost.ts'
import { MemoryLog } from './sourceTask.ts'
import { jobSteps } from './steps.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))
const record = (key: string, version: number): SinkRecord => ({ key, version, id: `${key}${version}`, value: '' })
/** A key of each of the two subtasks. */
const keyOf = (subtask: number): string => {
  for (let n = 0; ; n++) if (subtaskOf(`k${n}`, 2) === subtask) return `k${n}`
}
const [LEFT, RIGHT] = [keyOf(0), keyOf(1)]

type Behaviour = (call: string) => void | Promise<void>

function job(
  options: { behaviour?: Behaviour; capacity?: number; storage?: MemoryCheckpointStorage; timers?: number } = {},
) {
  const calls: string[] = []
  const host = (subtask: number, attempt: number): SinkHost => {
    const call = (name: string): void | Promise<void> => {
      calls.push(`${subtask}@${attempt} ${name}`)
      return options.behaviour?.(`${subtask}@${attempt} ${name}`)
    }
    return {
      open: (restored) => call(`open ${restored?.checkpointId ?? 0}`),
      write: ({ id }) => call(`write ${id}`),
      checkpoint: (id: CheckpointId) => {
        const taken = call(`checkpoint ${id}`)
        return taken === undefined ? {} : taken.then(() => ({}))
      },
      notify: (id) => call(`notify ${id}`),
      abort: (id) => call(`abort ${id}`),
      endInput: () => call('endInput'),
      close: () => call('close'),
      fireTimer: () => call('timer'),
      wake: () => {},
      crash: () => {},
      timers: options.timers ?? 0,
      sleeps: 0,
      failure: null,
      yielding: false,
      insight: () => null,
    }
  }
  const storage = options.storage ?? new MemoryCheckpointStorage()
  const made = new Job({
    logs: [
      new MemoryLog([record(LEFT, 1), record(LEFT, 2), record(RIGHT, 3)]),
      new MemoryLog([record(`${RIGHT}`, 11)]),
    ],
    parallelism: 2,
    channelCapacity: options.capacity ?? 8,
    storage,
    host,
    runId: 1,
    fingerprint: 'test',
    now: () => 0,
  })
  const steps = jobSteps(made)
  const enabled = () => steps.filter((step) => step.enabled()).map(({ name }) => name)
  /** Performs steps by name; each must be enabled. */
  const perform = async (...names: readonly string[]) => {
    for (const name of names) {
      const step = steps.find((each) => each.name === name)
      expect(enabled()).toContain(name)
      void step?.perform()
      await turn()
    }
  }
  /** Performs whatever of these is enabled until nothing of it is. */
  const drain = async (...prefixes: readonly string[]) => {
    for (;;) {
      const next = enabled().find((name) => prefixes.some((prefix) => name.startsWith(prefix)))
      if (next === undefined) return
      await perform(next)
    }
  }
  void made.start()
  return { job: made, steps, enabled, perform, drain, calls, storage }
}

const kinds = (made: Job) =>
  Array.from({ length: made.sources.length * made.maxParallelism }, (_, c) =>
    made
      .channel(c)
      .map((element) => element.type[0])
      .join(''),
  )

describe('the steps of a job', () => {
  it('are the vocabulary’s actions, each once for every source, channel and subtask', () => {
    const names = job().steps.map(({ name }) => name)
    expect(names).toEqual([
      ...[0, 1].flatMap((s) => [`emit(${s})`, `finish(${s})`, `barrier(${s})`, `cancel(${s})`]),
      ...[0, 1].flatMap((p) => [
        `receive(${p})`,
        `receive(${2 + p})`,
        ...['flush', 'overtake', 'timer', 'acknowledge', 'notify', 'abort', 'close'].map((name) => `${name}(sink${p})`),
      ]),
      'trigger',
      'trigger(last)',
      ...['source0', 'source1', 'sink0', 'sink1'].map((task) => `collect(${task})`),
      'complete',
      'restore',
    ])
  })

  it('are few at the start: the sources may emit, the coordinator may trigger', () => {
    expect(job().enabled()).toEqual(['emit(0)', 'emit(1)', 'trigger'])
  })
})

describe('a source', () => {
  it('sends a record to the one channel of its key, and barrier and end of data to every channel', async () => {
    const { job: made, perform } = job()
    await perform('emit(0)', 'trigger', 'barrier(0)', 'emit(0)', 'emit(0)', 'finish(0)')
    // Channels: source 0 to subtask 0 and 1, then source 1's.
    expect(kinds(made)).toEqual(['rbre', 'bre', '', ''])
    expect(made.acknowledgements.map((queue) => queue.map(({ id, source }) => [id, source?.offset]))).toEqual([
      [[1, 1]],
      [],
      [],
      [],
    ])
  })

  it('waits while any of its channels is full: a barrier gets no place of its own', async () => {
    const { enabled, perform } = job({ capacity: 2 })
    await perform('emit(0)', 'emit(0)', 'trigger')
    expect(enabled()).toEqual(['emit(1)', 'barrier(1)', 'receive(0)'])
    await perform('receive(0)')
    expect(enabled()).toContain('barrier(0)')
    expect(enabled()).toContain('emit(0)')
  })

  it('that has ended still answers a trigger, and says that it has', async () => {
    const { job: made, perform } = job()
    await perform('emit(1)', 'finish(1)', 'trigger', 'barrier(1)')
    expect(made.acknowledgements[1]?.[0]?.source).toEqual({ offset: 1, position: null, finished: true })
  })
})

describe('a subtask', () => {
  it('that waits for its sink is offered nothing but what goes on behind it; the other one is', async () => {
    const {
      job: made,
      enabled,
      perform,
    } = job({
      timers: 1,
      behaviour: (call) => (call === `0@0 write ${LEFT}2` ? new Promise(() => {}) : undefined),
    })
    await perform('emit(0)', 'emit(0)', 'emit(0)', 'receive(0)', 'receive(0)')
    made.notices[0]?.push({ type: 'complete', id: 1 as CheckpointId })
    made.notices[1]?.push({ type: 'complete', id: 1 as CheckpointId })
    const offered = enabled()
    expect(offered).toEqual(expect.arrayContaining(['receive(1)', 'flush(sink1)', 'notify(sink1)']))
    expect(offered.filter((name) => /sink0|receive\([02]\)/.test(name))).toEqual([])
  })

  it('that has failed is offered nothing more', async () => {
    const {
      job: made,
      enabled,
      perform,
    } = job({
      timers: 1,
      behaviour: (call) => {
        if (call === `0@0 write ${LEFT}1`) throw new Error('boom')
      },
    })
    await perform('emit(0)', 'emit(0)', 'receive(0)')
    expect(made.subtasks[0]?.failure?.message).toBe('boom')
    expect(enabled().filter((name) => /sink0|receive\([02]\)/.test(name))).toEqual([])
  })

  it('hears of the abort of a checkpoint only when its snapshot is through, and then drops that', async () => {
    let release: (() => void) | undefined
    const {
      job: made,
      enabled,
      perform,
      calls,
    } = job({
      behaviour: (call) =>
        call === '0@0 checkpoint 1'
          ? new Promise((resolve) => {
              release = resolve
            })
          : undefined,
    })
    await perform('trigger', 'barrier(0)', 'barrier(1)', 'receive(0)', 'receive(2)')
    void made.expire(made.coordinator.pending[0]?.id ?? checkpointId(0))
    expect(enabled()).not.toContain('abort(sink0)')
    release?.()
    await turn()
    expect(made.subtasks[0]?.checkpoints.snapshots).toHaveLength(1)
    await perform('abort(sink0)')
    expect(calls.at(-1)).toBe('0@0 abort 1')
    expect(enabled()).not.toContain('acknowledge(sink0)')
  })
})

describe('the coordinator', () => {
  it('triggers again only when no checkpoint is pending and no source still has an old trigger', async () => {
    const { job: made, enabled, perform } = job()
    await perform('trigger')
    expect(enabled()).not.toContain('trigger')
    void made.expire(made.coordinator.pending[0]?.id ?? checkpointId(0))
    expect(enabled()).not.toContain('trigger')
    await perform('barrier(0)')
    expect(enabled()).not.toContain('trigger')
    await perform('barrier(1)')
    expect(enabled()).toContain('trigger')
  })

  it('takes a last checkpoint when all input is taken, again until one is notified to everybody, and then none', async () => {
    const { job: made, enabled, perform, drain } = job()
    await drain('emit', 'finish', 'receive')
    expect([made.inputTaken, enabled()]).toEqual([true, ['trigger(last)']])
    await drain('trigger(last)', 'barrier', 'receive', 'acknowledge', 'collect', 'complete')
    await perform('notify(sink0)')
    // One subtask's notification is lost.
    made.notices[1]?.shift()
    expect([made.lastNotified, enabled()]).toEqual([false, ['trigger(last)']])
    await drain('trigger(last)', 'barrier', 'receive', 'acknowledge', 'collect', 'complete')
    expect(enabled()).toEqual(['notify(sink0)', 'notify(sink1)'])
    await drain('notify')
    expect([made.lastNotified, enabled()]).toEqual([true, []])
  })

  it('completes with all four acknowledgements, stores the cut, and tells every subtask', async () => {
    const { job: made, enabled, perform, drain, storage } = job()
    await perform('emit(0)', 'trigger')
    await drain('barrier', 'receive', 'acknowledge')
    for (const task of ['source0', 'source1', 'sink0']) {
      await perform(`collect(${task})`)
      expect(enabled()).not.toContain('complete')
    }
    await perform('collect(sink1)', 'complete')
    expect(storage.newest()).toMatchObject({
      checkpointId: 1,
      parallelism: 2,
      sources: [{ offset: 1 }, { offset: 0 }],
      operatorState: [{}, {}],
      kind: 'checkpoint',
    })
    expect(made.notices).toEqual([[{ type: 'complete', id: 1 }], [{ type: 'complete', id: 1 }]])
  })

  it('tells nobody before the checkpoint is stored, and nobody at all where it could not be', async () => {
    const storage = new SlowStorage()
    const { job: made, perform, drain } = job({ storage })
    await perform('trigger')
    await drain('barrier', 'receive', 'acknowledge', 'collect')
    const completed = jobSteps(made)
      .find(({ name }) => name === 'complete')
      ?.perform()
    await turn()
    expect(made.notices).toEqual([[], []])
    storage.fail?.(new Error('disk full'))
    await expect(completed).rejects.toThrow('disk full')
    // Flink: FINALIZE_CHECKPOINT_FAILURE. Not complete, though all had acknowledged, and the tasks hear so.
    const aborted = { type: 'abort', id: 1, newestCompleted: 0 }
    expect(made.notices).toEqual([[aborted], [aborted]])
    // A restart knows of no such checkpoint: nobody may be told that it was the newest.
    made.crash('death')
    await made.start()
    await perform('trigger')
    void made.expire(made.coordinator.pending[0]?.id ?? checkpointId(0))
    expect(made.notices[0]).toEqual([{ type: 'abort', id: 2, newestCompleted: 0 }])
  })
})

/** A disk that fails when the test says so. */
class SlowStorage extends MemoryCheckpointStorage {
  fail: ((error: Error) => void) | undefined

  override store(_checkpoint: CompletedCheckpoint): Promise<void> {
    return new Promise((_, reject) => {
      this.fail = reject
    })
  }
}

describe('a crash', () => {
  const midway = async (behaviour: Behaviour = () => {}) => {
    const made = job({ behaviour })
    await made.perform('emit(0)', 'emit(0)', 'trigger')
    await made.drain('barrier', 'receive', 'acknowledge', 'collect', 'complete')
    await made.perform('emit(1)', 'trigger', 'barrier(0)')
    return made
  }

  it('leaves of an attempt only its acknowledgements, which count no more, and the restore', async () => {
    const { job: made, enabled, perform, calls } = await midway()
    made.crash('death')
    expect([kinds(made), made.notices, enabled()]).toEqual([
      ['', '', '', ''],
      [[], []],
      ['collect(source0)', 'restore'],
    ])
    expect(made.sources.map(({ triggered }) => triggered)).toEqual([null, null])
    await perform('restore')
    expect(calls.slice(-2)).toEqual(['0@1 open 1', '1@1 open 1'])
    expect(made.sources.map(({ offset, triggered, ahead }) => [offset, triggered, ahead?.version])).toEqual([
      [2, null, 3],
      [0, null, 11],
    ])
    // The restored id is not notified again.
    made.notices[0]?.push({ type: 'complete', id: 1 as CheckpointId })
    made.notices[1]?.push({ type: 'complete', id: 2 as CheckpointId })
    await perform('notify(sink0)', 'notify(sink1)')
    expect(calls.filter((call) => call.includes('@1 notify'))).toEqual(['1@1 notify 2'])
    await perform('trigger')
    expect(made.coordinator.pending).toMatchObject([{ id: 3, attempt: 1 }])
    await perform('collect(source0)')
    expect(made.coordinator.pending[0]?.collected).toEqual([null, null, null, null])
  })

  it('by failover closes every subtask before the restore', async () => {
    const { job: made, enabled, perform, calls } = await midway()
    made.crash('failover')
    expect(enabled()).toEqual(['close(sink0)', 'close(sink1)', 'collect(source0)'])
    await perform('close(sink1)')
    expect(enabled()).toEqual(['close(sink0)', 'collect(source0)'])
    await perform('close(sink0)')
    expect(calls.slice(-2)).toEqual(['1@0 close', '0@0 close'])
    expect(enabled()).toEqual(['collect(source0)', 'restore'])
  })

  it.each([
    [
      'at once',
      () => {
        throw new Error('close failed')
      },
    ],
    ['later', () => Promise.reject(new Error('close failed'))],
  ] as const)('by failover goes on to the restore where a close() fails %s, as in Flink', async (_, fails) => {
    const { job: made, enabled, perform, calls } = await midway((call) => (call === '0@0 close' ? fails() : undefined))
    made.crash('failover')
    await perform('close(sink0)', 'close(sink1)')
    expect(made.subtasks[0]?.failure?.message).toBe('close failed')
    expect(enabled()).toEqual(['collect(source0)', 'restore'])
    await perform('restore')
    expect(calls.filter((call) => call.endsWith('close'))).toEqual(['0@0 close', '1@0 close'])
  })
})
