// Each outcome and each fault at the gate, on memory and dynalite, with and without the SDK: what is applied, what the
// client sees, what the history says, and that misuse is refused in words.
import { beforeEach, describe, expect, test } from 'vitest'
import { EmbeddedDynalite } from './dynalite.ts'
import { type GateRequest, type Outcome, StoreGate } from './gate.ts'
import { type Bench, LEVELS } from './gateLevels.fixture.ts'

const S = (text: string) => ({ S: text })
const put = (key: string, version: number) => ({
  PutRequest: { Item: { pk: S(key), version: { N: String(version) } } },
})
const batch = (...requests: object[]) => ({ RequestItems: { ttt: requests } }) as never
const three = batch(put('a', 1), put('b', 1), put('c', 1))

describe.each(LEVELS)('gate on $name', ({ make }) => {
  let bench: Bench
  beforeEach(async () => {
    bench = await make()
  })

  /** How a call ended, or `pending`. */
  function watch(call: Promise<object>): { outcome: string; value?: object; error?: Error } {
    const seen: { outcome: string; value?: object; error?: Error } = { outcome: 'pending' }
    call.then(
      (value) => {
        const { $metadata: _, ...rest } = value as { $metadata?: object }
        Object.assign(seen, { outcome: 'ok', value: rest })
      },
      (error: Error) => Object.assign(seen, { outcome: error.name, error }),
    )
    return seen
  }

  async function send(input: never = three, label = 'sink-0@1') {
    const seen = watch(bench.client(label).batchWriteItem(input))
    await bench.settle()
    const request = bench.gate.requests.at(-1) as GateRequest
    return { seen, request }
  }

  async function play(input: never, outcome: Outcome) {
    const { seen, request } = await send(input)
    await bench.gate.apply(request, outcome)
    await bench.settle()
    expect(seen.outcome).toBe('pending')
    bench.gate.respond(request)
    await bench.settle()
    expect(bench.gate.requests).toHaveLength(0)
    return { seen, request }
  }

  const stored = async () => (await bench.store.snapshot('ttt')).map((item) => `${item.pk?.S}${item.version?.N}`)
  const history = () =>
    bench.gate.history.map((w) => `${w.serial} ${w.kind} ${w.key} ${w.changed ? 'changed' : 'same'}`)

  test('a false condition is a refusal that changes nothing, and shows the stored item to who asks for it', async () => {
    const stored = { pk: S('a'), version: { N: '2' } }
    const client = bench.client('sink-0@1')
    const played = async (call: Promise<object>) => {
      const seen = watch(call)
      await bench.settle()
      const request = bench.gate.requests[0] as GateRequest
      await bench.gate.apply(request, { kind: 'ok' })
      bench.gate.respond(request)
      await bench.settle()
      return { seen, request }
    }
    await played(client.putItem({ TableName: 'ttt', Item: stored }))
    const older = {
      TableName: 'ttt',
      Item: { pk: S('a'), version: { N: '1' } },
      ConditionExpression: 'version < :v',
      ExpressionAttributeValues: { ':v': { N: '1' } },
    }
    const silent = await played(client.putItem(older))
    expect([silent.seen.outcome, silent.request.answer]).toEqual(['ConditionalCheckFailedException', 'refused'])
    expect((silent.seen.error as { Item?: object }).Item).toBeUndefined()
    const asked = await played(client.putItem({ ...older, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }))
    expect(asked.seen.error).toMatchObject({ name: 'ConditionalCheckFailedException', Item: stored })
    expect(history()).toEqual(['1 put a changed'])
  })

  test('an update waits, is applied once, and stands in the history with the item as stored', async () => {
    const seen = watch(
      bench.client('sink-0@1').updateItem({
        TableName: 'ttt',
        Key: { pk: S('a') },
        UpdateExpression: 'SET version = :v ADD amount :n',
        ExpressionAttributeValues: { ':v': { N: '1' }, ':n': { N: '5' } },
      }),
    )
    await bench.settle()
    const request = bench.gate.requests[0] as GateRequest
    expect(request.items.map(({ kind, key }) => [kind, key])).toEqual([['update', 'a']])
    await bench.gate.apply(request, { kind: 'ok' })
    bench.gate.loseResponse(request)
    await bench.settle()
    expect(seen.outcome).toBe('TimeoutError')
    expect(bench.gate.history).toMatchObject([
      { kind: 'update', changed: true, attributes: { pk: S('a'), version: { N: '1' }, amount: { N: '5' } } },
    ])
  })

  test('a request waits, shows what it would write, and is applied when the world says so', async () => {
    const { seen, request } = await send()
    expect(request).toMatchObject({ serial: 1, client: 'sink-0@1', phase: 'sent', answer: 'none' })
    expect(request.items.map(({ table, kind, key }) => [table, kind, key])).toEqual([
      ['ttt', 'put', 'a'],
      ['ttt', 'put', 'b'],
      ['ttt', 'put', 'c'],
    ])
    expect(request.items[0]?.attributes).toEqual({ pk: S('a'), version: { N: '1' } })
    expect(await stored()).toEqual([])
    await bench.gate.apply(request, { kind: 'ok' })
    expect(await stored()).toEqual(['a1', 'b1', 'c1'])
    expect(request).toMatchObject({ phase: 'applied', answer: 'ok', error: null })
    expect(seen.outcome).toBe('pending')
    bench.gate.respond(request)
    await bench.settle()
    expect(seen).toEqual({ outcome: 'ok', value: { UnprocessedItems: {} } })
    expect(bench.gate.busy).toBe(0)
  })

  test('unprocessed: the named items come back as they were sent, the others are applied', async () => {
    const { seen, request } = await play(three, { kind: 'unprocessed', items: [2, 0] })
    expect(await stored()).toEqual(['b1'])
    expect(request.unprocessed).toEqual([0, 2])
    expect(seen.value).toEqual({ UnprocessedItems: { ttt: [put('a', 1), put('c', 1)] } })
    expect(history()).toEqual(['1 put b changed'])
  })

  test('unprocessed may be everything, over two tables', async () => {
    const input = { RequestItems: { ttt: [put('a', 1)], uuu: [{ DeleteRequest: { Key: { pk: S('b') } } }] } }
    const { seen } = await play(input as never, { kind: 'unprocessed', items: [0, 1] })
    expect(seen.value).toEqual({ UnprocessedItems: input.RequestItems })
    expect(bench.gate.history).toEqual([])
  })

  test.each([
    ['ProvisionedThroughputExceededException', 400],
    ['ThrottlingException', 400],
    ['InternalServerError', 500],
    ['ServiceUnavailable', 503],
    ['ValidationException', 400],
  ] as const)('refused as %s: nothing is applied', async (error, status) => {
    const { seen, request } = await play(three, { kind: 'refused', error })
    expect(await stored()).toEqual([])
    expect(seen.outcome).toBe(error)
    expect((seen.error as Error & { $metadata: object }).$metadata).toMatchObject({ httpStatusCode: status })
    expect(request).toMatchObject({ answer: 'refused', error })
  })

  test('refused without a name is a throttle', async () => {
    const { seen } = await play(three, { kind: 'refused' })
    expect(seen.outcome).toBe('ProvisionedThroughputExceededException')
  })

  test.each([[[]], [[1]], [[0, 1, 2]]])(
    'torn after %j: these are applied, the client sees an error',
    async (applied) => {
      const { seen, request } = await play(three, { kind: 'torn', applied })
      expect(await stored()).toEqual(applied.map((i) => ['a1', 'b1', 'c1'][i]))
      expect(seen.outcome).toBe('InternalServerError')
      expect(request).toMatchObject({ answer: 'torn', error: 'InternalServerError', unprocessed: [] })
    },
  )

  test.each<[string, Outcome]>([
    ['ok', { kind: 'ok' }],
    ['unprocessed', { kind: 'unprocessed', items: [1] }],
    ['refused', { kind: 'refused' }],
    ['torn', { kind: 'torn', applied: [0] }],
  ])('a batch with a repeated key is refused by the store, whatever was planned (%s)', async (_, outcome) => {
    const { seen, request } = await play(batch(put('a', 1), put('a', 2)), outcome)
    expect(seen.outcome).toBe('ValidationException')
    expect(seen.error?.message).toBe('Provided list of item keys contains duplicates')
    expect(request).toMatchObject({ answer: 'refused', error: 'ValidationException', unprocessed: [] })
    expect(await stored()).toEqual([])
  })

  test('a table that does not exist is the real answer to a partial outcome', async () => {
    const input = { RequestItems: { nope: [put('a', 1), put('b', 1)] } } as never
    for (const outcome of [
      { kind: 'torn', applied: [0] },
      { kind: 'unprocessed', items: [0] },
    ] as const) {
      const { seen, request } = await play(input, outcome)
      expect(seen.outcome).toBe('ResourceNotFoundException')
      expect(request).toMatchObject({ answer: 'refused', unprocessed: [] })
    }
  })

  test('a lost response: applied, and the client sees a reset connection', async () => {
    const { seen, request } = await send()
    await bench.gate.apply(request, { kind: 'ok' })
    bench.gate.loseResponse(request)
    await bench.settle()
    expect(await stored()).toEqual(['a1', 'b1', 'c1'])
    expect(seen.outcome).toBe('TimeoutError')
    expect(seen.error).toMatchObject({ code: 'ECONNRESET' })
    expect(bench.gate.requests).toEqual([])
    expect(bench.gate.zombies).toEqual([])
  })

  test('a time-out leaves a zombie that may be applied or dropped', async () => {
    const first = await send()
    const second = await send(batch(put('z', 1)))
    bench.gate.timeout(first.request)
    bench.gate.timeout(second.request)
    await bench.settle()
    expect(first.seen.outcome).toBe('TimeoutError')
    expect(bench.gate.zombies.map(({ serial }) => serial)).toEqual([1, 2])
    await bench.gate.applyZombie(first.request)
    bench.gate.dropZombie(second.request)
    expect(await stored()).toEqual(['a1', 'b1', 'c1'])
    expect(bench.gate.zombies).toEqual([])
    expect(bench.gate.history.every(({ request, client }) => request === 1 && client === 'sink-0@1')).toBe(true)
  })

  test('a death: no call settles, unapplied requests become zombies, later sends hang uncounted as requests', async () => {
    const applied = await send(batch(put('a', 1)))
    const waiting = await send(batch(put('b', 1)))
    const other = await send(batch(put('c', 1)), 'sink-1@1')
    await bench.gate.apply(applied.request, { kind: 'ok' })
    bench.gate.cutOff('sink-0@1')
    expect(bench.gate.requests).toEqual([other.request])
    expect(bench.gate.zombies).toEqual([waiting.request])
    const late = watch(bench.client('sink-0@1').batchWriteItem(batch(put('d', 1))))
    await bench.settle()
    expect(bench.gate.hungSends).toBe(1)
    expect(bench.gate.requests).toHaveLength(1)
    await bench.gate.applyZombie(waiting.request)
    await bench.settle()
    expect([applied.seen.outcome, waiting.seen.outcome, late.outcome]).toEqual(['pending', 'pending', 'pending'])
    expect(await stored()).toEqual(['a1', 'b1'])
  })

  test('the history tells writes that change the table from repeats, and shows items as stored', async () => {
    await play(batch(put('a', 1)), { kind: 'ok' })
    await play(batch({ PutRequest: { Item: { version: { N: '01.0' }, pk: S('a') } } }), { kind: 'ok' })
    await play(batch({ DeleteRequest: { Key: { pk: S('a') } } }), { kind: 'ok' })
    await play(batch({ DeleteRequest: { Key: { pk: S('a') } } }), { kind: 'ok' })
    expect(history()).toEqual(['1 put a changed', '2 put a same', '3 delete a changed', '4 delete a same'])
    expect(bench.gate.history[1]?.attributes).toEqual({ pk: S('a'), version: { N: '1' } })
    expect(bench.gate.history[2]?.attributes).toEqual({ pk: S('a') })
  })

  test('a conditional put that fails is refused and not in the history; one that holds is', async () => {
    const conditional = (version: string) =>
      watch(
        bench.client('sink-0@1').putItem({
          TableName: 'ttt',
          Item: { pk: S('a'), version: { N: version } },
          ConditionExpression: 'attribute_not_exists(pk) OR version < :v',
          ExpressionAttributeValues: { ':v': { N: version } },
        }),
      )
    for (const [version, expected] of [
      ['2', 'ok'],
      ['10', 'ok'],
      ['9', 'ConditionalCheckFailedException'],
    ] as const) {
      const seen = conditional(version)
      await bench.settle()
      const request = bench.gate.requests[0] as GateRequest
      await bench.gate.apply(request, { kind: 'ok' })
      bench.gate.respond(request)
      await bench.settle()
      expect(seen.outcome).toBe(expected)
    }
    expect(await stored()).toEqual(['a10'])
    expect(history()).toEqual(['1 put a changed', '2 put a changed'])
  })

  test('a read waits like a write and writes nothing', async () => {
    await play(three, { kind: 'ok' })
    const seen = watch(bench.client('reader').scan({ TableName: 'ttt' }))
    await bench.settle()
    const request = bench.gate.requests[0] as GateRequest
    expect(request).toMatchObject({ operation: 'Scan', items: [] })
    await bench.gate.apply(request, { kind: 'ok' })
    bench.gate.respond(request)
    await bench.settle()
    expect((seen.value as { Items: object[] }).Items).toHaveLength(3)
    expect(bench.gate.history).toHaveLength(3)
  })

  test('what is sent does not change with the record it was made of', async () => {
    const item = { pk: S('a'), version: { N: '1' } }
    const { request } = await send(batch({ PutRequest: { Item: item } }))
    item.version.N = '2'
    await bench.gate.apply(request, { kind: 'ok' })
    expect(await stored()).toEqual(['a1'])
  })

  test('reset forgets requests, zombies, history and deaths', async () => {
    bench.gate.cutOff('sink-0@1')
    await send(three, 'sink-1@1')
    bench.gate.reset()
    const { request } = await send()
    expect(request.serial).toBe(1)
    expect(bench.gate.requests).toHaveLength(1)
  })

  describe('misuse is refused with what to do instead', () => {
    const misuse = async (act: (request: GateRequest) => unknown, message: RegExp, before?: Outcome) => {
      const { request } = await send()
      if (before !== undefined) await bench.gate.apply(request, before)
      expect(() => act(request)).toThrow(message)
    }
    const ok: Outcome = { kind: 'ok' }
    test('apply twice', () => misuse((r) => bench.gate.apply(r, ok), /it can be applied only once/, ok))
    test('respond before apply', () => misuse((r) => bench.gate.respond(r), /apply it \(and await that\) first/))
    test('loseResponse before apply', () => misuse((r) => bench.gate.loseResponse(r), /first/))
    test('timeout after apply', () => misuse((r) => bench.gate.timeout(r), /expected a request that is sent/, ok))
    test('applyZombie of a live request', () => misuse((r) => bench.gate.applyZombie(r), /expected a zombie/))
    test('an index outside of the batch', () =>
      misuse((r) => bench.gate.apply(r, { kind: 'torn', applied: [3] }), /expected indices from 0 to 2, got 3/))
    test('an index twice', () =>
      misuse((r) => bench.gate.apply(r, { kind: 'unprocessed', items: [1, 1] }), /each index once/))
    test('unprocessed without items', () =>
      misuse((r) => bench.gate.apply(r, { kind: 'unprocessed', items: [] }), /use ok/))
    test('an unknown kind', () => misuse((r) => bench.gate.apply(r, { kind: 'lost' } as never), /expected the kind/))
    test('respond twice', () =>
      misuse(
        (r) => {
          bench.gate.respond(r)
          bench.gate.respond(r)
        },
        /respond: expected a live request of this gate/,
        ok,
      ))
  })
})

describe('a synchronous backend', () => {
  test('is applied within the call; an asynchronous one counts as busy until it has answered', async () => {
    const [memory, , dynalite] = await Promise.all(LEVELS.map(({ make }) => make()))
    for (const [bench, busy] of [
      [memory, 0],
      [dynalite, 1],
    ] as const) {
      const { gate, client, settle } = bench as Bench
      void client('a').batchWriteItem(three)
      await settle()
      const done = gate.apply(gate.requests[0] as GateRequest, { kind: 'ok' })
      expect(gate.busy).toBe(busy)
      expect(done === undefined).toBe(busy === 0)
      if (busy > 0) {
        expect(() => gate.reset()).toThrow(/inside the backend/)
        expect(() => gate.respond(gate.requests[0] as GateRequest)).toThrow(/being applied/)
        expect(() => gate.apply(gate.requests[0] as GateRequest, { kind: 'ok' })).toThrow(/being applied/)
        expect(() => gate.timeout(gate.requests[0] as GateRequest)).toThrow(/being applied/)
      }
      await settle()
      expect(gate.busy).toBe(0)
      expect(gate.requests[0]?.phase).toBe('applied')
    }
  })

  test('requests applied at once on dynalite still go one after the other', async () => {
    const bench = (await LEVELS[2]?.make()) as Bench
    const { gate, client } = bench
    for (const label of ['a', 'b']) void client(label).batchWriteItem(three)
    await Promise.all(gate.requests.map((request) => gate.apply(request, { kind: 'ok' })))
    expect(gate.history.map(({ client, changed }) => `${client} ${changed}`)).toEqual([
      ...['a true', 'a true', 'a true'],
      ...['b false', 'b false', 'b false'],
    ])
  })

  test('a death while dynalite is applying: the write happens, nobody is told, nothing is left', async () => {
    const bench = (await LEVELS[3]?.make()) as Bench
    let settled = false
    bench
      .client('a')
      .batchWriteItem(three)
      .finally(() => {
        settled = true
      })
      .catch(() => {})
    await bench.settle()
    const done = bench.gate.apply(bench.gate.requests[0] as GateRequest, { kind: 'ok' })
    bench.gate.cutOff('a')
    await done
    await bench.settle()
    expect(settled).toBe(false)
    expect(bench.gate.requests).toEqual([])
    expect(bench.gate.zombies).toEqual([])
    expect(await bench.store.snapshot('ttt')).toHaveLength(3)
    expect(bench.gate.history).toHaveLength(3)
  })
})

describe('a backend without a way to peek', () => {
  test('is asked for items by GetItem under all key attributes', async () => {
    const dynalite = new EmbeddedDynalite()
    await dynalite.putTable({ name: 'rrr', range: { name: 'sk', type: 'N' } })
    const gate = new StoreGate({ execute: (request) => dynalite.execute(request) }, { keyAttributes: ['pk', 'sk'] })
    const item = (sk: string, v: string) => ({ PutRequest: { Item: { pk: S('a'), sk: { N: sk }, v: S(v) } } })
    for (const version of ['x', 'x', 'y']) {
      void gate.client('a').batchWriteItem({ RequestItems: { rrr: [item('1', version), item('2', 'x')] } })
      const [request] = gate.requests
      await gate.apply(request as GateRequest, { kind: 'ok' })
      gate.respond(request as GateRequest)
    }
    const changes = gate.history.map(({ attributes, changed }) => `${attributes.sk?.N}${attributes.v?.S} ${changed}`)
    expect(changes).toEqual(['1x true', '2x true', '1x false', '2x false', '1y true', '2x false'])
    // Same partition key, another sort key: no repeated key.
    void gate.client('a').batchWriteItem({ RequestItems: { rrr: [item('1', 'z'), item('2', 'z')] } })
    const [request] = gate.requests
    await gate.apply(request as GateRequest, { kind: 'torn', applied: [1] })
    expect(request).toMatchObject({ answer: 'torn', error: 'InternalServerError' })
    expect(gate.history.at(-1)).toMatchObject({ attributes: { sk: { N: '2' }, v: S('z') }, changed: true })
  })
})
