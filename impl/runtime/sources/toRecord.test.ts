// Rows to records: keys that stay apart, versions that are never guessed, and an error with line and column for the rest.
import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { type MappingOptions, parseMapping } from './mapping.ts'
import { MemoryLog } from './memoryLog.ts'
import type { Row } from './replayableLog.ts'
import { BadRowError, MappingError, MissingColumnError } from './sourceErrors.ts'
import { checkColumns, MAX_ITEM_BYTES, type MapperOptions, RecordMapper } from './toRecord.ts'
import { readVersion } from './versions.ts'

function mapAll(rows: readonly Row[], options: MappingOptions, more: MapperOptions = {}) {
  const mapper = new RecordMapper('in.csv', parseMapping(options), more)
  const records = rows.map((row, offset) =>
    mapper.toRecord({ offset, line: offset + 2, row, json: JSON.stringify(row) }),
  )
  return { records, mapper }
}
const keysOf = (rows: readonly Row[], key: string) => mapAll(rows, { key }).records.map((record) => record.key)

describe('a record', () => {
  it('is the row with its key, version and place', () => {
    const { records } = mapAll([{ k: 'a', v: '7', x: 'y' }], { key: 'k', version: 'v' }, { source: 3 })
    expect(records).toEqual([{ key: 'a', version: 7, id: '3/0', value: '{"k":"a","v":"7","x":"y"}' }])
  })

  it('has the place in the input as version where no column is named', () => {
    const { records } = mapAll([{ k: 'a' }, { k: 'a' }], { key: 'k' })
    expect(records.map(({ version, id }) => [version, id])).toEqual([
      [1, '0/0'],
      [2, '0/1'],
    ])
  })

  it.each([
    [MAX_ITEM_BYTES, 'x'],
    [MAX_ITEM_BYTES / 2, 'é'],
  ])('over 400 KB is refused by bytes of UTF-8, naming it: %i of %s', (length, character) => {
    const row = { k: 'a', x: character.repeat(length) }
    expect(() => mapAll([{ k: 'b' }, row], { key: 'k' })).toThrow(
      /^in\.csv:3: record 0\/1 \(key "a"\) is an item of 4\d{5} bytes: the store takes at most 409600$/,
    )
    expect(mapAll([{ k: 'b', x: character.repeat(length - 100) }], { key: 'k' }).records.length).toBe(1)
  })
})

describe('the key', () => {
  const part = fc.string({ unit: fc.constantFrom('a', '|', '\\', ','), minLength: 1, maxLength: 4 })
  test.prop([fc.tuple(part, part), fc.tuple(part, part)], { seed: 1, numRuns: 2000 })(
    'of several columns is the same only where all of them are',
    (left, right) => {
      const [one, two] = keysOf(
        [left, right].map(([p, q]) => ({ p, q })),
        'p,q',
      )
      expect(one === two).toBe(left[0] === right[0] && left[1] === right[1])
    },
  )

  it('keeps apart what a plain join would not, and leaves a single column as it is', () => {
    expect(
      keysOf(
        [
          { p: 'a|b', q: 'c' },
          { p: 'a', q: 'b|c' },
        ],
        'p,q',
      ),
    ).toEqual(['a\\|b|c', 'a|b\\|c'])
    const tricky = keysOf(
      [
        { p: 'a\\', q: 'b|c' },
        { p: 'a|b\\', q: 'c' },
      ],
      'p,q',
    )
    expect(new Set(tricky).size).toBe(2)
    expect(keysOf([{ p: 'a|b' }], 'p')).toEqual(['a|b'])
  })

  it('takes numbers and booleans', () =>
    expect(keysOf([{ k: 5 }, { k: 1.5 }, { k: false }], 'k')).toEqual(['5', '1.5', 'false']))

  it.each<[string, unknown, string]>([
    ['empty', '', "in.csv:2: column 'k': expected a key, got an empty one"],
    ['null', null, "column 'k': expected a string, number or boolean as key, got null"],
    ['an object', { a: 1 }, 'as key, got {"a":1}'],
    ['a number that lost digits', 2 ** 53, 'the number 9007199254740992 has lost digits'],
    ['half a character', 'a\ud800', 'is not valid Unicode'],
    ['too long', 'é'.repeat(1025), 'the key is 2050 bytes long: expected at most 2048'],
  ])('is refused: %s', (_name, cell, message) => {
    expect(() => keysOf([{ k: cell }], 'k')).toThrow(message)
    expect(() => keysOf([{ k: cell }], 'k')).toThrow(BadRowError)
  })

  it('is refused with one empty part too', () => {
    expect(() => keysOf([{ p: 'a', q: '' }], 'p,q')).toThrow("column 'q': expected a key, got an empty one")
  })

  it('whose column is not there lists those that are', async () => {
    expect(() => keysOf([{ id: 1, name: 'x' }], 'k')).toThrow("in.csv:2: there is no column 'k'; there are: id, name")
    expect(() => keysOf([{}], 'toString')).toThrow(MissingColumnError)
    const log = Object.assign(new MemoryLog([], 'in.csv'), { columns: ['id', 'name'] })
    const mapping = parseMapping({ key: 'id', version: 'v' })
    expect(() => checkColumns(log, mapping)).toThrow("in.csv: there is no column 'v'; there are: id, name")
    checkColumns(log, parseMapping({ key: 'id,name' }))
    checkColumns(new MemoryLog([]), mapping)
  })
})

describe('a version', () => {
  it.each<[unknown, number]>([
    ['0', 0],
    ['-3', -3],
    ['+7', 7],
    ['007', 7],
    ['5.0', 5],
    ['-0', 0],
    [12, 12],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('is an integer: %s', (cell, version) => expect(readVersion(cell, 'integer')).toEqual({ version }))

  it.each<[unknown, string]>([
    ['', 'expected a version, got nothing'],
    [null, 'expected a version, got nothing'],
    ['abc', 'expected an integer, got "abc"'],
    [' 5', 'expected an integer, got " 5"'],
    ['1.5', 'expected an integer, got "1.5"'],
    ['1.00000000000000001', 'expected an integer'],
    ['1e3', 'expected an integer, got "1e3"'],
    ['NaN', 'expected an integer'],
    ['0x10', 'expected an integer'],
    [1.5, 'expected an integer, got "1.5"'],
    [true, 'expected a version, got true'],
    ['2026-01-31', '(is it --version-type iso?)'],
    ['9007199254740992', 'is too large: expected at most 9007199254740991'],
    ['99999999999999999999', 'is too large'],
    [1e300, 'is too large'],
  ])('is no integer: %s', (cell, problem) => {
    expect(readVersion(cell, 'integer')).toEqual({ problem: expect.stringContaining(problem) })
  })

  it.each([
    ['1970-01-01', 0],
    ['1970-01-01T00:00:01Z', 1e6],
    ['1970-01-01 01:00:00.5+01:00', 5e5],
    ['1970-01-01T00:00:00.000001Z', 1],
    ['1969-12-31T23:59Z', -60e6],
    ['1970-01-01T00:00:00.123456000Z', 123456],
    ['2026-01-31T12:00:00,25-0530', Date.UTC(2026, 0, 31, 17, 30) * 1000 + 25e4],
    ['2024-02-29', Date.UTC(2024, 1, 29) * 1000],
  ])('is a time: %s', (cell, version) => expect(readVersion(cell, 'iso')).toEqual({ version }))

  it.each<[unknown, string]>([
    ['31.01.2026', 'expected an ISO 8601 date or time'],
    ['2026-01', 'expected an ISO 8601 date or time'],
    [1700000000, 'expected an ISO 8601 date or time'],
    ['2026-02-30', 'there is no such time as "2026-02-30"'],
    ['2026-13-01', 'there is no such time'],
    ['2026-01-01T25:00Z', 'there is no such time'],
    ['2026-01-01T12:00:00', 'has no time zone'],
    ['2026-01-01T12:00+25:00', 'expected an ISO 8601 date or time'],
    ['2026-01-01T12:00:00.0000001Z', 'finer than a microsecond'],
    ['9999-01-01', 'too large'],
    ['', 'got nothing'],
  ])('is no time: %s', (cell, problem) => {
    expect(readVersion(cell, 'iso')).toEqual({ problem: expect.stringContaining(problem) })
  })

  it('that is bad is named by line and column', () => {
    const rows = [
      { k: 'a', v: '1' },
      { k: 'a', v: 'x' },
    ]
    expect(() => mapAll(rows, { key: 'k', version: 'v' })).toThrow(
      'in.csv:3: column \'v\': expected an integer, got "x"',
    )
    expect(() => mapAll([{ k: 'a' }], { key: 'k', version: 'v' })).toThrow(MissingColumnError)
  })
})

describe('versions of one key', () => {
  const options: MappingOptions = { key: 'k', version: 'v' }
  const row = (k: string, v: number, x = ''): Row => ({ k, v, x })

  it('may rise, with other keys in between, and may repeat with the same content', () => {
    const rows = [row('a', 1), row('b', 9), row('a', 1), row('a', 5), row('b', 10)]
    expect(mapAll(rows, options).records.map(({ version }) => version)).toEqual([1, 9, 1, 5, 10])
  })

  it('that are equal with other content are refused, naming both lines', () => {
    expect(() => mapAll([row('a', 1, 'x'), row('b', 1), row('a', 1, 'y')], options)).toThrow(
      'in.csv:4: column \'v\': version 1 of key "a" has other content than on line 2: which is newer?',
    )
    const long = 'z'.repeat(100)
    expect(() => mapAll([row('a', 1, `${long}x`), row('a', 1, `${long}y`)], options)).toThrow('has other content')
    expect(mapAll([row('a', 1, long), row('a', 1, long)], options).records.length).toBe(2)
  })

  it('that fall are refused, with the way out', () => {
    expect(() => mapAll([row('a', 5), row('a', 3)], options)).toThrow(
      'in.csv:3: column \'v\': version 3 of key "a" comes after 5 (line 2). Sort the input by version, or use --version-type row',
    )
  })

  it('may fall where the store compares, and are still checked for contradictions', () => {
    const rows = [row('a', 5), row('a', 3)]
    expect(mapAll(rows, options, { fallingVersions: 'pass' }).records.length).toBe(2)
    expect(() => mapAll([...rows, row('a', 5, 'other')], options, { fallingVersions: 'pass' })).toThrow(
      'has other content',
    )
  })

  it('are no matter where the rows have no version of their own', () => {
    expect(mapAll([row('a', 5), row('a', 3), row('a', 3, 'x')], { key: 'k' }).records.length).toBe(3)
  })

  it('are remembered for as many keys as asked, the longest unseen forgotten first and counted', () => {
    const rows = [row('a', 5), row('b', 5), row('a', 6), row('c', 1), row('b', 1)]
    const { mapper } = mapAll(rows, options, { rememberedKeys: 2 })
    expect(mapper.forgottenKeys).toBe(2)
    expect(() => mapAll([...rows.slice(0, 4), row('a', 1)], options, { rememberedKeys: 2 })).toThrow('comes after 6')
  })

  it('start afresh when a restore rewinds the source', () => {
    const { mapper } = mapAll([row('a', 1), row('a', 2)], options)
    const again = mapper.toRecord({ offset: 0, line: 2, row: row('a', 1), json: '{}' })
    expect(again.version).toBe(1)
  })
})

describe('the options', () => {
  it.each<[MappingOptions, unknown]>([
    [{ key: 'a' }, { key: ['a'], version: { type: 'row' } }],
    [
      { key: 'a,b', version: 'v' },
      { key: ['a', 'b'], version: { type: 'integer', column: 'v' } },
    ],
    [
      { key: 'a\\,b,c\\\\,d\\e', version: 't', versionType: 'iso' },
      { key: ['a,b', 'c\\', 'd\\e'], version: { type: 'iso', column: 't' } },
    ],
    [
      { key: 'a', versionType: 'row' },
      { key: ['a'], version: { type: 'row' } },
    ],
    [
      { key: 'a', version: 'v', versionType: 'row' },
      { key: ['a'], version: { type: 'row', column: 'v' } },
    ],
  ])('say: %o', (options, mapping) => expect(parseMapping(options)).toEqual(mapping))

  it.each<[MappingOptions, string]>([
    [{ key: '' }, "expected --key COL[,COL], got ''"],
    [{ key: 'a,' }, "expected --key COL[,COL], got 'a,'"],
    [{ key: 'a,b,a' }, "expected each column once in --key, got 'a' twice"],
    [{ key: 'a', version: 'v', versionType: 'date' }, "expected --version-type integer, iso or row, got 'date'"],
    [{ key: 'a', versionType: 'iso' }, '--version-type iso needs a column'],
  ])('are refused: %o', (options, message) => {
    expect(() => parseMapping(options)).toThrow(message)
    expect(() => parseMapping(options)).toThrow(MappingError)
  })
})
