// The fence alone: what each answer means, and that a refused write is judged by whatever row is there by then.
// Read next: fence.ts.
import { describe, expect, it } from 'vitest'
import { type FenceEvent, type FenceState, isOver, type Stored, stepFence } from './fence.ts'

const record = { version: 2, content: 'b' }
const row = (version: number, content = 'b'): Stored => ({ version, content })

/** All states that the record goes through with these answers. */
function states(...events: readonly FenceEvent[]): readonly FenceState[] {
  const seen: FenceState[] = ['write']
  for (const event of events) seen.push(stepFence(record, seen.at(-1) ?? 'write', event))
  return seen
}

describe('a fenced write', () => {
  it.each([
    ['goes in', [{ type: 'written' }], 'written'],
    ['had no answer', [{ type: 'failed' }], 'again'],
    ['met a newer row', [{ type: 'refused', stored: row(3) }], 'superseded'],
    ['met itself', [{ type: 'refused', stored: row(2) }], 'repeated'],
    ['met another row of its version', [{ type: 'refused', stored: row(2, 'other') }], 'conflict'],
    ['met a row that has no version', [{ type: 'refused', stored: 'unversioned' }], 'unversioned'],
    ['met an older row by now', [{ type: 'refused', stored: row(1) }], 'again'],
  ] as const)('that %s', (_, events, outcome) => {
    expect(states(...events)).toEqual(['write', outcome])
  })

  it.each([
    ['a newer row', row(7), 'superseded'],
    ['itself', row(2), 'repeated'],
    ['another row of its version', row(2, ''), 'conflict'],
    ['no row: it went in between', null, 'again'],
  ] as const)('reads where the store does not say why, and finds %s', (_, stored, outcome) => {
    expect(states({ type: 'refused' }, { type: 'found', stored })).toEqual(['write', 'read', outcome])
  })

  it('goes again where the read fails', () => {
    expect(states({ type: 'refused' }, { type: 'failed' })).toEqual(['write', 'read', 'again'])
  })

  it('takes no answer to what it has not sent', () => {
    expect(() => states({ type: 'found', stored: null })).toThrow('to what was sent in "write", got "found"')
    expect(() => states({ type: 'refused' }, { type: 'written' })).toThrow('in "read", got "written"')
    expect(() => states({ type: 'written' }, { type: 'failed' })).toThrow('in "written", got "failed"')
  })

  it('is over in every state but two', () => {
    expect((['write', 'read', 'written', 'again'] as const).map(isOver)).toEqual([false, false, true, true])
  })
})
