// What is read of a peer's output, and when it is refused. No peer is run: they need not be installed.
import { expect, it } from 'vitest'
import { parsed as spinRun } from './spin.ts'
import { parsed as tlcRun } from './tlc.ts'

const SPIN = `
State-vector 60 byte, depth reached 110, errors: 0
   617149 states, stored
  3932635 states, matched
  4549784 transitions (= stored+matched)
  240.125	total actual memory usage
pan: elapsed time 1.07 seconds
`
const TLC = `Model checking completed. No error has been found.
4549784 states generated, 617,149 distinct states found, 0 states left on queue.
The depth of the complete state graph search is 38.
`

it('SPIN: the initial state is no transition', () => {
  expect(spinRun(SPIN)).toEqual({ states: 617_149, transitions: 4_549_783, seconds: 1.07, peakBytes: 251_789_312 })
  expect(() => spinRun(SPIN.replace('errors: 0', 'errors: 1'))).toThrow('expected no error')
  expect(() => spinRun('')).toThrow('expected a line with the states stored')
})

it('TLC: nor is it a level; with two workers the depth is not exact', () => {
  const counts = { states: 617_149, transitions: 4_549_783, seconds: 2, peakBytes: 0 }
  expect(tlcRun(TLC, 1, 2)).toEqual({ ...counts, depth: 37 })
  expect(tlcRun(TLC, 2, 2)).toEqual(counts)
  expect(() => tlcRun(TLC.replace('0 states left', '7 states left'), 1, 2)).toThrow('expected a complete search')
  expect(() => tlcRun(TLC.replace('No error', 'Error: invariant'), 1, 2)).toThrow('expected a complete search')
})
