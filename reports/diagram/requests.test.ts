// Requests of a sink with several in flight: found by how many of them are older, followed by the state's own count.
import { expect, it } from 'vitest'
import { SMALL } from '../../model/pipeline/bounds.ts'
import { requestNamed } from '../verify/inFlight.ts'
import type { Values } from '../verify/names.ts'
import { requestsOf } from './requests.ts'

const TWO = { bounds: { ...SMALL, records: 3 }, design: 'asyncSink' }

it.each([
  ['apply(sink0, ok)', { sink: 0, older: 0, outcome: 'ok' }],
  ['apply(sink1.2, ok)', { sink: 1, older: 2, outcome: 'ok' }],
  ['apply(sink1, 2, ok)', { sink: 1, older: 2, outcome: 'ok' }],
  ['apply(sink0, unprocessed 2)', { sink: 0, older: 0, outcome: 'unprocessed 2' }],
  ['apply(sink0.3, torn 1)', { sink: 0, older: 3, outcome: 'torn 1' }],
  ['respond(sink0)', { sink: 0, older: 0, outcome: '' }],
  ['respond(sink0.1)', { sink: 0, older: 1, outcome: '' }],
  ['lose(response sink0)', { sink: 0, older: 0, outcome: '' }],
  ['lose(response sink0.1)', { sink: 0, older: 1, outcome: '' }],
])('reads %s', (action, said) => {
  expect(requestNamed(action)).toEqual(said)
})

it.each(['trigger', 'receive(0)', 'crash(death)'])('%s is about no request', (action) => {
  expect(requestNamed(action)).toBeNull()
})

/** A sink that may have two in flight: what each holds, sent or applied. */
const state = (request: readonly number[], flight0: readonly number[], flight1: readonly number[]): Values => ({
  job: 1,
  request,
  flight0,
  flight1,
  zombies: [0, 0],
})

it('follows two requests of one sink; when the older is over, the other is the older one', () => {
  const actions = [
    'receive(0)',
    'receive(0)',
    'apply(sink0.1, ok)',
    'apply(sink0, refused)',
    'respond(sink0)',
    'respond(sink0)',
  ]
  const states = [
    state([0, 0], [], []),
    state([1, 0], [1], []),
    state([1, 1], [1], [2]),
    state([1, 2], [1], [2]),
    state([2, 2], [1], [2]),
    state([2, 0], [2], []),
    state([0, 0], [], []),
  ]
  expect(requestsOf(TWO, actions, states)).toMatchObject([
    { records: [1], sent: 1, applied: 4, outcome: 'refused', ended: 5, fate: 'taken' },
    { records: [2], sent: 2, applied: 3, outcome: 'ok', ended: 6, fate: 'taken' },
  ])
})

it('two requests leave in one step, and one more when the first is answered', () => {
  const actions = ['receive(0)', 'apply(sink0, ok)', 'respond(sink0)']
  const states = [state([0, 0], [], []), state([1, 1], [1], [2]), state([2, 1], [1], [2]), state([1, 1], [2], [3])]
  expect(requestsOf(TWO, actions, states)).toMatchObject([
    { records: [1], sent: 1, ended: 3 },
    { records: [2], sent: 1, ended: null },
    { records: [3], sent: 3, ended: null },
  ])
})

it('of two left behind, the one lands whose records the store gets', () => {
  const actions = ['receive(0)', 'timeout(sink0.1)', 'timeout(sink0)', 'zombie(0)']
  const states = [
    state([0, 0], [], []),
    state([1, 1], [1], [2]),
    { ...state([1, 0], [1], []), zombies: [2, 0] },
    { ...state([0, 0], [], []), zombies: [2, 1] },
    { ...state([0, 0], [], []), zombies: [1, 0] },
  ]
  expect(requestsOf(TWO, actions, states)).toMatchObject([
    { records: [1], late: 3, ended: null },
    { records: [2], late: 2, applied: 4, ended: 4 },
  ])
})

it('is the records that it carries, in whatever order they left: of a repeated key one', () => {
  const actions = ['receive(0)', 'timeout(sink0)', 'zombie(0)']
  const states = [
    state([0, 0], [], []),
    state([1, 1], [3, 2, 1], [4]),
    { ...state([1, 0], [4], []), zombies: [0b110, 0] },
    { ...state([1, 0], [4], []), zombies: [0, 0] },
  ]
  const bounds = { ...SMALL, records: 4, keys: 2 }
  expect(requestsOf({ bounds, design: 'asyncSinkByVersion' }, actions, states)).toMatchObject([
    { records: [3, 2], late: 2, ended: 3 },
    { records: [4], late: null },
  ])
})
