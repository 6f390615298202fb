// Are two stored items the same item? The order of attributes and of set elements does not count, that of lists does.
// Used for AppliedWrite.changed, on which "no repeated effect" (S4) is judged.
import type { AttributeValue, Item } from './wire.ts'

export function sameItem(left: Item, right: Item): boolean {
  if (left === right) return true
  let fields = 0
  for (const name in left) {
    const other = right[name]
    if (other === undefined || !sameValue(left[name] as AttributeValue, other)) return false
    fields++
  }
  for (const _ in right) fields--
  return fields === 0
}

function sameValue(left: AttributeValue, right: AttributeValue): boolean {
  if (left.S !== undefined) return left.S === right.S
  if (left.N !== undefined) return left.N === right.N
  if (left.M !== undefined) return right.M !== undefined && sameItem(left.M, right.M)
  if (left.L !== undefined) {
    const other = right.L
    return (
      other !== undefined &&
      left.L.length === other.length &&
      left.L.every((element, i) => sameValue(element, other[i] as AttributeValue))
    )
  }
  return (
    left.B === right.B &&
    left.BOOL === right.BOOL &&
    left.NULL === right.NULL &&
    sameSet(left.SS, right.SS) &&
    sameSet(left.NS, right.NS) &&
    sameSet(left.BS, right.BS)
  )
}

function sameSet(left: readonly string[] | undefined, right: readonly string[] | undefined): boolean {
  if (left === undefined || right === undefined) return left === right
  return left.length === right.length && left.every((element) => right.includes(element))
}
