// Embedded dynalite: a DynamoDB of another author, run inside this process without a socket, as the judge of truth.
// Its HTTP listener is called directly with an event emitter for the request and three methods for the response, so no
// connection can be cut under it (a client that disconnects in mid-body kills a process that hosts dynalite).
// Traps are listed in facts/dynalite.md: never close the store under a running request, never fake setImmediate.
// Read next: sdkClient.ts (the real SDK on top), dynaliteServer.ts (over HTTP), differences.ts (where it is not AWS).
import { EventEmitter } from 'node:events'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { HttpHandler } from '@smithy/protocol-http'
import dynalite from 'dynalite'
import database, { type DynaliteStore, type DynaliteTable } from 'dynalite/db/index.js'
import { keyText } from './memory/tableKey.ts'
import { bodyText, smithyResponse } from './smithyHandler.ts'
import {
  DEFAULT_HASH,
  type EmbeddedStore,
  type Item,
  type KeyAttribute,
  type TableShape,
  type WireObject,
  type WireRequest,
  type WireResponse,
} from './wire.ts'

/** An HTTP request whose body has arrived as a whole, and dynalite's answer to it. */
export interface RawRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
export interface RawResponse {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
}

/** Only its form is looked at. */
const AUTHORIZATION = 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c'

export class EmbeddedDynalite implements EmbeddedStore {
  private readonly store: DynaliteStore
  private readonly listener: RequestListener

  /** `path`: a folder in which the tables outlive the process. Without one they are in memory. */
  constructor(path?: string) {
    const created: DynaliteStore[] = []
    const { create } = database
    // dynalite keeps its store to itself; it asks for it through the module object, so for one call we listen in.
    database.create = (options) => {
      const store = create(options)
      created.push(store)
      return store
    }
    try {
      const server = dynalite({
        createTableMs: 0,
        deleteTableMs: 0,
        updateTableMs: 0,
        ...(path === undefined ? {} : { path }),
      })
      this.listener = server.listeners('request')[0] as RequestListener
    } finally {
      database.create = create
    }
    const [store] = created
    if (store === undefined) {
      throw new Error('expected dynalite() to create its store through dynalite/db, as 4.0.0 does; pin dynalite 4.0.0')
    }
    this.store = store
  }

  async execute({ operation, input }: WireRequest): Promise<WireResponse> {
    const { status, body } = await this.inject({
      method: 'POST',
      path: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '19700101T000000Z',
        authorization: AUTHORIZATION,
      },
      body: JSON.stringify(input),
    })
    return { status, body: body === '' ? {} : (JSON.parse(body) as WireObject) }
  }

  /** One request through dynalite's listener. Rejects where dynalite itself throws on the request. */
  inject({ method, path, headers, body }: RawRequest): Promise<RawResponse> {
    return new Promise((resolve, reject) => {
      const request = Object.assign(new EventEmitter(), { method, url: path, headers })
      const answered: Record<string, string> = {}
      const response = {
        statusCode: 200,
        setHeader(name: string, value: unknown) {
          answered[name.toLowerCase()] = String(value)
        },
        end(text = '') {
          resolve({ status: this.statusCode, headers: answered, body: text })
        },
      }
      try {
        this.listener(request as unknown as IncomingMessage, response as unknown as ServerResponse)
        if (body !== '') request.emit('data', Buffer.from(body))
        request.emit('end')
      } catch (error) {
        reject(new Error(`dynalite threw on ${headers['x-amz-target']} ${body.slice(0, 200)}`, { cause: error }))
      }
    })
  }

  /** A request handler for the real SDK client, without a gate. The random request id is left out of the answers. */
  handler(): HttpHandler {
    return {
      metadata: { handlerProtocol: 'http/1.1' },
      handle: async (request) => {
        const { method, path, headers } = request
        const answer = await this.inject({ method, path, headers, body: bodyText(request) })
        const { 'x-amzn-requestid': _, ...kept } = answer.headers
        return smithyResponse(answer.status, kept, answer.body)
      },
      updateHttpClientConfig() {},
      httpHandlerConfigs: () => ({}),
      destroy() {},
    }
  }

  /** Written as dynalite writes it, but ACTIVE: CreateTable would need a timer to get there. */
  async putTable({ name, hash = DEFAULT_HASH, range }: TableShape): Promise<void> {
    const attributes = range === undefined ? [hash] : [hash, range]
    await this.store.db.put(`table~${name}`, {
      TableName: name,
      TableStatus: 'ACTIVE',
      ItemCount: 0,
      TableSizeBytes: 0,
      CreationDateTime: 0,
      AttributeDefinitions: attributes.map((one) => ({ AttributeName: one.name, AttributeType: one.type })),
      KeySchema: attributes.map((one, i) => ({ AttributeName: one.name, KeyType: i === 0 ? 'HASH' : 'RANGE' })),
      ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0, NumberOfDecreasesToday: 0 },
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    })
  }

  /** Empties the tables and keeps them. */
  async reset(): Promise<void> {
    await this.store.db.clear(range('item-'))
  }

  /** Removes the tables too. */
  async clear(): Promise<void> {
    await this.store.db.clear()
  }

  async snapshot(name: string): Promise<readonly Item[]> {
    const table = await this.table(name)
    if (table === undefined) throw new Error(`snapshot: expected a table of dynalite, got ${JSON.stringify(name)}`)
    const schema = { hash: keyAttribute(table, 0) as KeyAttribute, range: keyAttribute(table, 1) }
    const items = (await this.store.db.values(range(`item-${name}~`)).all()) as Item[]
    const keyed = items.map((item) => ({ item, key: keyText(item, schema) as string }))
    return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ item }) => item)
  }

  async peek(name: string, item: Item): Promise<Item | undefined> {
    const table = await this.table(name)
    if (table === undefined || database.validateItem(item, table) != null) return undefined
    return (await this.store.db.get(`item-${name}~${database.createKey(item, table)}`)) as Item | undefined
  }

  private async table(name: string): Promise<DynaliteTable | undefined> {
    return (await this.store.db.get(`table~${name}`)) as DynaliteTable | undefined
  }
}

function range(prefix: string): { gte: string; lt: string } {
  return { gte: prefix, lt: `${prefix}\u{ffff}` }
}

function keyAttribute(table: DynaliteTable, index: number): KeyAttribute | null {
  const name = table.KeySchema[index]?.AttributeName
  const definition = table.AttributeDefinitions.find((one) => one.AttributeName === name)
  return definition === undefined
    ? null
    : { name: definition.AttributeName, type: definition.AttributeType as KeyAttribute['type'] }
}
