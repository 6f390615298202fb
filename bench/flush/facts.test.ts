// What our transports do in trouble is a promise; what the peers do is observed, and each of them is.
import { expect, it } from 'vitest'
import { observationLines } from '../method/benchRun.ts'
import { factText, observations, observed, TROUBLES } from './facts.ts'
import { WRITERS, type WriterRow } from './writers.ts'

const row = (name: string) => WRITERS.find((each) => each.name === name) as WriterRow

it.each(['fast', 'sdk', 'sdk-tuned'])('%s never calls written what is not', async (name) => {
  const seen = await Promise.all(TROUBLES.map((trouble) => observed(row(name), trouble)))
  expect(seen.map(factText)).toEqual([
    '2 written',
    'ProvisionedThroughputExceededException',
    'ValidationException',
    'TimeoutError',
  ])
  expect(seen.map(({ requests }) => requests)).toEqual([1, 1, 1, 1])
})

it('the document client calls an answer without a body a success, and the text says so', async () => {
  expect(factText(await observed(row('lib-dynamodb'), 'empty answer'))).toBe('says 3 written, 0 are')
})

it('every peer is observed in every trouble', async () => {
  const { PEERS } = await import('./peers.ts')
  const seen = await observations(PEERS)
  expect(seen.map(({ name, about }) => [name, about])).toEqual(
    PEERS.flatMap(({ name }) => TROUBLES.map((trouble) => [name, trouble])),
  )
  const [first] = observationLines(seen)
  expect(first).toMatch(/^client-dynamodb: unprocessed: .+; throttled: .+; duplicate key: .+; empty answer: .+/)
})
