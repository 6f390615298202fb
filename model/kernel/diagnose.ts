// Which rule threw, and after which steps. The search's fast loop keeps no note of the rule it is at; where one throws,
// the steps of its last slice are taken again, one by one, until one throws again.

import type { PackedStorage } from './packed.ts'
import { type Bound, blame } from './spec.ts'
import type { StateTable } from './table.ts'

/** The error with the rule and the shortest trace to it. States from..end-1 were being expanded. */
export function diagnosed(
  spec: string,
  storage: PackedStorage,
  bound: Bound,
  table: StateTable,
  from: number,
  end: number,
  error: unknown,
): unknown {
  for (let id = from; id < end; id++) {
    for (const { name, when, then } of bound.rules) {
      storage.words.set(table.arena.subarray(id * table.words, (id + 1) * table.words))
      try {
        if (when()) then()
      } catch (again) {
        const trace = table.path(id).rules.map((rule) => bound.rules[rule]?.name)
        const blamed = blame(spec, name, again)
        if (blamed instanceof Error) blamed.message += ` (after ${trace.join(' ') || 'no step'})`
        return blamed
      }
    }
  }
  return error
}
