// The signature against another author's implementation and against the signing library's own for whole requests: bodies
// and paths of every kind, more than one request of a day, credentials that change under way.
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import aws4 from 'aws4'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { signer } from './signer.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

const CREDENTIALS = [
  { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
  { accessKeyId: 'AKIDOTHER', secretAccessKey: 'other' },
  { accessKeyId: 'AKIDSESSION', secretAccessKey: 'secret', sessionToken: 'token/+=' },
]
const DAYS = ['2026-11-23T12:34:56Z', '2026-11-23T23:59:59Z', '2026-11-24T00:00:00Z']
const SIGNED = { contentType: 'application/x-amz-json-1.0', target: 'DynamoDB_20120810.GetItem' }
const headers = { 'content-type': SIGNED.contentType, 'x-amz-target': SIGNED.target }
const BODIES = ['{}', '{"RequestItems":{"ttt":[]}}', '{"pk":{"S":"ü 日本 \\u0000"}}']

test.each(['127.0.0.1:8000', 'dynamodb.eu-central-1.amazonaws.com'])('signs for %s as aws4 does', async (host) => {
  // Credentials and days in turn: a remembered key must never be used for another.
  for (const body of BODIES)
    for (const day of DAYS)
      for (const credentials of CREDENTIALS) {
        vi.setSystemTime(new Date(day))
        const region = 'eu-central-1'
        const signed = await signer({ credentials, region, host, path: '/' }).sign(SIGNED, Buffer.from(body))
        const request = {
          ...{ method: 'POST', host, path: '/', service: 'dynamodb', region, body },
          headers: { ...headers, Host: host },
          // Newer than its type declarations.
          extraHeadersToIgnore: { 'content-length': true },
        }
        const other = aws4.sign(request, credentials)
        expect(signed.authorization).toBe(other.headers?.Authorization)
        expect(signed['x-amz-date']).toBe(other.headers?.['X-Amz-Date'])
        expect(signed['x-amz-security-token']).toBe(credentials.sessionToken)
      }
})

/** Node's hashes as the signing library asks for them. */
class NodeHash {
  readonly #hash: Hash | Hmac
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined ? createHash('sha256') : createHmac('sha256', Buffer.from(secret as Uint8Array & string))
  }
  update(data: Uint8Array): void {
    this.#hash.update(data)
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
  reset(): void {}
}

test.each(['/', '/proxy/', '/a//b', "/it's/(1)*", '/%C3%BC/%2F', '/~x/$y'])(
  'signs the path %s as the library does',
  async (path) => {
    const settings = { region: 'eu-central-1', host: '127.0.0.1:8000', path }
    const body = Buffer.from('{}')
    for (const credentials of CREDENTIALS) {
      vi.setSystemTime(new Date('2026-11-23T12:34:56.789Z'))
      const v4 = new SignatureV4({
        credentials,
        region: settings.region,
        service: 'dynamodb',
        sha256: NodeHash,
        applyChecksum: false,
      })
      const request = {
        method: 'POST',
        protocol: 'https:',
        hostname: settings.host,
        path,
        headers: { ...headers, host: settings.host },
        body,
      }
      const signed = await signer({ ...settings, credentials }).sign(SIGNED, body)
      expect(signed).toEqual((await v4.sign(request)).headers)
    }
  },
)

test('signs with the credentials that are provided now', async () => {
  vi.setSystemTime(new Date('2026-11-23T12:34:56Z'))
  const settings = { region: 'eu-central-1', host: '127.0.0.1:8000', path: '/' }
  let provided = CREDENTIALS[0] as (typeof CREDENTIALS)[number]
  const changing = signer({ ...settings, credentials: async () => provided })
  for (const credentials of [...CREDENTIALS, ...CREDENTIALS]) {
    provided = credentials
    const body = Buffer.from('{}')
    expect(await changing.sign(SIGNED, body)).toEqual(await signer({ ...settings, credentials }).sign(SIGNED, body))
  }
})
