// UpdateItem's actions on an item: what is stored afterwards. All values are taken from the item as it was.
// Read next: updateSyntax.ts, singleItem.ts (the operation).
import type { AttributeValue, Item } from '../wire.ts'
import { addNumbers } from './decimal.ts'
import { validation } from './refusal.ts'
import type { KeySchema } from './tableKey.ts'
import type { Action } from './updateSyntax.ts'

export function checkUpdatesNoKey(actions: readonly Action[], { hash, range }: KeySchema): void {
  for (const { name } of range === null ? [hash] : [hash, range]) {
    if (!actions.some(({ attribute }) => attribute === name)) continue
    throw validation(
      `One or more parameter values were invalid: Cannot update attribute ${name}. This attribute is part of the key`,
    )
  }
}

export function updated(before: Item, actions: readonly Action[]): Item {
  const sets = actions.map((action) => (action.kind === 'set' ? valueSet(before, action) : undefined))
  const after: Record<string, AttributeValue> = { ...before }
  actions.forEach((action, i) => {
    const { attribute } = action
    if (action.kind === 'remove') delete after[attribute]
    else if (action.kind === 'set') after[attribute] = sets[i] as AttributeValue
    else after[attribute] = { N: sum(after[attribute], action.amount) }
  })
  return after
}

function valueSet(before: Item, { operand }: Extract<Action, { kind: 'set' }>): AttributeValue {
  const value = operand.kind === 'value' ? operand.value : before[operand.attribute]
  if (value !== undefined) return value
  throw validation('The provided expression refers to an attribute that does not exist in the item')
}

function sum(before: AttributeValue | undefined, amount: string): string {
  if (before === undefined) return amount
  if (before.N !== undefined) return addNumbers(before.N, amount)
  throw validation('An operand in the update expression has an incorrect data type')
}
