// A source's side of the protocol: one record read ahead, a position that is the next record's and not of the one read
// ahead, and a restart that hears nothing more of what was read before it.
import { describe, expect, it } from 'vitest'
import { checkpointId } from '../../model/pipeline/ids.ts'
import type { SinkRecord } from '../sinks/interfaces.ts'
import { MemoryLog, type RecordLog, SourceTask } from './sourceTask.ts'

const record = (n: number): SinkRecord => ({ key: `k${n}`, version: n, id: String(n), value: '' })
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** Records 0, 1, 2 … whose reads end when the test says so; a position is the number of the next record. */
class SlowLog implements RecordLog {
  readonly reads: ((record: SinkRecord | null) => void)[] = []
  readonly sought: unknown[] = []
  #at = 0

  next(): Promise<SinkRecord | null> {
    const n = this.#at++
    return new Promise((resolve) => {
      this.reads.push((given) => resolve(given ?? record(n)))
    })
  }

  position(): number {
    return this.#at
  }

  seek(offset: number, position: unknown): void {
    this.sought.push([offset, position])
    this.#at = offset
  }
}

describe('a source', () => {
  it('reads one record ahead, and its state is the place of that record until it is taken', () => {
    const source = new SourceTask(0, new MemoryLog([record(0), record(1)]))
    void source.prepare()
    expect([source.ahead?.id, source.state()]).toEqual(['0', { offset: 0, position: null, finished: false }])
    expect(source.take().id).toBe('0')
    expect(source.state().offset).toBe(1)
    void source.prepare()
    expect(source.take().id).toBe('1')
    void source.prepare()
    expect([source.ahead, source.state().offset]).toEqual([null, 2])
  })

  it('keeps the record it has ahead: asked again it reads no further', () => {
    const source = new SourceTask(0, new MemoryLog([record(0), record(1)]))
    void source.prepare()
    void source.prepare()
    expect(source.take().id).toBe('0')
  })

  it('has nothing to give before the record is there, nor at the end', () => {
    const source = new SourceTask(3, new MemoryLog([]))
    expect(() => source.take()).toThrow(/expected a record at offset 0 of source 3/)
    void source.prepare()
    expect(() => source.take()).toThrow(/expected a record at offset 0 of source 3/)
  })

  it('stores the position before the record ahead, whether that has arrived or not', async () => {
    const log = new SlowLog()
    const source = new SourceTask(0, log)
    const read = source.prepare()
    expect([log.position(), source.state().position]).toEqual([1, 0])
    log.reads[0]?.(null)
    await read
    expect([source.ahead?.id, source.state().position]).toEqual(['0', 0])
    source.take()
    expect(source.state()).toEqual({ offset: 1, position: 1, finished: false })
  })
})

describe('a restart', () => {
  it.each([
    ['from the start', null, [0, null]],
    ['from a checkpoint', { offset: 2, position: 2, finished: true }, [2, 2]],
  ] as const)('%s seeks its place, forgets end and trigger, and emits from there', async (_, state, sought) => {
    const log = new SlowLog()
    const source = new SourceTask(0, log)
    source.ended = true
    source.tellTrigger({ id: checkpointId(9), kind: 'checkpoint', atMs: 0 })
    await source.restore(state)
    const read = source.prepare()
    log.reads[0]?.(null)
    await read
    expect(log.sought).toEqual([sought])
    expect([source.ended, source.triggered, source.offset, source.take().id]).toEqual([
      false,
      null,
      sought[0],
      String(sought[0]),
    ])
  })

  it.each([
    ['before', [0, 1]],
    ['after', [1, 0]],
  ] as const)('hears nothing of a read of the attempt before, should it end %s its own', async (_, order) => {
    const log = new SlowLog()
    const source = new SourceTask(0, log)
    await source.restore({ offset: 5, position: 5, finished: false })
    void source.prepare()
    await source.restore({ offset: 2, position: 2, finished: false })
    void source.prepare()
    for (const read of order) {
      log.reads[read]?.(null)
      await turn()
      expect(['2', undefined]).toContain(source.ahead?.id)
    }
    expect([source.take().id, source.state().offset]).toEqual(['2', 3])
  })
})
