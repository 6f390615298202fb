// The protocol of the staged sink, call by call: what comes out of each, and which calls cannot come.
// Read next: epochs.ts.
import { describe, expect, it } from 'vitest'
import { checkpointId } from '../../../model/pipeline/ids.ts'
import { record } from '../gateHost.fixture.ts'
import type { SinkRecord } from '../interfaces.ts'
import { type ClosedEpoch, initialStaged, type StagedEvent, type StagedState, stepStaged } from './epochs.ts'

const WRITER = { run: 7, attempt: 2, subtask: 1 }
const [A, B, C] = [record('a'), record('b'), record('c')]
const closed = (epoch: number, id: number, ...keys: readonly string[]): ClosedEpoch => ({
  ...WRITER,
  epoch,
  checkpointId: checkpointId(id),
  records: keys.map((key) => ({ key, version: 1, id: `${key}1` })),
})
const write = (each: SinkRecord): StagedEvent<SinkRecord> => ({ type: 'write', record: each })
const checkpoint = (id: number) => ({ type: 'checkpoint', id: checkpointId(id) }) as const
const complete = (id: number) => ({ type: 'complete', id: checkpointId(id) }) as const

class Run {
  state: StagedState<SinkRecord> = initialStaged(WRITER)

  /** Each effect in a word, with what it is about. */
  happen(event: StagedEvent<SinkRecord>): string | null {
    const { state, effect } = stepStaged(2, this.state, event)
    this.state = state
    if (effect === null) return null
    switch (effect.type) {
      case 'stage':
        return `stage epoch ${effect.epoch} from ${effect.from}: ${effect.records.map(({ id }) => id).join(' ')}`
      case 'discardStale':
        return effect.type
      default:
        return `${effect.type} ${effect.epochs.map(({ checkpointId: id, records }) => `${id}(${records.map((each) => each.key).join('')})`).join(' ')}`
    }
  }
}

const opened = () => {
  const run = new Run()
  run.happen({ type: 'open', epochs: [] })
  run.happen({ type: 'discarded' })
  return run
}

describe('the staged sink', () => {
  it('stages when a batch is full, and the rest before the snapshot, under rising places', () => {
    const run = opened()
    expect(run.happen(write(A))).toBe(null)
    expect(run.happen(write(B))).toBe('stage epoch 1 from 0: a1 b1')
    expect(run.happen({ type: 'staged' })).toBe(null)
    expect(run.happen(write(C))).toBe(null)
    expect(run.happen(checkpoint(1))).toBe('stage epoch 1 from 2: c1')
    expect(run.happen({ type: 'staged' })).toBe('snapshot 1(abc)')
    expect(run.state).toMatchObject({ epoch: 2, staged: [], unstaged: [], call: null })
  })

  it('keeps closed epochs in every checkpoint until they are published and removed', () => {
    const run = opened()
    run.happen(write(A))
    run.happen(checkpoint(1))
    expect(run.happen({ type: 'staged' })).toBe('snapshot 1(a)')
    expect(run.happen({ type: 'abort', id: checkpointId(1) })).toBe(null)
    run.happen(write(B))
    run.happen(checkpoint(3))
    expect(run.happen({ type: 'staged' })).toBe('snapshot 1(a) 3(b)')
    run.happen(write(C))
    run.happen(checkpoint(4))
    expect(run.happen({ type: 'staged' })).toBe('snapshot 1(a) 3(b) 4(c)')
    expect(run.happen(complete(3))).toBe('publish 1(a) 3(b)')
    expect(run.happen({ type: 'published' })).toBe('remove 1(a) 3(b)')
    expect(run.happen({ type: 'removed' })).toBe(null)
    expect(run.happen(checkpoint(5))).toBe('snapshot 4(c)')
  })

  it('takes no notice of a notification that nothing waits for, and keeps no empty epoch', () => {
    const run = opened()
    expect(run.happen(checkpoint(1))).toBe('snapshot ')
    expect(run.happen(complete(1))).toBe(null)
    expect(run.state.call).toBe(null)
  })

  it('publishes all that it restores, then looks for what dead attempts have left', () => {
    const run = new Run()
    expect(run.happen({ type: 'open', epochs: [closed(1, 1, 'a'), closed(2, 2, 'b')] })).toBe('publish 1(a) 2(b)')
    expect(run.happen({ type: 'published' })).toBe('remove 1(a) 2(b)')
    expect(run.happen({ type: 'removed' })).toBe('discardStale')
    expect(run.happen({ type: 'discarded' })).toBe(null)
    expect(run.happen(checkpoint(3))).toBe('snapshot ')
  })

  it('stages everything at the end of input', () => {
    const run = opened()
    run.happen(write(A))
    expect(run.happen({ type: 'finish' })).toBe('stage epoch 1 from 0: a1')
    expect(run.happen({ type: 'staged' })).toBe(null)
    expect(run.happen({ type: 'finish' })).toBe(null)
  })

  it('takes no call inside another, and no end of work that it has not asked for', () => {
    const run = opened()
    expect(() => run.happen({ type: 'published' })).toThrow('published: expected a call that waits for it')
    run.happen(write(A))
    run.happen(write(B))
    expect(() => run.happen(write(C))).toThrow('expected an idle task, it waits in write')
    expect(() => run.happen(checkpoint(1))).toThrow('checkpoint: expected an idle task, it waits in write')
    expect(() => run.happen({ type: 'abort', id: checkpointId(1) })).toThrow('expected an idle task')
  })
})
