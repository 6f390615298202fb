// A state as printable data and back, through the views: works on either storage.
// `load` is the decoder for states that come from outside (a real pipeline, a trace file), so it checks every value.

import type { Bag, Fifo, Schema, Snapshot, State, Vector } from './schema.ts'

/** All variables as plain data, frozen: see `Snapshot` for the shapes. */
export function dump<V extends Schema>(schema: V, state: State<V>): Snapshot<V> {
  const out: Record<string, number | readonly number[]> = {}
  for (const name in schema) {
    const declaration = (schema as Schema)[name]
    const view = state[name] as unknown
    if (declaration?.kind === 'scalar') out[name] = view as number
    else if (declaration?.kind === 'bag') out[name] = Object.freeze(members(view as Bag, declaration.values))
    else out[name] = Object.freeze(items(view as Vector | Fifo))
  }
  return Object.freeze(out) as Snapshot<V>
}

/**
 * Sets all variables from a snapshot. The storage must be all zero (`clear()` first).
 * @throws RangeError naming the variable, where one is missing, unknown or out of its range.
 */
export function load<V extends Schema>(schema: V, state: State<V>, snapshot: Snapshot<V>): void {
  const values = snapshot as Readonly<Record<string, unknown>>
  for (const name of Object.keys(values)) {
    if (!(name in schema)) {
      throw new RangeError(`snapshot: expected one of ${Object.keys(schema).join(', ')}, got a variable '${name}'`)
    }
  }
  for (const [name, declaration] of Object.entries(schema as Schema)) {
    const value = values[name]
    if (declaration.kind === 'scalar') {
      ;(state as Record<string, unknown>)[name] = whole(name, value)
      continue
    }
    if (!Array.isArray(value)) throw new RangeError(`${name}: expected an array of numbers, got ${String(value)}`)
    const numbers = value.map((item) => whole(name, item))
    const view = (state as Record<string, unknown>)[name]
    if (declaration.kind === 'vector') {
      if (numbers.length !== declaration.length) {
        throw new RangeError(`${name}: expected ${declaration.length} elements, got ${numbers.length}`)
      }
      for (const [i, item] of numbers.entries()) (view as Vector).set(i, item)
    } else if (declaration.kind === 'fifo') for (const item of numbers) (view as Fifo).push(item)
    else for (const item of numbers) (view as Bag).add(item)
  }
}

function whole(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value
  throw new RangeError(`${name}: expected a whole number, got ${String(value)}`)
}

function items(view: Vector | Fifo): number[] {
  const out = new Array<number>(view.length)
  for (let i = 0; i < out.length; i++) out[i] = view.at(i)
  return out
}

function members(view: Bag, values: number): number[] {
  const out: number[] = []
  if (view.empty) return out
  for (let value = 1; value <= values; value++) for (let n = view.count(value); n > 0; n--) out.push(value)
  return out
}
