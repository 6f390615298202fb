// The real SDK client in process: one attempt, no timers, no Math.random, no chatter on stderr, typed errors.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { EmbeddedDynalite } from './dynalite.ts'
import { handlerPort } from './sdkClient.ts'
import { smithyHandler } from './smithyHandler.ts'
import { errorResponse, type WireResponse } from './wire.ts'

const put = { TableName: 'ttt', Item: { pk: { S: 'a' } } }

afterEach(() => vi.restoreAllMocks())

function counting(answer: WireResponse) {
  let calls = 0
  const handler = smithyHandler(async () => {
    calls++
    return answer
  })
  return { port: handlerPort(handler), calls: () => calls }
}

describe('the SDK client in process', () => {
  test.each([
    ['InternalServerError', 500],
    ['ProvisionedThroughputExceededException', 400],
    ['ServiceUnavailable', 503],
  ])('%s is one attempt, without timers and without Math.random', async (name, status) => {
    const { port, calls } = counting(errorResponse(name, 'injected', status))
    const random = vi.spyOn(Math, 'random')
    const timer = vi.spyOn(globalThis, 'setTimeout')
    await expect(port.putItem(put)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } })
    expect(calls()).toBe(1)
    expect(random).not.toHaveBeenCalled()
    expect(timer).not.toHaveBeenCalled()
  })

  test('runs on embedded dynalite and keeps binary values', async () => {
    const dynalite = new EmbeddedDynalite()
    await dynalite.putTable({ name: 'ttt' })
    const port = handlerPort(dynalite.handler())
    const Item = { pk: { S: 'a' }, b: { B: new Uint8Array([0, 255]) }, bs: { BS: [new Uint8Array([7])] } }
    await port.putItem({ TableName: 'ttt', Item })
    expect((await port.getItem({ TableName: 'ttt', Key: { pk: { S: 'a' } } })).Item).toEqual(Item)
    await expect(port.putItem({ TableName: 'nope', Item })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 400 },
    })
  })

  test('makes no noise on stderr', () => {
    const script = `
      const { openEndpoint } = await import(${JSON.stringify(new URL('./endpoint.ts', import.meta.url).href)})
      const client = openEndpoint({ endpoint: 'embedded' }).connect()
      await client.describeTable({ TableName: 'nope' }).catch((error) => console.log(error.name))`
    const args = ['--import', 'tsx', '--input-type=module', '-e', script]
    const cwd = fileURLToPath(new URL('../..', import.meta.url))
    // 2>&1: the child's stderr must add nothing to its one line.
    const output = execFileSync('/bin/sh', ['-c', '"$0" "$@" 2>&1', process.execPath, ...args], {
      cwd,
      encoding: 'utf8',
    })
    expect(output).toBe('ResourceNotFoundException\n')
  })
})
