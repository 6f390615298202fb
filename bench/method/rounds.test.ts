// Rounds: every case has its turn in each, warm-up is not measured, work that is not as announced has no rate, and a round
// beside other work is made again. No rate is asserted.
import { expect, it } from 'vitest'
import type { BenchCase } from './benchCase.ts'
import { disturbedRounds, remarks } from './disturbance.ts'
import { keptRounds, MAX_CALLS, measureInRounds } from './rounds.ts'
import { sentence } from './summary.ts'

const one = (name: string, change: Partial<BenchCase> = {}): BenchCase => ({
  suite: 's',
  name,
  parameters: { size: 1 },
  records: 10,
  unit: 'ns/record',
  calls: 2,
  work: { records: 10 },
  call: () => 10,
  expected: 10,
  ...change,
})
const options = { rounds: 3, warmUpCalls: 1, warmUpMs: 0, repeats: 0 }

it('takes turns, in another order each round, and warms up in the first', async () => {
  const calls: string[] = []
  const cases = ['a', 'b', 'c'].map((name) =>
    one(name, {
      calls: 1,
      call: () => {
        calls.push(name)
        return 10
      },
    }),
  )
  const { cases: measured, fixedWork } = await measureInRounds(cases, options)
  expect(calls.join('')).toBe('aabbccbcacab')
  expect(fixedWork).toHaveLength(3)
  expect(measured.map(({ rounds }) => rounds.length)).toEqual([3, 3, 3])
})

it('prepares before each call, lets go after each turn, and takes promises', async () => {
  let prepared = 0
  let released = 0
  const asynchronous = one('a', {
    prepare: () => void prepared++,
    release: () => void released++,
    call: async () => 10,
    measureWork: () => ({ requests: 4 }),
  })
  const { cases } = await measureInRounds([asynchronous], options)
  expect([prepared, released]).toEqual([7, 3])
  expect(cases[0]?.result).toMatchObject({
    suite: 's',
    name: 'a',
    parameters: { size: 1 },
    work: { records: 10, requests: 4 },
  })
})

it('refuses a call that did other work, a call that fails, and two cases of one name', async () => {
  await expect(measureInRounds([one('a', { call: () => 9 })], options)).rejects.toThrow(
    'expected a call to give 10, got 9',
  )
  const failing = one('a', { call: () => Promise.reject(new Error('no store')) })
  await expect(measureInRounds([failing], options)).rejects.toThrow('no store')
  await expect(measureInRounds([one('a'), one('a')], options)).rejects.toThrow('two cases are called s a size=1')
})

it('knows a disturbed round, keeps the quiet ones, and says so', () => {
  expect(disturbedRounds([10, 11, 20])).toEqual([false, false, true])
  expect(keptRounds([10, 30, 11, 40, 12], 3)).toEqual([0, 2, 4])
  expect(remarks([10, 11], 0.5, 2)).toEqual([])
  expect(remarks([10, 20], 3, 2)).toEqual([
    'load 3.0 on 2 cores',
    '1 of 2 rounds disturbed: the same work took up to 2.0x as long',
  ])
})

it('speaks in ratios with their range, and of no difference where there is none', () => {
  const result = {
    suite: 's',
    parameters: { size: 1 },
    median: 1,
    spread: [1, 1],
    p99: 1,
    unit: 'ms',
    recordsPerSecond: 1,
    work: {},
  } as const
  const slow = { result: { ...result, name: 'HashSetBuffer' }, rounds: [610, 550, 700] }
  const fast = { result: { ...result, name: 'ListStateBuffer' }, rounds: [10, 10, 10] }
  const same = { result: { ...result, name: 'Other' }, rounds: [11, 9, 10] }
  const say = (left: string, right: string) =>
    sentence([slow, fast, same], { left, right, toDo: 'to add', parameters: { size: 1 } })
  expect(say('ListStateBuffer', 'HashSetBuffer')).toBe(
    'ListStateBuffer is 61x (55-70x) faster to add than HashSetBuffer',
  )
  expect(say('HashSetBuffer', 'ListStateBuffer')).toBe(
    'HashSetBuffer is 61x (55-70x) slower to add than ListStateBuffer',
  )
  expect(say('Other', 'ListStateBuffer')).toBe('Other and ListStateBuffer cannot be told apart to add (0.9-1.1x)')
  expect(say('Nobody', 'ListStateBuffer')).toBeNull()
})

it('a case that is measured once has the first round, and is compared within it', async () => {
  let calls = 0
  const seldom = one('seldom', { calls: 1, once: true, call: () => ++calls && 10 })
  const { cases } = await measureInRounds([one('often'), seldom], { ...options, warmUpCalls: 0 })
  expect(calls).toBe(1)
  expect(cases.map(({ rounds }) => rounds.length)).toEqual([3, 1])
  const [often, first] = cases as [(typeof cases)[number], (typeof cases)[number]]
  const rounds = [often, first].map((measured, i) => ({ ...measured, rounds: i === 0 ? [20, 1, 1] : [10] }))
  const said = sentence(rounds, { left: 'seldom', right: 'often', toDo: 'to run', parameters: {} })
  expect(said).toBe('seldom is 2.0x (one round) faster to run than often')
})

it('takes the time of a call that was timed where it ran', async () => {
  const elsewhere = one('a', { records: 2, call: async () => ({ answer: 10, ms: 4 }) })
  const { cases } = await measureInRounds([elsewhere], options)
  expect(cases[0]?.result).toMatchObject({ median: 2e6, spread: [2e6, 2e6], unit: 'ns/record' })
  const wrong = one('a', { call: async () => ({ answer: 9, ms: 4 }) })
  await expect(measureInRounds([wrong], options)).rejects.toThrow('expected a call to give 10, got 9')
})

it('begins no round that its budget has no time for, but always the first', async () => {
  const { cases } = await measureInRounds([one('a')], { ...options, rounds: 1_000, budgetMs: 0 })
  expect(cases[0]?.rounds).toHaveLength(1)
})

it('makes as many calls as a turn has time for, after a first turn of as many as the case says', async () => {
  const called = async (turnMs: number, change: Partial<BenchCase> = {}) => {
    let calls = 0
    const counted = one('a', { ...change, call: () => ++calls && 10 })
    await measureInRounds([counted], { ...options, warmUpCalls: 0, rounds: 2, turnMs })
    return calls
  }
  expect(await called(0)).toBe(2 + 2)
  expect(await called(Number.POSITIVE_INFINITY)).toBe(2 + MAX_CALLS)
  expect(await called(Number.POSITIVE_INFINITY, { once: true })).toBe(2)
})
