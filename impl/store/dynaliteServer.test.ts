// dynalite over HTTP: a client that disconnects in mid-body must not take the server's process along, in this process
// (an uncaught exception would fail the run) and in the program started on its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { startDynaliteServer } from './dynaliteServer.ts'
import { openEndpoint } from './endpoint.ts'

const item = { pk: { S: 'a' }, data: { B: new Uint8Array([1, 2, 3]) } }

/** Announces a body of 1000 bytes, sends 10 and is gone. */
async function disconnectInMidBody(port: number): Promise<void> {
  await sendAndVanish(port, 1000, '{"RequestI')
}

/** Sends a whole request and is gone before the answer. */
async function disconnectBeforeAnswer(port: number): Promise<void> {
  await sendAndVanish(port, 2, '{}')
}

async function sendAndVanish(port: number, announced: number, body: string): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const head = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: '
  await new Promise((resolve) => socket.write(`${head}${announced}\r\n\r\n${body}`, resolve))
  socket.resetAndDestroy()
  await once(socket, 'close')
}

describe('in this process', () => {
  test('answers the real client, survives a disconnect in mid-body, and reads back what was written', async () => {
    const server = await startDynaliteServer()
    await server.store.putTable({ name: 'ttt' })
    const client = openEndpoint({ endpoint: server.url }, {}).connect()
    await client.putItem({ TableName: 'ttt', Item: item })
    await disconnectInMidBody(server.port)
    await disconnectBeforeAnswer(server.port)
    await client.putItem({ TableName: 'ttt', Item: { ...item, pk: { S: 'b' } } })
    expect((await client.scan({ TableName: 'ttt' })).Count).toBe(2)
    expect((await client.getItem({ TableName: 'ttt', Key: { pk: { S: 'a' } } })).Item).toEqual(item)
    expect((await server.store.snapshot('ttt')).map(({ pk }) => pk?.S)).toEqual(['a', 'b'])
    client.destroy()
    await server.close()
  })

  test('listens on the loopback address only and refuses a port in use', async () => {
    const server = await startDynaliteServer()
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`)
    await expect(startDynaliteServer(server.port)).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await server.close()
  })

  test('a body over 16 MB is refused with 413', async () => {
    const server = await startDynaliteServer()
    const response = await fetch(server.url, { method: 'POST', body: 'x'.repeat(16 * 1024 * 1024 + 1) })
    expect(response.status).toBe(413)
    await server.close()
  })
})

describe('as a program', () => {
  let child: ChildProcess | undefined
  afterEach(() => child?.kill('SIGKILL'))

  test('prints its port, survives a disconnect, and ends with its standard input', async () => {
    const entry = fileURLToPath(new URL('./dynaliteServer.ts', import.meta.url))
    child = spawn(process.execPath, ['--import', 'tsx', entry, '--port', '0', '--table', 'ttt'])
    const { stdin, stdout } = child
    if (stdin === null || stdout === null) throw new Error('expected pipes')
    const [line] = (await once(createInterface(stdout), 'line')) as [string]
    const port = Number(/^listening on http:\/\/127\.0\.0\.1:(\d+)$/.exec(line)?.[1])
    expect(port).toBeGreaterThan(0)
    await disconnectInMidBody(port)
    await disconnectBeforeAnswer(port)
    const client = openEndpoint({ endpoint: `http://127.0.0.1:${port}` }, {}).connect()
    await client.putItem({ TableName: 'ttt', Item: item })
    expect((await client.scan({ TableName: 'ttt' })).Count).toBe(1)
    client.destroy()
    stdin.end()
    const [code] = await once(child, 'exit')
    expect(code).toBe(0)
  })

  test('refuses a port that is none', async () => {
    const entry = fileURLToPath(new URL('./dynaliteServer.ts', import.meta.url))
    child = spawn(process.execPath, ['--import', 'tsx', entry, '--port', 'eighty'])
    let message = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      message += chunk.toString()
    })
    const [code] = await once(child, 'close')
    expect(code).toBe(2)
    expect(message).toContain('--port: expected 0 (any free port) to 65535, got "eighty"')
  })
})
