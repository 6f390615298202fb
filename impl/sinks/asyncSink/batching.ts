// The buffer of request entries: new ones come to its tail, failed ones go back to its head in the order in which they
// were handed back, batches leave from the head, bounded by a count and by bytes.
// Source followed: Flink's AsyncSinkWriter (bufferedRequestEntries, createNextAvailableBatch). Read next: writer.ts.

/** A request entry with its size, taken once when it entered (Flink: RequestEntryWrapper). */
export interface Sized<Entry> {
  readonly entry: Entry
  readonly bytes: number
}

export interface RequestBuffer<Entry> {
  readonly entries: readonly Sized<Entry>[]
  readonly bytes: number
}

export const emptyBuffer: RequestBuffer<never> = { entries: [], bytes: 0 }

export const addLast = <Entry>(buffer: RequestBuffer<Entry>, added: Sized<Entry>): RequestBuffer<Entry> => ({
  entries: [...buffer.entries, added],
  bytes: buffer.bytes + added.bytes,
})

export const addAllFirst = <Entry>(
  buffer: RequestBuffer<Entry>,
  failed: readonly Sized<Entry>[],
): RequestBuffer<Entry> => ({
  entries: [...failed, ...buffer.entries],
  bytes: buffer.bytes + bytesOf(failed),
})

export interface NextBatch<Entry> {
  readonly batch: readonly Sized<Entry>[]
  readonly rest: RequestBuffer<Entry>
}

/** At most `batchSize` entries from the head, and no more than fit into `maxBytes`. */
export function takeBatch<Entry>(buffer: RequestBuffer<Entry>, batchSize: number, maxBytes: number): NextBatch<Entry> {
  let [count, bytes] = [0, 0]
  for (const { bytes: size } of buffer.entries) {
    if (count === batchSize || bytes + size > maxBytes) break
    count++
    bytes += size
  }
  return {
    batch: buffer.entries.slice(0, count),
    rest: { entries: buffer.entries.slice(count), bytes: buffer.bytes - bytes },
  }
}

const bytesOf = (entries: readonly Sized<unknown>[]): number => entries.reduce((sum, { bytes }) => sum + bytes, 0)
