// The example at the top of index.ts, run as it stands there.

import { describe, expect, test } from 'vitest'
import { checkEventually, codec, defineSpec, fifo, machine, rule, Search, scalar, search, Walker } from './index.ts'

const counter = defineSpec({
  name: 'counter',
  variables: { at: scalar(3), queue0: fifo(2, 5), queue1: fifo(2, 5) },
  define: (s) => {
    const queues = [s.queue0, s.queue1]
    return {
      initial: [
        () => {
          s.at = 1
        },
      ],
      rules: [
        rule(
          'up',
          'progress',
          () => s.at < 3,
          () => {
            s.at = s.at + 1
          },
        ),
        ...queues.map((q, i) =>
          rule(
            `send(${i})`,
            'environment',
            () => q.length < 2,
            () => q.push(s.at),
          ),
        ),
      ],
      always: { bounded: () => s.at <= 3 },
      sometimes: { full: () => s.at === 3 },
      eventually: [{ name: 'ends', from: () => true, goal: () => s.at === 3 }],
    }
  },
})

describe('the example of the kernel', () => {
  test('is searched, at once and in slices', async () => {
    const clock = () => performance.now()
    const result = search(counter, { onViolation: 'collect', clock })
    expect([result.states, result.exhausted, result.violations]).toEqual([145, true, []])
    const paused = new Search(counter, { clock, keepGraph: true })
    while (!paused.run(clock() + 10)) await new Promise((done) => setImmediate(done))
    const graph = paused.graph()
    expect(graph.edges(0)).toHaveLength(3)
    expect(graph.dump(1)).toEqual({ at: 2, queue0: [], queue1: [] })
    expect(checkEventually(graph)).toEqual([{ property: 'ends', holds: true, fromStates: 145, lassos: [] }])
  })

  test('is stepped, in place and purely, and packed into words', () => {
    const walker = new Walker(counter)
    expect(walker.enabled()).toEqual([0, 1, 2])
    expect(walker.take(walker.ruleNumber('up'))).toEqual([])
    expect(walker.check()).toEqual([])
    const { initial, step } = machine(counter)
    const next = step(initial[0] as (typeof initial)[0], 'up')
    expect(next).toEqual(walker.dump())
    const { encode, decode, words } = codec(counter.variables)
    expect(encode(next)).toHaveLength(words)
    expect(decode(encode(next))).toEqual(next)
    expect(() => decode(new Int32Array(words + 1))).toThrow(`decode: expected ${words} words, got ${words + 1}`)
    expect(() => encode({ ...next, at: 4 })).toThrow('at: expected a value in 0..3, got 4')
  })
})
