// dynalite over HTTP on 127.0.0.1, for clients in another process (kill tests, the command line).
// In front of dynalite's listener stands a server that reads each body to its end first: dynalite itself throws when a
// client disconnects in mid-body, and takes its process along (architect/dynalite #183).
// As a program: `node --import tsx impl/store/dynaliteServer.ts --port 0 [--path DIR] [--table name]...` prints one line,
// `listening on http://127.0.0.1:<port>`, and ends when its standard input does, so that no orphan outlives a test.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { EmbeddedDynalite } from './dynalite.ts'

const HOST = '127.0.0.1'
const MAX_BODY_BYTES = 16 * 1024 * 1024

export interface DynaliteServer {
  readonly url: string
  readonly port: number
  readonly store: EmbeddedDynalite
  close(): Promise<void>
}

export async function startDynaliteServer(port = 0, store = new EmbeddedDynalite()): Promise<DynaliteServer> {
  const server = createServer((request, response) => serve(store, request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, resolve)
  })
  const bound = (server.address() as AddressInfo).port
  return { url: `http://${HOST}:${bound}`, port: bound, store, close: () => close(server) }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function serve(store: EmbeddedDynalite, request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = []
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk)
  })
  // Half a request has no end and gets no answer; Node keeps its error to itself where nobody listens for it.
  request.on('end', () => {
    if (bytes > MAX_BODY_BYTES) {
      response.writeHead(413).end()
      return
    }
    void answer(store, request, Buffer.concat(chunks).toString('utf8'), response)
  })
}

async function answer(
  store: EmbeddedDynalite,
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
): Promise<void> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value)
  try {
    const reply = await store.inject({ method: request.method ?? 'GET', path: request.url ?? '/', headers, body })
    response.writeHead(reply.status, reply.headers).end(reply.body)
  } catch (error) {
    const type = 'com.amazonaws.dynamodb.v20120810#InternalServerError'
    response.writeHead(500).end(JSON.stringify({ __type: type, message: String(error) }))
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      // Where the tables outlive the process, its death by SIGKILL too.
      path: { type: 'string' },
      table: { type: 'string', multiple: true, default: [] },
    },
  })
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port: expected 0 (any free port) to 65535, got ${JSON.stringify(values.port)}`)
  }
  const server = await startDynaliteServer(port, new EmbeddedDynalite(values.path))
  for (const name of values.table) await server.store.putTable({ name })
  console.log(`listening on ${server.url}`)
  process.stdin.resume()
  process.stdin.on('end', () => process.exit(0))
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exit(2)
  })
}
