// Signature Version 4 for the fast client, by the SDK's own signing library: it derives the key of a day once and keeps
// it. Hashing is Node's, at once and without promises of its own.
// Read next: fastClient.ts. Source followed: AWS General Reference, Signature Version 4.
import { createHmac, hash } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import type { AwsCredentialIdentity, Checksum, Provider } from '@smithy/types'

export type Headers = Record<string, string>

export interface Signer {
  /** The headers of a POST of `body` to `path`, with authorization and date. */
  sign(headers: Headers, body: Uint8Array): Promise<Headers>
}

export interface SignerOptions {
  readonly credentials: AwsCredentialIdentity | Provider<AwsCredentialIdentity>
  readonly region: string
  readonly host: string
  readonly path: string
}

export function signer({ credentials, region, host, path }: SignerOptions): Signer {
  // applyChecksum: the hash of the body is signed either way; DynamoDB does not ask for it as a header too.
  const v4 = new SignatureV4({ credentials, region, service: 'dynamodb', sha256: Sha256, applyChecksum: false })
  return {
    async sign(headers, body) {
      const request = { method: 'POST', protocol: 'https:', hostname: host, path, headers: { ...headers, host }, body }
      return (await v4.sign(request)).headers
    },
  }
}

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
