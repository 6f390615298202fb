// Logs that can be read again: every position of every log is a place to go on from, and every bad input has its error.
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fc, test } from '@fast-check/vitest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CsvOptions, csvLog } from './csv.ts'
import { MemoryLog } from './memoryLog.ts'
import { ndjsonLog } from './ndjson.ts'
import type { LogPosition, LogRecord, ReplayableLog } from './replayableLog.ts'
import { BadRowError, InputChangedError, SourceUnreadableError } from './sourceErrors.ts'

let folder = ''
let count = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sinkproof-logs-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function file(content: string | Buffer): Promise<string> {
  const path = join(folder, `${count++}`)
  await writeFile(path, content)
  return path
}
async function rest(log: ReplayableLog): Promise<LogRecord[]> {
  const records: LogRecord[] = []
  for (let record = await log.next(); record !== null; record = await log.next()) records.push(record)
  return records
}
async function readAll(log: ReplayableLog, position?: LogPosition): Promise<LogRecord[]> {
  await log.open(position)
  try {
    return await rest(log)
  } finally {
    await log.close()
  }
}
async function positionAfter(log: ReplayableLog, records: number): Promise<LogPosition> {
  await log.open()
  for (let index = 0; index < records; index++) await log.next()
  const position = await log.position()
  await log.close()
  return position
}
const csv = async (content: string | Buffer, options?: CsvOptions) => readAll(csvLog(await file(content), options))
const ndjson = async (content: string | Buffer) => readAll(ndjsonLog(await file(content)))
const rows = (records: readonly LogRecord[]) => records.map(({ row }) => row)

describe('any log, from any of its positions', () => {
  const quote = (field: string): string => `"${field.replaceAll('"', '""')}"`
  const field = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.constantFrom('a\nb', 'a\r\nb', '"', ',', 'é'),
  )
  const anyRows = fc.array(fc.record({ a: field, b: field }), { maxLength: 12 })

  async function checkEveryPosition(make: () => ReplayableLog, expected: readonly unknown[]): Promise<void> {
    const all = await readAll(make())
    expect(rows(all)).toEqual(expected)
    expect(all.map(({ offset }) => offset)).toEqual(all.map((_, index) => index))
    for (let from = 0; from <= all.length; from++) {
      // Through JSON, as the checkpoint does.
      const position = JSON.parse(JSON.stringify(await positionAfter(make(), from))) as LogPosition
      expect(position.offset).toBe(from)
      expect(await readAll(make(), position), `from ${from}`).toEqual(all.slice(from))
    }
  }

  test.prop([anyRows], { seed: 1, numRuns: 30 })('memory', async (expected) => {
    await checkEveryPosition(() => new MemoryLog(expected), expected)
    expect(new MemoryLog(expected).length).toBe(expected.length)
  })

  test.prop([anyRows, fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.boolean()], { seed: 2, numRuns: 30 })(
    'CSV, with LF or CRLF, with and without byte order mark and final line end',
    async (expected, end, mark, final) => {
      const lines = ['a,b', ...expected.map(({ a, b }) => `${quote(a)},${quote(b)}`)]
      const path = await file(`${mark ? '\ufeff' : ''}${lines.join(end)}${final ? end : ''}`)
      await checkEveryPosition(() => csvLog(path), expected)
    },
  )

  test.prop([anyRows, fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.boolean()], { seed: 3, numRuns: 30 })(
    'NDJSON, likewise',
    async (expected, end, mark, final) => {
      const path = await file(
        `${mark ? '\ufeff' : ''}${expected.map((row) => JSON.stringify(row)).join(end)}${final ? end : ''}`,
      )
      await checkEveryPosition(() => ndjsonLog(path), expected)
    },
  )

  it('a file of several chunks, records and characters across their ends', async () => {
    const expected = Array.from({ length: 4000 }, (_, index) => ({
      a: `${index}`,
      b: `é"\n${'😀'.repeat(index % 40)}`,
    }))
    const path = await file(['a,b', ...expected.map(({ a, b }) => `${a},${quote(b)}`)].join('\n'))
    const all = await readAll(csvLog(path))
    expect(rows(all)).toEqual(expected)
    expect(all.map(({ line }) => line)).toEqual(expected.map((_, index) => 2 + 2 * index))
    for (const from of [1, 1777, 3999]) {
      expect(await readAll(csvLog(path), await positionAfter(csvLog(path), from))).toEqual(all.slice(from))
    }
  })

  it('names the line where a record begins', async () => {
    const records = await csv('a,b\r\n"x\r\ny",1\r\n\r\n\r\nz,2\r\n')
    expect(records.map(({ line }) => line)).toEqual([2, 6])
    expect((await ndjson('\n{"a":1}\n\n{"a":2}')).map(({ line }) => line)).toEqual([2, 4])
  })
})

describe('CSV', () => {
  it.each([
    ['a byte order mark', '\ufeffa,b\n1,2\n', [{ a: '1', b: '2' }]],
    ['quotes, commas and line ends in quotes', 'a,b\n"x ""y"", z","1\r\n2"\n', [{ a: 'x "y", z', b: '1\r\n2' }]],
    ['no final line end', 'a\n1\n2', [{ a: '1' }, { a: '2' }]],
    [
      'both line ends in one file',
      'a,b\r\n1,2\n3,4\r\n',
      [
        { a: '1', b: '2' },
        { a: '3', b: '4' },
      ],
    ],
    ['a header and no rows', 'a,b\n', []],
    ['a header without a line end', 'a,b', []],
    ['empty fields', 'a,b\n,\n', [{ a: '', b: '' }]],
    ['a column called __proto__', '__proto__,b\n1,2\n', [JSON.parse('{"__proto__":"1","b":"2"}')]],
    ['blanks, which are kept', ' a,b\n 1 ,2\n', [{ ' a': ' 1 ', b: '2' }]],
  ])('reads %s', async (_name, text, expected) => expect(rows(await csv(text))).toEqual(expected))

  it('reads another delimiter, and not from a position of the first', async () => {
    const path = await file('a;b\n1,5;2\n3;4\n')
    const log = csvLog(path, { delimiter: ';' })
    expect(rows(await readAll(log))).toEqual([
      { a: '1,5', b: '2' },
      { a: '3', b: '4' },
    ])
    await expect(readAll(csvLog(path), await positionAfter(log, 1))).rejects.toThrow(
      'it was read as csv ";" and is read as csv',
    )
    expect(() => csvLog(path, { delimiter: '"' })).toThrow('expected a delimiter of one character')
  })

  it.each([
    ['a ragged row, too short', 'a,b\n1,2\n3\n', 3, 'expected 2 fields (a, b) as in the header, got 1'],
    ['a ragged row, too long', 'a\n1\n3,4\n', 3, 'expected 1 field (a) as in the header, got 2'],
    ['a quote that is not closed', 'a,b\n1,2\n"3,4\n5,6\n', 3, 'a quote that opens in this row is never closed'],
    ['a quote inside a field', 'a,b\n1,2\nx"y,4\n', 3, 'a quote inside an unquoted field'],
    ['text behind a quote', 'a,b\n"x"y,4\n', 2, 'text behind a closing quote'],
    ['a column named twice', 'a,b,a\n1,2,3\n', 1, "column 'a': the header names it twice"],
    ['a column without a name', 'a,,b\n1,2,3\n', 1, 'a column without a name'],
    ['lines that end in CR alone', 'a,b\r1,2\r', 1, 'got CR alone'],
    ['a bad row after a field with line ends', 'a,b\n"1\n1",2\n\n3\n', 5, 'got 1'],
    [
      'a row without end',
      `a,b\n1,2\n"${'x\n'.repeat(2_200_000)}`,
      3,
      'longer than 4194304 bytes (is a quote not closed?)',
    ],
  ])('refuses %s, naming the line', async (_name, text, line, message) => {
    const error = await csv(text).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(BadRowError)
    expect((error as BadRowError).line).toBe(line)
    expect((error as BadRowError).message).toContain(message)
    expect((error as BadRowError).message).toMatch(new RegExp(`^${folder}/\\d+:${line}: `))
  })

  it('refuses an empty file', async () => {
    await expect(csv('')).rejects.toThrow('expected a header line, got an empty file')
    await expect(csv('\ufeff\n')).rejects.toThrow(SourceUnreadableError)
  })

  it('delivers every row before a bad one, then the error, and that again', async () => {
    const log = csvLog(await file('a\n1\n2\n3,3\n4\n'))
    await log.open()
    expect([(await log.next())?.row, (await log.next())?.row]).toEqual([{ a: '1' }, { a: '2' }])
    await expect(log.next()).rejects.toThrow('got 2')
    await expect(log.next()).rejects.toThrow('got 2')
    expect((await log.position()).offset).toBe(2)
    await log.close()
  })
})

describe('NDJSON', () => {
  it('reads values of all kinds, and keeps the line as it stands', async () => {
    const text = '{"a":1,"b":[true,null]}\r\n\n {"a": 12345678901234567890} \n{}'
    const records = await ndjson(text)
    expect(rows(records)[0]).toEqual({ a: 1, b: [true, null] })
    expect(records.map(({ json }) => json)).toEqual(['{"a":1,"b":[true,null]}', '{"a": 12345678901234567890}', '{}'])
  })

  it('has no records in an empty file', async () => {
    expect(await ndjson('')).toEqual([])
    expect(await ndjson('\ufeff')).toEqual([])
  })

  it.each([
    ['a torn line', '{"a":1}\n{"a":', 2],
    ['an array', '{"a":1}\n\n[1]\n', 3],
    ['a number', '5\n', 1],
    ['null', 'null\n', 1],
    ['two objects on a line', '{"a":1}{"a":2}\n', 1],
  ])('refuses %s, naming the line', async (_name, text, line) => {
    await expect(ndjson(text)).rejects.toThrow(`:${line}: expected one JSON object on the line, got`)
    await expect(ndjson(text)).rejects.toThrow(BadRowError)
  })
})

describe('text that is not UTF-8', () => {
  it.each([
    [
      'Latin-1 in CSV',
      csv,
      Buffer.from('a,b\n1,2\n"x\nMüller",3\n', 'latin1'),
      ':4: expected UTF-8 text, got byte 0xfc at byte 12',
    ],
    [
      'Latin-1 in the header',
      csv,
      Buffer.from('ä,b\n1,2\n', 'latin1'),
      ':1: expected UTF-8 text, got byte 0xe4 at byte 0',
    ],
    [
      'Latin-1 in NDJSON',
      ndjson,
      Buffer.from('{}\n{"a":"é"}\n', 'latin1'),
      ':2: expected UTF-8 text, got byte 0xe9 at byte 9',
    ],
    [
      'half a character at the end',
      ndjson,
      Buffer.from('{}\n{"a":"é').subarray(0, -1),
      ':2: expected UTF-8 text, got byte 0xc3 at byte 9',
    ],
    [
      'UTF-16',
      csv,
      Buffer.from('\ufeffa,b\n', 'utf16le'),
      ':1: expected UTF-8 text, got byte 0xff at byte 0. Is it UTF-16?',
    ],
    ['a surrogate in UTF-8', ndjson, Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'got byte 0xed at byte 1'],
  ])('is refused by line and byte: %s', async (_name, read, bytes, message) => {
    await expect(read(bytes)).rejects.toThrow(message)
    await expect(read(bytes)).rejects.toThrow(BadRowError)
  })

  it('is taken where it is UTF-8 beyond ASCII', async () => {
    expect(rows(await csv('ä\n日本\n😀\n'))).toEqual([{ ä: '日本' }, { ä: '😀' }])
  })
})

describe('an input that has changed since the checkpoint', () => {
  const text = 'a,b\n1,2\n3,4\n5,6\n'

  async function changed(to: string | Buffer, from = 2): Promise<unknown> {
    const path = await file(text)
    const position = await positionAfter(csvLog(path), from)
    await writeFile(path, to)
    return readAll(csvLog(path), position).catch((caught: unknown) => caught)
  }

  it.each([
    ['shorter than the position', 'a,b\n1,2\n3', 'it ends at byte 9, before the position 12'],
    ['other bytes before it', 'a,b\n9,2\n3,4\n5,6\n', 'its first bytes differ'],
    ['columns that changed places', 'b,a\n1,2\n3,4\n5,6\n', 'its first bytes differ'],
  ])('%s', async (_name, to, message) => {
    const error = await changed(to)
    expect(error).toBeInstanceOf(InputChangedError)
    expect((error as Error).message).toContain(`the input has changed since the checkpoint: ${message}`)
  })

  it('is fine with more rows at its end', async () => {
    expect(rows((await changed(`${text}7,8\n`)) as LogRecord[])).toEqual([
      { a: '5', b: '6' },
      { a: '7', b: '8' },
    ])
  })

  it('is noticed just before the position of a large file, and not taken amiss behind it', async () => {
    const lines = Array.from({ length: 30_000 }, (_, index) => `${index},x`)
    const path = await file(['a,b', ...lines].join('\n'))
    const position = await positionAfter(csvLog(path), 20_000)
    const edit = (line: number) => writeFile(path, ['a,b', ...lines.with(line, `${line},y`)].join('\n'))
    await edit(19_990)
    await expect(csvLog(path).open(position)).rejects.toThrow('the bytes before line 20002 (byte')
    await edit(20_000)
    expect((await readAll(csvLog(path), position))[0]?.row).toEqual({ a: '20000', b: 'y' })
  })

  it('is noticed where the last line, read as a whole, has grown', async () => {
    const path = await file('a,b\n1,2')
    const position = await positionAfter(csvLog(path), 1)
    expect(await readAll(csvLog(path), position)).toEqual([])
    await appendFile(path, '5')
    await expect(readAll(csvLog(path), position)).rejects.toThrow('the last line there was (line 2) has become longer')
    await writeFile(path, 'a,b\n1,2\r\n3,4')
    expect((await readAll(csvLog(path), position)).map(({ offset, line, row }) => [offset, line, row])).toEqual([
      [1, 3, { a: '3', b: '4' }],
    ])
  })

  it('is noticed in memory, as far as it can be', async () => {
    await expect(new MemoryLog([{}, {}]).open({ offset: 3 })).rejects.toThrow(
      'it has 2 records, and the position is behind 3',
    )
    await expect(new MemoryLog([]).open({ offset: -1 })).rejects.toThrow(InputChangedError)
  })

  it('takes no position of another kind of log', async () => {
    const path = await file('{"a":1}\n')
    await expect(readAll(ndjsonLog(path), { offset: 1 })).rejects.toThrow('the position is not one of a file')
    await expect(readAll(csvLog(path), await positionAfter(ndjsonLog(path), 1))).rejects.toThrow(
      'it was read as ndjson',
    )
  })
})

describe('a file that is none', () => {
  it('is named with the reason', async () => {
    await expect(readAll(csvLog(join(folder, 'nothing')))).rejects.toThrow('cannot read: there is no such file')
    await mkdir(join(folder, 'dir'))
    await expect(readAll(ndjsonLog(join(folder, 'dir')))).rejects.toThrow('expected a regular file')
    await expect(readAll(ndjsonLog('/dev/null'))).rejects.toThrow(SourceUnreadableError)
    await expect(ndjsonLog('x').next()).rejects.toThrow('it is not open')
  })
})
