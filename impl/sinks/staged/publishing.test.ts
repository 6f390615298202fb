// Publishing as a machine: one record of a key at a time, in the order in which they were staged, none forgotten, in
// whatever order answers come and however many of them fail; and what it makes of a staged row that is gone.
// Read next: publishing.ts.
import { fc } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import {
  newestOfEach,
  type Publication,
  type PublishEffect,
  type PublishEvent,
  type PublishState,
  startPublishing,
  stepPublishing,
} from './publishing.ts'

const publication = (key: string, version: number, number = version): Publication => ({
  key,
  version,
  id: `${key}${version}`,
  row: `1/0/1/0/${number}`,
})
const loadedOf = ({ version, id }: Publication) => ({ version, content: id, record: id })

class Run {
  state: PublishState<string>
  effects: readonly PublishEffect<string>[]
  readonly #maxInFlight: number

  constructor(maxInFlight: number, publications: readonly Publication[]) {
    this.#maxInFlight = maxInFlight
    const { state, effects } = startPublishing<string>(maxInFlight, publications)
    this.state = state
    this.effects = effects
  }

  happen(event: PublishEvent<string>): readonly string[] {
    const { state, effects } = stepPublishing(this.#maxInFlight, this.state, event)
    this.state = state
    this.effects = effects
    return this.shown
  }

  get shown(): readonly string[] {
    return this.effects.map((effect) => {
      if (effect.type === 'send') return `${effect.request} ${effect.publication.id}`
      if (effect.type === 'pause') return `pause ${effect.level}`
      return effect.type === 'fail' ? `fail ${effect.why}` : 'done'
    })
  }
}

const [a1, a2, b1] = [publication('a', 1, 0), publication('a', 2, 1), publication('b', 1, 2)]
const found = (row: string, version: number, content: string): PublishEvent<string> => ({
  type: 'fence',
  row,
  event: { type: 'found', stored: { version, content } },
})

describe('publishing', () => {
  it('of nothing is done at once', () => {
    expect(new Run(2, []).shown).toEqual(['done'])
  })

  it('loads, then writes; the next of a key only when the one before is over', () => {
    const run = new Run(3, [a1, a2, b1])
    expect(run.shown).toEqual(['load a1', 'load b1'])
    expect(run.happen({ type: 'loaded', row: a1.row, loaded: loadedOf(a1) })).toEqual(['write a1'])
    expect(run.happen({ type: 'fence', row: a1.row, event: { type: 'written' } })).toEqual(['load a2'])
    run.happen({ type: 'loaded', row: b1.row, loaded: loadedOf(b1) })
    expect(run.happen({ type: 'fence', row: b1.row, event: { type: 'written' } })).toEqual([])
    run.happen({ type: 'loaded', row: a2.row, loaded: loadedOf(a2) })
    expect(run.happen({ type: 'fence', row: a2.row, event: { type: 'written' } })).toEqual(['done'])
  })

  it('asks why a write was refused, and takes its own row and a newer one for success', () => {
    for (const [version, content] of [
      [1, 'a1'],
      [5, 'other'],
    ] as const) {
      const run = new Run(1, [a1])
      run.happen({ type: 'loaded', row: a1.row, loaded: loadedOf(a1) })
      expect(run.happen({ type: 'fence', row: a1.row, event: { type: 'refused' } })).toEqual(['read a1'])
      expect(run.happen(found(a1.row, version, content))).toEqual(['done'])
    }
  })

  it('fails on another content of its version, and takes no more events then', () => {
    const run = new Run(2, [a1, b1])
    run.happen({ type: 'loaded', row: a1.row, loaded: loadedOf(a1) })
    run.happen({ type: 'fence', row: a1.row, event: { type: 'refused' } })
    expect(run.happen(found(a1.row, 1, 'other'))).toEqual(['fail conflict'])
    expect(run.happen({ type: 'loaded', row: b1.row, loaded: loadedOf(b1) })).toEqual([])
  })

  it.each([
    ['is there', { version: 1, content: 'a1' }, 'done'],
    ['is covered by a newer one', { version: 2, content: 'x' }, 'done'],
    ['is older', { version: 0, content: 'x' }, 'fail lost'],
    ['is not there', null, 'fail lost'],
  ] as const)('of a staged row that is gone looks into the table: the row %s', (_, stored, ends) => {
    const run = new Run(1, [a1])
    expect(run.happen({ type: 'loaded', row: a1.row, loaded: null })).toEqual(['verify a1'])
    expect(run.happen({ type: 'fence', row: a1.row, event: { type: 'found', stored } })).toEqual([ends])
  })

  it('pauses longer after each failure, and goes on where it was; a failed read goes back to the write', () => {
    const run = new Run(1, [a1])
    const fails = () => run.happen({ type: 'fence', row: a1.row, event: { type: 'failed' } })
    const wakes = () => run.happen({ type: 'awake', row: a1.row })
    expect([fails(), wakes(), fails(), wakes()]).toEqual([['pause 1'], ['load a1'], ['pause 2'], ['load a1']])
    run.happen({ type: 'loaded', row: a1.row, loaded: loadedOf(a1) })
    expect([fails(), wakes()]).toEqual([['pause 1'], ['write a1']])
    run.happen({ type: 'fence', row: a1.row, event: { type: 'refused' } })
    expect([fails(), wakes()]).toEqual([['pause 2'], ['write a1']])
  })

  it('refuses events of records that are not in flight, and answers to other questions', () => {
    const run = new Run(1, [a1, b1])
    expect(() => run.happen({ type: 'awake', row: b1.row })).toThrow('expected a record in flight, got 1/0/1/0/2')
    expect(() => run.happen({ type: 'fence', row: a1.row, event: { type: 'written' } })).toThrow(
      'expected what load asked for, got "written"',
    )
  })

  it('of several versions of a key takes the newest, and both where the input contradicts itself', () => {
    const twin = { ...publication('a', 2, 3), id: 'twin' }
    expect(newestOfEach([a1, b1, a2, twin])).toEqual([b1, a2, twin])
  })
})

it('under any answers: one of a key at a time and in order, no more than may be, and all of them in the end', () => {
  const publications = fc
    .array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 })
    .map((keys) => keys.map((key, at) => publication(key, at + 1)))
  fc.assert(
    fc.property(publications, fc.integer({ min: 1, max: 3 }), fc.array(fc.nat({ max: 60 })), (all, most, schedule) => {
      const run = new Run(most, all)
      const written: string[] = []
      const table = new Map<string, number>()
      let done = run.shown.includes('done')
      const serve = (choice: number) => {
        const { inFlight } = run.state
        const flight = inFlight[Math.floor(choice / 4) % Math.max(1, inFlight.length)]
        if (flight === undefined) return
        const { publication: each, request } = flight
        const { row } = each
        if (choice % 4 === 3) {
          run.happen({ type: 'fence', row, event: { type: 'failed' } })
          run.happen({ type: 'awake', row })
        } else if (request === 'load') run.happen({ type: 'loaded', row, loaded: loadedOf(each) })
        else {
          written.push(each.id)
          table.set(each.key, each.version)
          run.happen({ type: 'fence', row, event: { type: 'written' } })
        }
        if (run.shown.includes('done')) done = true
        const keys = run.state.inFlight.map(({ publication: { key } }) => key)
        expect(new Set(keys).size).toBe(keys.length)
        expect(keys.length).toBeLessThanOrEqual(most)
      }
      for (const choice of schedule) serve(choice)
      while (run.state.inFlight.length > 0) serve(0)
      expect(done).toBe(true)
      for (const key of ['a', 'b', 'c'])
        expect(written.filter((id) => id.startsWith(key))).toEqual(all.filter((e) => e.key === key).map(({ id }) => id))
    }),
    { seed: 4, numRuns: 300 },
  )
})
