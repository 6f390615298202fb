// What a subtask owes its sink: calls in order and one at a time, alignment, notifications that strictly rise, and no
// snapshot of a checkpoint that is over. The sink is a host that writes down its calls and waits where it is told to.
import { describe, expect, it } from 'vitest'
import { attempt, checkpointId } from '../../model/pipeline/ids.ts'
import type { Acknowledgement, Element } from './messages.ts'
import type { SinkHost } from './sinkHost.ts'
import { SinkSubtask } from './subtask.ts'

const record = (id: number): Element => ({
  type: 'record',
  record: { key: 'k', version: id, id: String(id), value: '' },
})
const barrier = (id: number): Element => ({
  type: 'barrier',
  checkpointId: checkpointId(id),
  kind: 'aligned',
  createdAtMs: 0,
})

function subtask(channels: readonly Element[][], waits: ReadonlySet<string> = new Set()) {
  const calls: string[] = []
  const settle: (() => void)[] = []
  const answers: Acknowledgement[] = []
  const call = (name: string): void | Promise<void> => {
    calls.push(name)
    if (!waits.has(name)) return
    return new Promise((resolve) => {
      settle.push(resolve)
    })
  }
  const host: SinkHost = {
    open: (restored) => call(`open ${restored?.checkpointId ?? 'afresh'}`),
    write: (each) => call(`write ${each.id}`),
    checkpoint: (id) => {
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
    timers: 0,
    sleeps: 0,
    failure: null,
    yielding: false,
    insight: () => null,
  }
  const made = new SinkSubtask({
    task: 1,
    attempt: attempt(0),
    host,
    sources: channels.length,
    answer: (message) => answers.push(message),
  })
  for (const [channel, elements] of channels.entries()) for (const element of elements) made.arrive(channel, element)
  return { subtask: made, calls, settle, answers }
}
const complete = (id: number) => ({ type: 'complete', id: checkpointId(id) }) as const
const aborted = (id: number, newestCompleted: number) =>
  ({ type: 'abort', id: checkpointId(id), newestCompleted }) as const
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('a subtask', () => {
  it('snapshots when the barrier has come on every channel, and takes nothing from a blocked one', () => {
    const { subtask: task, calls } = subtask([
      [record(1), barrier(1), record(2)],
      [record(3), barrier(1)],
    ])
    for (const channel of [0, 0]) void task.receive(channel)
    expect(task.canReceive(0)).toBe(false)
    for (const channel of [1, 1]) void task.receive(channel)
    expect(calls).toEqual(['write 1', 'write 3', 'checkpoint 1'])
    expect(task.canReceive(0)).toBe(true)
    expect(task.checkpoints.snapshots.map(({ id }) => id)).toEqual([1])
  })

  it('does nothing else while a call waits', async () => {
    const { subtask: task, settle } = subtask([[record(1), record(2)]], new Set(['write 1']))
    void task.receive(0)
    expect([task.idle, task.canReceive(0)]).toEqual([false, false])
    settle[0]?.()
    await turn()
    expect([task.idle, task.canReceive(0)]).toEqual([true, true])
  })

  it('has no snapshot until the sink’s own has settled', async () => {
    const { subtask: task, settle, answers } = subtask([[barrier(1)]], new Set(['checkpoint 1']))
    void task.receive(0)
    expect(task.mayAcknowledge(0)).toBe(false)
    settle[0]?.()
    await turn()
    expect(task.mayAcknowledge(0)).toBe(true)
    task.acknowledge()
    expect(answers).toEqual([{ id: 1, task: 1, attempt: 0, declined: false, source: null, sink: {} }])
  })

  it('delivers notifications that rise and drops the others, the restored id among them', () => {
    const { subtask: task, calls } = subtask([[]])
    void task.open({ checkpointId: checkpointId(3), state: {} })
    for (const id of [3, 2, 5, 5, 4, 6]) void task.notice(complete(id))
    expect(calls).toEqual(['open 3', 'notify 5', 'notify 6'])
  })

  it('delivers the newest completed id that comes with an abort first, once (FLINK-21080)', () => {
    const { subtask: task, calls } = subtask([[]])
    void task.notice(aborted(4, 3))
    void task.notice(aborted(5, 3))
    void task.notice(complete(3))
    expect(calls).toEqual(['notify 3', 'abort 4', 'abort 5'])
  })

  it('takes no snapshot of a checkpoint it was told is aborted, and drops one whose asynchronous part is open', () => {
    const { subtask: task, calls } = subtask([[barrier(1), barrier(2)]])
    void task.notice(aborted(1, 0))
    void task.receive(0)
    expect(calls).toEqual(['abort 1'])
    void task.receive(0)
    expect(task.checkpoints.snapshots).toHaveLength(1)
    void task.notice(aborted(2, 0))
    expect(task.checkpoints.snapshots).toEqual([])
  })

  it('delivers the completion that an abort brings, and drops the snapshot when that is through', async () => {
    const { subtask: task, calls, settle, answers } = subtask([[barrier(4)]], new Set(['notify 3']))
    void task.receive(0)
    void task.notice(aborted(4, 3))
    expect([calls.at(-1), task.mayAcknowledge(0)]).toEqual(['notify 3', true])
    settle[0]?.()
    await turn()
    expect([calls.at(-1), task.mayAcknowledge(0), answers]).toEqual(['abort 4', false, []])
  })

  it('drops of two open snapshots the one that is aborted, and acknowledges the other', () => {
    const { subtask: task, answers } = subtask([[barrier(1), barrier(2)]])
    for (const channel of [0, 0]) void task.receive(channel)
    expect(task.checkpoints.snapshots.map(({ id }) => id)).toEqual([1, 2])
    void task.notice(aborted(1, 0))
    task.acknowledge()
    expect(answers.map(({ id }) => id)).toEqual([2])
    expect(() => task.acknowledge()).toThrow(/expected a snapshot to acknowledge, there is none/)
  })

  it('declines without a state, and has no snapshot left then', () => {
    const { subtask: task, answers } = subtask([[barrier(1)]])
    void task.receive(0)
    task.acknowledge(0, 'asyncFailed')
    const reason = 'CHECKPOINT_ASYNC_EXCEPTION'
    expect(answers).toEqual([{ id: 1, task: 1, attempt: 0, declined: true, reason, source: null, sink: null }])
    expect(task.checkpoints.snapshots).toEqual([])
  })

  it.each([
    ['notify', () => complete(1)],
    ['abort', () => aborted(1, 0)],
  ] as const)('fails when %s throws, as every call of the sink', (name, notice) => {
    const { subtask: task } = subtask([[record(1)]])
    Object.assign(task.host, {
      [name]: () => {
        throw new Error('boom')
      },
    })
    void task.notice(notice())
    expect([task.failure?.message, task.canReceive(0)]).toEqual(['boom', false])
  })

  it('finishes once, when every channel has ended, and remembers the first checkpoint after that', () => {
    const end: Element = { type: 'endOfData' }
    const { subtask: task, calls } = subtask([
      [end, barrier(1)],
      [end, barrier(1)],
    ])
    void task.receive(0)
    expect(task.checkpoints.finished).toBe(false)
    void task.receive(1)
    expect([calls, task.checkpoints.finished]).toEqual([['endInput'], true])
    for (const channel of [0, 1]) void task.receive(channel)
    expect(task.checkpoints.finalCheckpoint).toBe(1)
  })

  it.each(['write 1', 'checkpoint 1'])('fails when %s throws, at once or later', async (name) => {
    for (const later of [false, true]) {
      const { subtask: task } = subtask([[name.startsWith('write') ? record(1) : barrier(1)]])
      const boom = () => {
        if (!later) throw new Error('boom')
        return Promise.reject(new Error('boom'))
      }
      Object.assign(task.host, { write: boom, checkpoint: boom })
      void task.receive(0)
      await turn()
      expect(task.failure?.message).toBe('boom')
      expect([task.idle, task.checkpoints.snapshots.length]).toEqual([false, 0])
    }
  })
})
