// The signature against another author's implementation, on bodies of every kind and on more than one request of a day.
import aws4 from 'aws4'
import { afterEach, expect, test, vi } from 'vitest'
import { signer } from './signer.ts'

afterEach(() => vi.useRealTimers())

const CREDENTIALS = [
  { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
  { accessKeyId: 'AKIDOTHER', secretAccessKey: 'other' },
  { accessKeyId: 'AKIDSESSION', secretAccessKey: 'secret', sessionToken: 'token/+=' },
]
const DAYS = ['2026-11-23T12:34:56Z', '2026-11-23T23:59:59Z', '2026-11-24T00:00:00Z']
const BODIES = ['{}', '{"RequestItems":{"ttt":[]}}', '{"pk":{"S":"ü 日本 \\u0000"}}']

test.each(['127.0.0.1:8000', 'dynamodb.eu-central-1.amazonaws.com'])('signs for %s as aws4 does', async (host) => {
  vi.useFakeTimers({ toFake: ['Date'] })
  // Credentials and days in turn: a remembered key must never be used for another.
  for (const body of BODIES)
    for (const day of DAYS)
      for (const credentials of CREDENTIALS) {
        vi.setSystemTime(new Date(day))
        const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.GetItem' }
        const region = 'eu-central-1'
        const signed = await signer({ credentials, region, host, path: '/' }).sign(headers, Buffer.from(body))
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
