// How a sink's records leave its buffer, behind one interface: a loop that awaits each request (flushLoop.ts), several
// requests in flight with calls that wait for mails (asyncWriter/sink.ts), or staging and publishing (staging/writer.ts).
// Who receives, is told, or is closed needs no more.
// Read next: flushLoop.ts, asyncWriter/sink.ts, staging/writer.ts, store.ts (what happens to a request).
import type { Vector } from '../kernel/index.ts'
import type { Buffer } from './buffer.ts'
import type { Channel, Sink } from './pipeline.ts'

export interface Writer {
  /** Its own steps, apart from the timer of the buffer. */
  rules(): void
  /** A record has come. */
  invoke(record: number): void
  /** Starts to write what is buffered, and waits for nothing. */
  start(): void
  /** The mail waits until what it asked for is done; `then` says what it was in the middle of. */
  startThen(then: number, id?: number): void
  /** What a mail that was in the middle of `doing` does when its wait is over. */
  whenFlushed(doing: number, goOn: (id: number) => void): void
  /** The buffer's timer may fire. */
  mayFire(): boolean
  fire(): void
  /** A notification may come. */
  takesMail(): boolean
  /** A mail has run that has nothing to do with writing. */
  mailEnded(): void
  /** Being written, or on its way into the buffer. */
  holds(record: number): boolean
  holdsNothing(): boolean
  /** No request is open, and none will be sent by itself. */
  quiet(): boolean
  /** True where some request that is sent and not applied holds such a record. */
  someSent(test: (record: number) => boolean): boolean
  requests(): readonly RequestSlot[]
  /** A new attempt begins. */
  opened(): void
  /** The attempt is over: its requests are nobody's. */
  attemptOver(): void
  /** close() has to write what is left, where the design says so; false where nothing is left. */
  closeWrites(): boolean
  /** The sink is gone. */
  discard(): void
}

/** A request that the store may answer; of several the oldest is first, and the numbers of the others fall with it. */
export interface RequestSlot {
  /** As in the names of actions: `sink0`, `sink0.1`. */
  readonly name: string
  /** Of `request` and `answer`. */
  readonly at: number
  readonly handedBack: Vector
  /** Whether it carries that record to the store. */
  holds(record: number): boolean
  /** Several records, of which the store may take some. */
  isBatch(): boolean
  /** What its taking effect does with a record that it carries. */
  take(record: number): void
  /** What the store answers once it has taken all of it: OK, or of a read ABSENT. */
  result(): number
  /** As it is remembered once nobody waits for it: the bit set of the records that it will still write, 0 for none. */
  afterlife(): number
  /** A key twice: the store takes none of it. */
  repeatsKey(): boolean
  answered(kind: number): void
}

/** What a sink's task is made of. */
export interface Task {
  readonly sink: Sink
  readonly buf: Buffer
  readonly writer: Writer
  readonly channels: readonly Channel[]
}
