// A search divided among threads, put together from its parts: one result, as one thread would give it.
//
//   const memory = sharedMemory(spec, 2)                      // in the caller, posted to the workers
//   postMessage(new Shard(spec, memory, number).run())        // in each worker, which makes the spec for itself
//   combined(spec, [result0, result1], seconds)               // in the caller
//
// Where it pays and by how much is measured by `sinkproof bench checker`. Next: shard.ts.

import { packed } from './packed.ts'
import type { SearchResult } from './searchOptions.ts'
import type { FoundByShard, ShardResult } from './shard.ts'
import { bind, type Spec } from './spec.ts'
import type { Violation } from './violations.ts'

export { Shard, type ShardOptions, type ShardResult } from './shard.ts'
export { type SharedMemory, sharedMemory } from './sharedMemory.ts'

/** `parts` in the order of the threads' numbers. */
export function combined(spec: Spec, parts: readonly ShardResult[], seconds: number): SearchResult {
  const [first] = parts
  if (first === undefined) throw new RangeError(`search ${spec.name}: expected the results of its threads, got none`)
  const { rules, alwaysNames, sometimesNames } = bind(spec, packed(spec.variables).state)
  const names = rules.map(({ name }) => name)
  const sum = (of: (part: ShardResult) => number) => parts.reduce((total, part) => total + of(part), 0)
  const states = sum((part) => part.states)
  const fired = names.map((_, rule) => sum((part) => part.fired[rule] as number))
  return {
    states,
    transitions: fired.reduce((total, count) => total + count, 0),
    depth: first.depth,
    seconds,
    exhausted: first.exhausted,
    ...(first.limit === undefined ? {} : { limit: first.limit }),
    violations: violations(parts, names, alwaysNames),
    witnesses: Object.fromEntries(
      sometimesNames.map((name, i) => {
        const steps = parts.flatMap(({ witnessed }) => (witnessed[i]?.count ? [witnessed[i].firstStep] : []))
        return [
          name,
          {
            count: sum(({ witnessed }) => witnessed[i]?.count ?? 0),
            firstStep: steps.length === 0 ? -1 : Math.min(...steps),
          },
        ]
      }),
    ),
    ruleCounts: Object.fromEntries(names.map((name, rule) => [name, fired[rule] as number])),
    bytesPerState: states === 0 ? 0 : sum(({ tableBytes }) => tableBytes) / states,
  }
}

/** Of every property and class the shortest, shortest first: one that two threads found counts once. */
function violations(
  parts: readonly ShardResult[],
  names: readonly string[],
  alwaysNames: readonly string[],
): readonly Violation[] {
  const shortest = new Map<string, { shard: number; one: FoundByShard }>()
  for (const [shard, { found }] of parts.entries())
    for (const one of found) {
      const key = `${one.classId} ${one.property}`
      const known = shortest.get(key)
      if (known === undefined || one.steps < known.one.steps) shortest.set(key, { shard, one })
    }
  const place = (property: string) => alwaysNames.indexOf(property)
  return [...shortest.values()]
    .sort(
      ({ one: a }, { one: b }) => a.steps - b.steps || place(a.property) - place(b.property) || a.classId - b.classId,
    )
    .map(({ shard, one: { property, classId, steps, id, rule } }) => {
      const path = () => pathTo(parts, shard, id)
      const trace = () => [...path().rules, ...(rule < 0 ? [] : [rule])].map((number) => names[number] as string)
      return { property, classId, steps, root: path().root, trace }
    })
}

function pathTo(parts: readonly ShardResult[], shard: number, id: number): { root: number; rules: number[] } {
  const rules: number[] = []
  for (let thread = shard, at = id; ; ) {
    const part = parts[thread] as ShardResult
    const parent = part.parent[at] as number
    if (parent < 0) return { root: -1 - parent, rules: rules.reverse() }
    rules.push(part.rule[at] as number)
    thread = parent % parts.length
    at = Math.floor(parent / parts.length)
  }
}
