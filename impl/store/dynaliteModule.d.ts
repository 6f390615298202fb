// dynalite 4.0.0 has no type declarations: the part of it that dynalite.ts uses, and no more.
// The deep path is its internal store; the version is pinned because that path is no public API.
declare module 'dynalite' {
  import type { Server } from 'node:http'

  interface DynaliteOptions {
    readonly createTableMs?: number
    readonly deleteTableMs?: number
    readonly updateTableMs?: number
    /** Folder of its leveldb; without one everything is in memory. */
    readonly path?: string
  }
  export default function dynalite(options?: DynaliteOptions): Server
}

declare module 'dynalite/db/index.js' {
  /** A table as dynalite keeps it; opaque here but for being passed back. */
  export interface DynaliteTable {
    readonly TableName: string
    readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[]
    readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: string }[]
  }
  interface Range {
    readonly gte: string
    readonly lt: string
  }
  export interface DynaliteStore {
    readonly db: {
      get(key: string): Promise<unknown>
      put(key: string, value: unknown): Promise<void>
      clear(range?: Range): Promise<void>
      values(range: Range): { all(): Promise<unknown[]> }
    }
  }
  interface DynaliteDatabase {
    create(options: object): DynaliteStore
    createKey(item: object, table: DynaliteTable): string
    /** Undefined or null where the key attributes are in order. */
    validateItem(item: object, table: DynaliteTable): unknown
  }
  const database: DynaliteDatabase
  export default database
}
