// Canonical spelling and order of numbers, by example; random ones are held to dynalite in differential.test.ts.
import { describe, expect, test } from 'vitest'
import { addNumbers, canonicalNumber, compareNumbers } from './decimal.ts'

const RISING = ['-100', '-20', '-2.5', '-2.1', '-2', '-0.25', '-0.0001', '0', '0.0001', '0.1', '0.11', '2', '2.1', '10']

describe('numbers', () => {
  test.each(RISING.map((left, i) => [left, i] as const))('%s stands where it belongs', (left, i) => {
    const order = RISING.map((right) => Math.sign(compareNumbers(left, right)))
    expect(order).toEqual(RISING.map((_, j) => Math.sign(i - j)))
  })

  test.each([
    ['01.50', '1.5'],
    ['-0', '0'],
    ['1e3', '1000'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['-12.0e-3', '-0.012'],
    ['1e-130', `0.${'0'.repeat(129)}1`],
  ])('%s is spelled %s', (text, canonical) => {
    expect(canonicalNumber(text)).toBe(canonical)
  })

  test.each([
    ['0.1', '0.2', '0.3'],
    ['-1', '1', '0'],
    ['1000', '-0.001', '999.999'],
    ['0', '-7', '-7'],
    ['99999999999999999999999999999999999999', '1', `1${'0'.repeat(38)}`],
  ])('%s and %s make %s', (left, right, sum) => {
    expect(addNumbers(left, right)).toBe(sum)
    expect(addNumbers(right, left)).toBe(sum)
  })

  test('a sum that a number cannot hold is refused', () => {
    expect(() => addNumbers('1e37', '0.01')).toThrow()
    expect(() => addNumbers(`9${'0'.repeat(125)}`, `9${'0'.repeat(125)}`)).toThrow()
  })
})
