// The serialiser of operator state: a deep copy that is exactly what a JSON round trip would give, and an error in
// place of a silent loss where JSON cannot carry a value (Date, Map, NaN, functions, cycles).
// Read next: operatorState.ts.

/** A value that a checkpoint file cannot give back as it was. `path` leads to it from the copied value, e.g. `.a[2]`. */
export class NotJsonError extends Error {
  override readonly name = 'NotJsonError'
  readonly path: string

  constructor(path: string, found: string) {
    super(
      `expected a JSON value${path === '' ? '' : ` at ${path}`}, got ${found}: store its fields or its text instead`,
    )
    this.path = path
  }
}

// Deeper than any state worth the name; shallower than the stack. A cycle ends here.
const MAX_DEPTH = 200

/** Properties that are `undefined` are left out, as JSON does. Throws NotJsonError. */
export function jsonCopy<T>(value: T): T {
  return copy(value, '', 0) as T
}

function copy(value: unknown, path: string, depth: number): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new NotJsonError(path, String(value))
    return value + 0 // -0 becomes 0, as in JSON
  }
  if (typeof value !== 'object') throw new NotJsonError(path, typeof value)
  if (depth >= MAX_DEPTH) throw new NotJsonError(path, `a value nested over ${MAX_DEPTH} deep (a cycle?)`)
  if (Array.isArray(value)) return Array.from(value, (item, index) => copy(item, `${path}[${index}]`, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    throw new NotJsonError(
      path,
      `an instance of ${(value.constructor as { name?: string } | undefined)?.name ?? 'a class'}`,
    )
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  // fromEntries defines own properties: a key named __proto__ stays a key.
  return Object.fromEntries(entries.map(([key, item]) => [key, copy(item, `${path}.${key}`, depth + 1)]))
}
