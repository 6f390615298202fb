// Every design under code updates, damaged checkpoints and the coordinator's death: what falls is what was expected, from
// searches that saw every state. That the classes strike in random schedules is tested beside the world.
import { describe, expect, it } from 'vitest'
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'
import { ATTEMPT_ENDS, expectedEnd, searchEnd } from './attemptEnds.ts'

describe.each(ATTEMPT_ENDS.map((row) => [row.fault, row] as const))('%s', (_, row) => {
  it.each(DESIGNS.map(({ name }) => name))('%s', (design) => {
    const { falls, exhausted } = searchEnd(design, row)
    expect(exhausted).toBe(true)
    expect(falls).toEqual(expectedEnd(design, row))
  })
})

it('a verdict that changed would be noticed: what one design loses, another keeps', () => {
  const [update] = ATTEMPT_ENDS
  if (update === undefined) throw new Error('expected a row')
  expect(expectedEnd('flushNotAwaited', update)).toMatchObject({ S1: ['F8'] })
  expect(expectedEnd('hashSetCloseWrites', update)).toMatchObject({ S1: ['F1+F8'] })
  expect(expectedEnd('fenced', update)).toEqual({})
})
