// Requests that actions number, of a sink with several in flight, and of which the state says nothing: followed by the
// names of the actions alone.
import { expect, it } from 'vitest'
import { SMALL } from '../../model/pipeline/bounds.ts'
import type { Values } from '../verify/names.ts'
import { requestNamed, requestsOf } from './requests.ts'

it.each([
  ['apply(sink0, ok)', { sink: 0, number: '', outcome: 'ok' }],
  ['apply(sink1, 2, ok)', { sink: 1, number: '2', outcome: 'ok' }],
  ['apply(sink0, unprocessed 2)', { sink: 0, number: '', outcome: 'unprocessed 2' }],
  ['apply(sink0, 3, torn 1)', { sink: 0, number: '3', outcome: 'torn 1' }],
  ['respond(sink0)', { sink: 0, number: '', outcome: '' }],
  ['respond(sink0, 1)', { sink: 0, number: '1', outcome: '' }],
  ['lose(response sink0)', { sink: 0, number: '', outcome: '' }],
  ['lose(response sink0, 1)', { sink: 0, number: '1', outcome: '' }],
])('reads %s', (action, said) => {
  expect(requestNamed(action)).toEqual(said)
})

it.each(['trigger', 'receive(0)', 'crash(death)'])('%s is about no request', (action) => {
  expect(requestNamed(action)).toBeNull()
})

const running: Values = { job: 1 }

it('follows two requests of one sink, answered in another order than sent', () => {
  const actions = ['receive(0)', 'apply(sink0, 0, ok)', 'receive(0)', 'apply(sink0, 1, refused)', 'respond(sink0, 1)']
  const requests = requestsOf(SMALL, actions, Array(actions.length + 1).fill(running))
  expect(requests).toMatchObject([
    { number: '0', sent: 1, applied: 2, outcome: 'ok', ended: null, fate: 'open' },
    { number: '1', sent: 3, applied: 4, outcome: 'refused', ended: 5, fate: 'taken' },
  ])
})

it('a request that is applied twice by its number was sent twice', () => {
  const actions = [
    'flush(sink0)',
    'apply(sink0, 1, refused)',
    'respond(sink0, 1)',
    'timer(sink0)',
    'apply(sink0, 1, ok)',
  ]
  const requests = requestsOf(SMALL, actions, Array(actions.length + 1).fill(running))
  expect(requests.map(({ sent, applied, ended }) => [sent, applied, ended])).toEqual([
    [1, 2, 3],
    [4, 5, null],
  ])
})
