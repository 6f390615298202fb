// Every input that cannot be used: one line that says what and where, exit code 2, and nothing written. And the inputs
// that look odd and are fine. Read next: input.ts, badSurroundings.test.ts.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { RunFixture } from './run.fixture.ts'

let fixture: RunFixture

beforeAll(async () => {
  fixture = await RunFixture.start()
})
afterEach(() => fixture.server.store.reset())
afterAll(() => fixture.stop())

const GOOD = 'symbol,day,price\nA,1,10\nB,1,20\nA,2,11\n'
type Flags = Record<string, string | true | undefined>

interface Bad {
  readonly what: string
  readonly content?: string | Buffer
  readonly file?: string
  readonly flags?: Flags
  readonly says: RegExp
}

/** After 40 good rows, so that a run that wrote before it looked would leave something in the table. */
const after40 = (row: string) =>
  `symbol,day,price\n${Array.from({ length: 40 }, (_, n) => `G${n},1,1\n`).join('')}${row}`

const BAD: readonly Bad[] = [
  {
    what: 'a missing file',
    flags: { input: '/nowhere/prices.csv' },
    says: /\/nowhere\/prices\.csv: cannot read: there is no such file/,
  },
  { what: 'a folder as input', flags: { input: '/tmp' }, says: /\/tmp: expected a regular file/ },
  {
    what: 'a missing key column',
    flags: { key: 'ticker' },
    says: /there is no column 'ticker'; there are: symbol, day, price/,
  },
  {
    what: 'a missing version column',
    flags: { version: 'date' },
    says: /there is no column 'date'; there are: symbol, day, price/,
  },
  { what: 'an empty file', content: '', says: /expected a header line, got an empty file/ },
  {
    what: 'a ragged row',
    content: after40('C,3\n'),
    says: /:42: expected 3 fields \(symbol, day, price\) as in the header, got 2/,
  },
  { what: 'a quote never closed', content: after40('C,3,"x\n'), says: /:42: .*never closed/ },
  { what: 'a missing version', content: after40('C,,1\n'), says: /:42: column 'day': expected a version, got nothing/ },
  {
    what: 'a version that is no number',
    content: after40('C,new,1\n'),
    says: /:42: column 'day': expected an integer, got "new"/,
  },
  {
    what: 'a version that is too large',
    content: after40('C,9007199254740993,1\n'),
    says: /:42: column 'day': the version \d+ is too large/,
  },
  {
    what: 'equal versions with other content',
    content: after40('G3,1,2\n'),
    says: /:42: column 'day': version 1 of key "G3" has other content than on line 5/,
  },
  {
    what: 'a version that falls',
    content: after40('G3,0,1\n'),
    says: /:42: column 'day': version 0 of key "G3" comes after 1 \(line 5\)/,
  },
  {
    what: 'a date that is not ISO 8601',
    content: 'symbol,day,price\nMSFT,Jan 1 2000,39.81\n',
    flags: { 'version-type': 'iso' },
    says: /:2: column 'day': expected an ISO 8601 date or time such as 2026-01-31 .* got "Jan 1 2000"/,
  },
  { what: 'an empty key', content: after40(',3,1\n'), says: /:42: column 'symbol': expected a key, got an empty one/ },
  {
    what: 'a key over 2,048 bytes',
    content: after40(`${'ä'.repeat(1025)},3,1\n`),
    says: /:42: column 'symbol': the key is 2050 bytes long/,
  },
  {
    what: 'text that is not UTF-8',
    content: Buffer.concat([Buffer.from(after40('M')), Buffer.from([0xfc]), Buffer.from('ller,3,1\n')]),
    says: /:42: expected UTF-8 text, got byte 0xfc/,
  },
  {
    what: 'an item over 400 KB in bytes, not in characters',
    content: after40(`C,3,${'ä'.repeat(204_800)}\n`),
    says: /:42: record 0\/40 \(key "C"\) is an item of \d+ bytes: the store takes at most 409600/,
  },
  {
    what: 'NDJSON that is no JSON',
    file: 'prices.ndjson',
    content: '{"symbol":"A","day":1}\n{"symbol"\n',
    says: /:2: /,
  },
]

const BAD_FLAGS: readonly Bad[] = [
  {
    what: 'no such design',
    flags: { design: 'hashMap' },
    says: /--design: no sink design "hashMap"; there are writeThrough, /,
  },
  { what: 'a flag that does not exist', flags: { tabel: 'x' }, says: /tabel/ },
  { what: 'a missing flag', flags: { table: undefined }, says: /--table is missing/ },
  { what: 'no version and no type', flags: { version: undefined }, says: /--version is missing/ },
  {
    what: 'a version type that does not exist',
    flags: { 'version-type': 'date' },
    says: /expected --version-type integer, iso or row, got 'date'/,
  },
  {
    what: 'row order beside a version column that is not there',
    flags: { 'version-type': 'row', version: 'nowhere' },
    says: /nowhere/,
  },
  {
    what: 'a parallelism of 0',
    flags: { parallelism: '0' },
    says: /--parallelism: expected a whole number from 1 to 128, got "0"/,
  },
  {
    what: 'a number that is none',
    flags: { 'checkpoint-every': '1e3' },
    says: /--checkpoint-every: expected a whole number of 1 or more, got "1e3"/,
  },
  {
    what: 'an interval of nothing',
    flags: { 'checkpoint-interval': '0' },
    says: /--checkpoint-interval: expected a whole number from 1 to 2147483647, got "0"/,
  },
  {
    what: 'checkpoints by rows and by time',
    flags: { 'checkpoint-every': '10', 'checkpoint-interval': '10' },
    says: /--checkpoint-every and --checkpoint-interval: expected one of the two/,
  },
  {
    what: 'a pause between checkpoints that go by rows',
    flags: { 'min-pause': '10' },
    says: /--min-pause: expected with --checkpoint-interval only/,
  },
  {
    what: 'a way to stop that does not exist',
    flags: { stop: 'terminate' },
    says: /--stop: expected suspend or drain, got "terminate"/,
  },
  {
    what: 'a checkpoint 0 to restart from',
    flags: { 'restart-from': '0' },
    says: /--restart-from: expected a whole number of 1 or more, got "0"/,
  },
  {
    what: 'no time to answer in',
    flags: { 'request-timeout': '0' },
    says: /--request-timeout: expected a whole number from 1 to \d+, got "0"/,
  },
  { what: 'an endpoint that is no URL', flags: { endpoint: 'here' }, says: /endpoint: expected "embedded" or a URL/ },
]

describe('one clear line, exit code 2, nothing written', () => {
  test.each([...BAD, ...BAD_FLAGS])('$what', async ({ content = GOOD, file = 'prices.csv', flags = {}, says }) => {
    const input = fixture.file(file, content)
    const { code, out, err } = await fixture.run({ input, ...flags })
    expect(err.join('\n')).toMatch(says)
    expect({ code, out, lines: err.length }).toEqual({ code: 2, out: [], lines: 1 })
    expect(err[0]).not.toMatch(/\n| {4}at /)
    expect(await fixture.rows()).toEqual({})
  })
})

interface Odd {
  readonly what: string
  readonly content: string
  readonly flags?: Flags
  readonly file?: string
  readonly rows: Record<string, unknown>
}

const [A, B] = [
  { symbol: 'A', day: '2', price: '11' },
  { symbol: 'B', day: '1', price: '20' },
]

const ODD: readonly Odd[] = [
  { what: 'as one expects', content: GOOD, rows: { A, B } },
  { what: 'a byte order mark', content: `\u{feff}${GOOD}`, rows: { A, B } },
  { what: 'CRLF', content: GOOD.replaceAll('\n', '\r\n'), rows: { A, B } },
  { what: 'no final newline', content: GOOD.trimEnd(), rows: { A, B } },
  {
    what: 'line ends in quotes',
    content: 'symbol,day,price\n"A\r\nB",1,"1\n0"\n',
    rows: { 'A\r\nB': { symbol: 'A\r\nB', day: '1', price: '1\n0' } },
  },
  { what: 'equal versions with equal content', content: `${GOOD}A,2,11\n`, rows: { A, B } },
  { what: 'a header and no rows', content: 'symbol,day,price\n', rows: {} },
  {
    what: 'the order of the rows as version',
    content: 'symbol,day,price\nA,Mar 1 2000,1\nA,Feb 1 2000,2\n',
    flags: { version: undefined, 'version-type': 'row' },
    rows: { A: { symbol: 'A', day: 'Feb 1 2000', price: '2' } },
  },
  {
    what: 'ISO dates',
    content: 'symbol,day\nA,2000-02-01\nA,2000-03-01\n',
    flags: { 'version-type': 'iso' },
    rows: { A: { symbol: 'A', day: '2000-03-01' } },
  },
  {
    what: 'a key of two columns',
    content: GOOD,
    flags: { key: 'symbol,day' },
    rows: { 'A|1': { ...A, day: '1', price: '10' }, 'A|2': A, 'B|1': B },
  },
  {
    what: 'NDJSON',
    file: 'prices.jsonl',
    content: '{"symbol":"A","day":1}\n{"symbol":"A","day":2}\n',
    rows: { A: { symbol: 'A', day: 2 } },
  },
]

test.each(ODD)('fine: $what', async ({ content, file = 'prices.csv', flags = {}, rows }) => {
  const { code, err } = await fixture.run({ input: fixture.file(file, content), ...flags })
  expect({ code, err }).toEqual({ code: 0, err: [] })
  expect(await fixture.rows()).toEqual(rows)
})
