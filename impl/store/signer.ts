// Signature Version 4 for the fast client, by the SDK's own signing library: it derives the key of a day once and keeps
// it. Hashing is Node's, at once and without promises of its own.
// Read next: fastClient.ts. Source followed: AWS General Reference, Signature Version 4.
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
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

class Sha256 implements Checksum {
  readonly #hash: Hash | Hmac

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac('sha256', typeof secret === 'string' ? secret : bytes(secret))
  }

  update(data: Uint8Array): void {
    this.#hash.update(data)
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }

  /** The signing library makes a new one each time. */
  reset(): void {
    throw new Error('expected a new hash for each use')
  }
}

const bytes = (secret: ArrayBuffer | ArrayBufferView): Uint8Array =>
  ArrayBuffer.isView(secret)
    ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
    : new Uint8Array(secret)
