// Operator state against what Flink 1.20.3 was seen doing (facts: flink-vectors.md 1.1, 2); its recorded
// redistributions are replayed by properties/vectors/replayFolder.test.ts.
import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { type OperatorStateSnapshot, redistribute, type StateEntry, SubtaskOperatorState } from './operatorState.ts'

describe('list state', () => {
  it('copies at the snapshot, not at add: changes before it are in, changes and adds after it are not', () => {
    const state = new SubtaskOperatorState()
    const list = state.listState<{ text: string }>('boxes')
    const box = { text: 'x' }
    list.add(box)
    box.text = 'changed before snapshot'
    const snapshot = state.snapshot()
    box.text = 'changed after snapshot'
    list.add({ text: 'added after snapshot' })
    expect(snapshot).toEqual({ boxes: { mode: 'SPLIT_DISTRIBUTE', elements: [{ text: 'changed before snapshot' }] } })
    expect(list.get()).toEqual([{ text: 'changed after snapshot' }, { text: 'added after snapshot' }])
  })

  it('restores copies: what the sink does with them leaves the checkpoint as it was', () => {
    const snapshot: OperatorStateSnapshot = { boxes: { mode: 'UNION', elements: [{ text: 'x' }] } }
    const state = new SubtaskOperatorState()
    state.restore([snapshot])
    const [box] = state.unionListState<{ text: string }>('boxes').get()
    if (box) box.text = 'changed'
    expect(snapshot.boxes?.elements).toEqual([{ text: 'x' }])
    expect(state.snapshot().boxes?.elements).toEqual([{ text: 'changed' }])
  })

  it('keeps equal elements apart', () => {
    const list = new SubtaskOperatorState().listState<string>('l')
    list.addAll(['k', 'k'])
    expect(list.get()).toEqual(['k', 'k'])
  })

  it('hands out the live list, the same for the same name', () => {
    const state = new SubtaskOperatorState()
    const live = state.listState<string>('l').get()
    state.listState<string>('l').addAll(['1', '2'])
    expect(live).toEqual(['1', '2'])
    state.listState<string>('l').clear()
    expect(live).toEqual([])
  })

  it('update copies the list but not its elements', () => {
    const list = new SubtaskOperatorState().listState<{ text: string }>('l')
    const own = [{ text: 'x' }]
    list.update(own)
    own.push({ text: 'y' })
    if (own[0]) own[0].text = 'x changed'
    expect(list.get()).toEqual([{ text: 'x changed' }])
  })

  it('refuses nulls, and keeps what came before one', () => {
    const list = new SubtaskOperatorState().listState<string | null>('l')
    expect(() => list.add(null)).toThrow('expected an element, got null')
    expect(() => list.addAll(['a', null, 'b'])).toThrow('got null')
    expect(list.get()).toEqual(['a'])
    expect(() => list.update(['c', null])).toThrow('got null')
    expect(list.get()).toEqual(['c'])
    expect(() => list.addAll(null as unknown as string[])).toThrow('expected an array of elements, got null')
  })

  it('refuses its own live list, which update would empty', () => {
    const list = new SubtaskOperatorState().listState<string>('l')
    list.add('a')
    expect(() => list.update(list.get())).toThrow('pass a copy')
    expect(() => list.addAll(list.get())).toThrow('pass a copy')
    list.update([...list.get()])
    expect(list.get()).toEqual(['a'])
  })

  it('refuses one name in two modes, also where the first comes from a restore', () => {
    const state = new SubtaskOperatorState()
    state.listState('l')
    expect(() => state.unionListState('l')).toThrow("state 'l' is SPLIT_DISTRIBUTE already and cannot be UNION")
    state.restore([{ u: { mode: 'UNION', elements: [] } }])
    expect(() => state.listState('u')).toThrow("state 'u' is UNION already")
  })

  it('has a registered empty list in the snapshot, and restored state that no code asked for', () => {
    const state = new SubtaskOperatorState()
    state.restore([{ old: { mode: 'UNION', elements: [1] } }])
    state.listState('l')
    expect(state.snapshot()).toEqual({
      old: { mode: 'UNION', elements: [1] },
      l: { mode: 'SPLIT_DISTRIBUTE', elements: [] },
    })
  })

  it.each([
    [{ when: new Date(0) }, '.when, got an instance of Date'],
    [{ deep: [1, { m: new Map() }] }, '.deep[1].m, got an instance of Map'],
    [{ n: Number.NaN }, '.n, got NaN'],
    [{ f: () => 0 }, '.f, got function'],
    [[undefined], '[0], got undefined'],
    [10n, 'got bigint'],
  ])('refuses to lose what JSON cannot carry: %o', (element, message) => {
    const state = new SubtaskOperatorState()
    state.listState('l').addAll(['fine', element])
    expect(() => state.snapshot()).toThrow(message)
    expect(() => state.snapshot()).toThrow("state 'l', element 1 cannot be serialised")
  })

  it('has no negative zero, as JSON has none', () => {
    const state = new SubtaskOperatorState()
    state.listState('l').add(-0)
    expect(Object.is(state.snapshot().l?.elements[0], 0)).toBe(true)
  })

  it('ends on a cycle', () => {
    const state = new SubtaskOperatorState()
    const cycle: { self?: unknown } = {}
    cycle.self = cycle
    state.listState('l').add(cycle)
    expect(() => state.snapshot()).toThrow('a cycle?')
  })

  test.prop([fc.jsonValue()], { seed: 1 })('copies exactly as a JSON round trip would', (value) => {
    fc.pre(value !== null)
    const state = new SubtaskOperatorState()
    state.listState('l').add(value)
    const elements = state.snapshot().l?.elements
    expect(elements).toEqual([JSON.parse(JSON.stringify(value))])
  })
})

describe('redistribution', () => {
  const split = (...elements: unknown[]): StateEntry => ({ mode: 'SPLIT_DISTRIBUTE', elements })

  const anyLists = fc.array(fc.array(fc.nat(9), { maxLength: 6 }), { minLength: 1, maxLength: 4 })
  test.prop([anyLists, fc.integer({ min: 1, max: 5 })], { seed: 2 })(
    'S12: every element of a split list goes to exactly one subtask, and shares differ by one at most',
    (lists, parallelism) => {
      const tagged = lists.map((list, old) => list.map((value, index) => `${old}.${index}.${value}`))
      const after = redistribute(
        tagged.map((list) => ({ l: split(...list) })),
        parallelism,
      )
      const shares = after.map((subtask) => subtask.l?.elements ?? [])
      expect(after.length).toBe(parallelism)
      expect(shares.flat().sort()).toEqual(tagged.flat().sort())
      if (lists.length === parallelism) expect(shares).toEqual(tagged)
      else {
        const sizes = shares.map((share) => share.length)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      }
    },
  )

  it('moves the start by the remainder from name to name, so that no subtask is always the fullest', () => {
    const after = redistribute([{ a: split(1, 2, 3), b: split(4, 5, 6) }], 2)
    expect(after).toEqual([
      { a: split(1, 2), b: split(6) },
      { a: split(3), b: split(4, 5) },
    ])
  })

  it('refuses old subtasks that disagree on the mode of a name', () => {
    const snapshots: OperatorStateSnapshot[] = [{ a: split(1) }, { a: { mode: 'UNION', elements: [] } }]
    expect(() => redistribute(snapshots, 2)).toThrow("state 'a' is SPLIT_DISTRIBUTE already and cannot be UNION")
    expect(() => redistribute([], 0)).toThrow('expected a parallelism of 1 or more, got 0')
  })
})
