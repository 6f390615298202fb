// Signature Version 4 for the fast client. What is signed is the same text but for date, target and hash of the body, so it
// is written here once; the key of a day and the signature over that text are the SDK's signing library's. Hashing is
// Node's, at once and without promises of its own.
// Read next: fastClient.ts. Source followed: AWS General Reference, Signature Version 4.
import { createHmac, hash } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import type { AwsCredentialIdentity, Checksum, Provider } from '@smithy/types'

export type Headers = Record<string, string>

/** What differs between requests to one address, beside the body. */
export interface Signed {
  readonly contentType: string
  /** `x-amz-target` */
  readonly target: string
}

export interface Signer {
  /** The headers of a POST of `body`, with authorization and date. */
  sign(signed: Signed, body: Uint8Array): Promise<Headers>
}

export interface SignerOptions {
  readonly credentials: AwsCredentialIdentity | Provider<AwsCredentialIdentity>
  readonly region: string
  readonly host: string
  readonly path: string
}

const SERVICE = 'dynamodb'

export function signer({ credentials, region, host, path }: SignerOptions): Signer {
  const provided = typeof credentials === 'function' ? credentials : () => credentials
  const start = `POST\n${canonicalPath(path)}\n\n`
  let known: Identity | undefined
  let at: SigningTime | undefined
  return {
    async sign({ contentType, target }, body) {
      const now = await provided()
      // Refreshed credentials come with a token of their own: header and signature are of the same ones.
      if (known === undefined || !known.is(now)) known = new Identity(now, region)
      const { v4, accessKeyId, sessionToken, tokenLine, names } = known
      const second = Math.floor(Date.now() / 1_000)
      if (at?.second !== second) at = signingTime(second, region)
      const { longDate, scope, signingDate } = at
      const request =
        `${start}content-type:${contentType}\nhost:${host}\nx-amz-date:${longDate}\n${tokenLine}` +
        `x-amz-target:${target}\n\n${names}\n${hash('sha256', body, 'hex')}`
      const toSign = `AWS4-HMAC-SHA256\n${longDate}\n${scope}\n${hash('sha256', request, 'hex')}`
      const signature = await v4.sign(toSign, { signingDate })
      return {
        'content-type': contentType,
        'x-amz-target': target,
        host,
        'x-amz-date': longDate,
        ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
        authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
      }
    },
  }
}

/** What follows from the credentials alone. */
class Identity {
  readonly v4: SignatureV4
  readonly accessKeyId: string
  readonly sessionToken: string | undefined
  /** Of the text that is signed; empty without a token. */
  readonly tokenLine: string
  /** Of the signed headers, as they are sorted. */
  readonly names: string
  readonly #secretAccessKey: string

  constructor(credentials: AwsCredentialIdentity, region: string) {
    this.v4 = new SignatureV4({ credentials, region, service: SERVICE, sha256: Sha256, applyChecksum: false })
    this.accessKeyId = credentials.accessKeyId
    this.sessionToken = credentials.sessionToken
    this.#secretAccessKey = credentials.secretAccessKey
    const token = credentials.sessionToken
    this.tokenLine = token === undefined ? '' : `x-amz-security-token:${token}\n`
    this.names = `content-type;host;x-amz-date;${token === undefined ? '' : 'x-amz-security-token;'}x-amz-target`
  }

  is({ accessKeyId, secretAccessKey, sessionToken }: AwsCredentialIdentity): boolean {
    return (
      accessKeyId === this.accessKeyId &&
      secretAccessKey === this.#secretAccessKey &&
      sessionToken === this.sessionToken
    )
  }
}

interface SigningTime {
  /** Since the epoch. */
  readonly second: number
  readonly signingDate: Date
  /** As `x-amz-date` has it: 20261123T123456Z */
  readonly longDate: string
  readonly scope: string
}

function signingTime(second: number, region: string): SigningTime {
  const signingDate = new Date(second * 1_000)
  const longDate = signingDate.toISOString().replace(/[-:]|\.000/g, '')
  return { second, signingDate, longDate, scope: `${longDate.slice(0, 8)}/${region}/${SERVICE}/aws4_request` }
}

/** Each segment escaped, in a path that is escaped already, and empty ones left out: what the service signs too. */
const canonicalPath = (path: string): string =>
  encodeURIComponent(path.replace(/\/+/g, '/'))
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%2F/g, '/')

/**
 * One use of a hash. The signing library asks under which name it keeps the key of the day by an HMAC of the two halves
 * of the credentials, each time anew: of keys that are text the last answer is remembered.
 */
class Sha256 implements Checksum {
  static #named: { readonly secret: string; readonly data: Uint8Array; readonly digest: Uint8Array } | undefined
  readonly #secret: string | Uint8Array | undefined
  #data: Uint8Array | undefined

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret === undefined || typeof secret === 'string' ? secret : bytes(secret)
  }

  update(data: Uint8Array): void {
    if (this.#data !== undefined) throw new Error('expected one piece of data for each hash')
    this.#data = data
  }

  async digest(): Promise<Uint8Array> {
    const secret = this.#secret
    const data = this.#data ?? new Uint8Array()
    if (secret === undefined) return hash('sha256', data, 'buffer')
    const named = Sha256.#named
    if (named !== undefined && named.secret === secret && Buffer.compare(named.data, data) === 0) return named.digest
    const digest = createHmac('sha256', secret).update(data).digest()
    if (typeof secret === 'string') Sha256.#named = { secret, data, digest }
    return digest
  }

  reset(): void {
    this.#data = undefined
  }
}

const bytes = (secret: ArrayBuffer | ArrayBufferView): Uint8Array =>
  ArrayBuffer.isView(secret)
    ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
    : new Uint8Array(secret)
