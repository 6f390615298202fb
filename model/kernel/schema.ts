// The variables of a spec: four kinds, each with a finite range that starts at 0.
// The declaration is the one source for the packed layout, the range checks, the printer and the exports,
// so a variable is described once and read everywhere through the same small views.
// Next: layout.ts (where a variable lives in packed words), plain.ts (the same views over ordinary objects).

/** One number in 0..max. */
export interface ScalarDeclaration {
  readonly kind: 'scalar'
  readonly max: number
}
/** `length` numbers, each in 0..max. */
export interface VectorDeclaration {
  readonly kind: 'vector'
  readonly length: number
  readonly max: number
}
/** A queue of at most `capacity` numbers, each in 0..max. */
export interface FifoDeclaration {
  readonly kind: 'fifo'
  readonly capacity: number
  readonly max: number
}
/** A multiset over the values 1..values, each held 0..max times. */
export interface BagDeclaration {
  readonly kind: 'bag'
  readonly values: number
  readonly max: number
}
export type Declaration = ScalarDeclaration | VectorDeclaration | FifoDeclaration | BagDeclaration
export type Schema = Readonly<Record<string, Declaration>>

/** A fixed number of numbers, by index from 0. */
export interface Vector {
  readonly length: number
  at(index: number): number
  set(index: number, value: number): void
  /** Every element becomes 0. */
  clear(): void
}
/** A queue: `at(0)` is the head, which `shift` takes away. */
export interface Fifo {
  readonly length: number
  at(index: number): number
  push(value: number): void
  shift(): number
  clear(): void
}
/** A multiset of the values 1..n. */
export interface Bag {
  readonly empty: boolean
  has(value: number): boolean
  count(value: number): number
  add(value: number): void
  remove(value: number): void
  clear(): void
}

export type ViewOf<D> = D extends ScalarDeclaration
  ? number
  : D extends VectorDeclaration
    ? Vector
    : D extends FifoDeclaration
      ? Fifo
      : D extends BagDeclaration
        ? Bag
        : never

/** What rules read and write: scalars are plain number properties, everything else is a view. */
export type State<V extends Schema = Schema> = { -readonly [K in keyof V]: ViewOf<V[K]> }

/** A state as printable data: a scalar is a number, a vector or fifo (head first) an array, a bag its sorted values. */
export type Snapshot<V extends Schema = Schema> = {
  readonly [K in keyof V]: V[K] extends ScalarDeclaration ? number : readonly number[]
}

/** The largest `max` a variable may have: 31 bits, so that no value becomes negative in a signed word. */
export const LARGEST_MAX = 0x7fffffff

/** A range of 0..0, or a length of 0, is allowed and takes no room: for what a configuration leaves out. */
export const scalar = (max: number): ScalarDeclaration => ({ kind: 'scalar', max: range('scalar', 'max', max, 0) })

export const vector = (length: number, max: number): VectorDeclaration => ({
  kind: 'vector',
  length: range('vector', 'length', length, 0),
  max: range('vector', 'max', max, 0),
})

export const fifo = (capacity: number, max: number): FifoDeclaration => ({
  kind: 'fifo',
  capacity: range('fifo', 'capacity', capacity, 0),
  max: range('fifo', 'max', max, 0),
})

export const bag = (values: number, max: number): BagDeclaration => ({
  kind: 'bag',
  values: range('bag', 'values', values, 0),
  max: range('bag', 'max', max, 0),
})

function range(kind: string, what: string, value: number, least: number): number {
  if (!Number.isInteger(value) || value < least || value > LARGEST_MAX) {
    throw new RangeError(`${kind}: expected ${what} to be a whole number in ${least}..${LARGEST_MAX}, got ${value}`)
  }
  return value
}
