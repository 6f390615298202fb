// States in words: each family of variables once, and one that no row knows.
import { expect, it } from 'vitest'
import { highestId, SMALL } from '../../model/pipeline/bounds.ts'
import { variablesOf, variableText } from './stateText.ts'

const ids = highestId(SMALL)

it.each([
  ['channel0', [1, 2, 3, 4], 'r1, r2, end of data, barrier 1'],
  ['bufferList0', [2, 1], 'r2, r1'],
  ['bufferSet0', [0, 1], 'r2'],
  ['acks1', [1, ids + 1], 'ack 1, decline 1'],
  ['notices0', [1, (ids + 1) * 2 + 1], 'complete 1, abort 2, newest 1'],
  ['zombies', [3, 0], 'r1+r2'],
  ['table', [2], 'k0 v2'],
  ['job', 0, 'down'],
  ['job', 1, 'running'],
  ['request', [1], 'sent'],
  ['answer', [3], 'error'],
  ['nextId', 2, '2'],
  ['armed', [0], ''],
  ['somethingNew', [7, 8], '7, 8'],
] as const)('%s %j is "%s"', (name, value, text) => {
  expect(variableText(SMALL, name, value)).toBe(text)
})

it('leaves out ghosts and what the run has no room for', () => {
  const names = variablesOf({ bounds: SMALL, design: 'hashSetTransient' })
  expect(names).toContain('bufferSet0')
  for (const absent of ['newest', 'changed', 'bufferList0', 'channel1', 'gateQueue0', 'usedF7'])
    expect(names).not.toContain(absent)
})
