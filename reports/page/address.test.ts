// The address: what it says is what was chosen, and what somebody else wrote into it does no harm.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Address, addressOf, FILTERS, hashOf } from './address.ts'
import { passes } from './passes.ts'

it('keeps counterexample, step and filters', () => {
  expect(addressOf('#trace=hashSetTransient-S7&step=11&guarantee=S7')).toEqual({
    trace: 'hashSetTransient-S7',
    step: 11,
    filters: { guarantee: 'S7' },
  })
})

it('gives back whatever was put in', () => {
  const text = fc.string({ minLength: 1 })
  const filters = fc.dictionary(fc.constantFrom(...FILTERS), text)
  const address = fc.record({ trace: text, step: fc.option(fc.nat(999_999)), filters })
  fc.assert(
    fc.property(address, (each: Address) => {
      expect(addressOf(hashOf(each))).toEqual(each)
    }),
    { seed: 1 },
  )
})

it.each(['#evidence', '#guarantee-S7', '#table'])('%s is a place in the page', (hash) => {
  expect(addressOf(hash)).toBeNull()
})

it.each(['-1', '1.5', 'NaN', '1e9', '99999999', ''])('a step of %j is none', (step) => {
  expect(addressOf(`#trace=a&step=${step}`)).toEqual({ trace: 'a', step: null, filters: {} })
})

const cell = { design: 'writeThrough', guarantee: 'S2', workload: 'deletes', verdict: 'falls', faults: ['F2d', 'F3'] }
it.each([
  [{}, true],
  [{ design: 'writeThrough', verdict: 'falls', fault: 'F3' }, true],
  [{ fault: 'F4' }, false],
  [{ verdict: 'holds' }, false],
  [{ design: 'flushOnNotify' }, false],
  [{ guarantee: 'S1' }, false],
  [{ workload: 'deletes' }, true],
  [{ workload: 'upsert' }, false],
])('filters %j let it pass: %s', (filters, expected) => {
  expect(passes(cell, filters)).toBe(expected)
})
