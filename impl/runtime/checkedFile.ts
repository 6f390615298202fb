// A JSON value in a file that knows when it is not whole: one header line (format name, version, length, SHA-256), then
// the JSON. Cutting the file anywhere or changing any byte of it is noticed and named. Pure: bytes in, bytes out.
// Read next: durableWrite.ts, checkpointFiles.ts.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { DamagedCheckpointError } from './checkpointErrors.ts'

export interface FileFormat {
  readonly name: string
  /** Rises with every change that an older reader would misread. */
  readonly version: number
}

const Header = z.strictObject({
  format: z.string(),
  version: z.int(),
  bytes: z.int().nonnegative(),
  sha256: z.string(),
})
const NEWLINE = 10

export function encodeChecked(format: FileFormat, value: unknown): Buffer {
  const body = Buffer.from(`${JSON.stringify(value)}\n`)
  const header = { format: format.name, version: format.version, bytes: body.length, sha256: digest(format, body) }
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), body])
}

/** Throws DamagedCheckpointError, which names `path`. What the JSON means is the caller's to check. */
export function decodeChecked(format: FileFormat, path: string, file: Buffer): unknown {
  const damaged = (...[damage, detail]: [DamagedCheckpointError['damage'], string]): DamagedCheckpointError =>
    new DamagedCheckpointError(path, damage, detail)
  const end = file.indexOf(NEWLINE)
  if (end < 0) throw damaged('truncated', `it ends within its header, after ${file.length} bytes`)
  const header = Header.safeParse(parsed(file.subarray(0, end)))
  if (!header.success) throw damaged('header', `expected the header of a ${format.name} file in its first line`)
  const { format: name, version, bytes, sha256 } = header.data
  if (name !== format.name) throw damaged('format', `expected a ${format.name} file, got ${JSON.stringify(name)}`)
  if (version !== format.version) {
    throw damaged(
      'version',
      `expected version ${format.version} of the format, got ${version} (another release wrote it)`,
    )
  }
  const body = file.subarray(end + 1)
  if (body.length !== bytes) throw damaged('truncated', `expected ${bytes} bytes after the header, got ${body.length}`)
  if (digest(format, body) !== sha256) throw damaged('checksum', 'its SHA-256 is not the one in its header')
  return parsed(body)
}

// Name and version are hashed too: a flipped digit in the header must not turn one version into another.
const digest = (format: FileFormat, body: Buffer): string =>
  createHash('sha256').update(`${format.name} ${format.version}\n`).update(body).digest('hex')

function parsed(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString('utf8'))
  } catch {
    return undefined
  }
}
