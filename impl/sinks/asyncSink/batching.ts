// The buffer of request entries: new ones come to its tail, failed ones go back to its head in the order in which they
// were handed back, batches leave from the head, bounded by a count and by bytes.
// A design may hold entries back (MayLeave); Flink's writer holds back none.
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

/** At most `batchSize` of the entries that may leave, from the head, and no more than fit into `maxBytes`. */
export function takeBatch<Entry>(
  buffer: RequestBuffer<Entry>,
  leaving: RequestBuffer<Entry>,
  batchSize: number,
  maxBytes: number,
): NextBatch<Entry> {
  let [count, bytes] = [0, 0]
  for (const { bytes: size } of leaving.entries) {
    // The first that does not fit ends the batch: one taken from behind it might be a newer one of the same key.
    if (count === batchSize || bytes + size > maxBytes) break
    count++
    bytes += size
  }
  const batch = leaving.entries.slice(0, count)
  return { batch, rest: { entries: without(buffer.entries, batch), bytes: buffer.bytes - bytes } }
}

/** `batch` is a part of `entries` in the same order. */
function without<Entry>(entries: readonly Sized<Entry>[], batch: readonly Sized<Entry>[]): readonly Sized<Entry>[] {
  if (batch.length === 0) return entries
  if (entries[batch.length - 1] === batch.at(-1)) return entries.slice(batch.length)
  const taken = new Set(batch)
  return entries.filter((entry) => !taken.has(entry))
}

export const bytesOf = (entries: readonly Sized<unknown>[]): number =>
  entries.reduce((sum, { bytes }) => sum + bytes, 0)
