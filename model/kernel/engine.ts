// The inner loop of the search, generated for one spec: every rule's guard, effect, insertion and undo unrolled, words
// held in local variables. Written out like this it is about a third faster than a loop over rules and words.
// It is a text (`engineSource`, printable) over a StateTable; everything that is rare (violations, growth, limits) is
// left to search.ts through the `Host`. A naive search over plain objects in search.test.ts is its oracle.

import { hashSource } from './hash.ts'
import type { Bound } from './spec.ts'
import { SLOT_MASK, type StateTable } from './table.ts'

/** What the generated loop calls on the rare paths. The current state's words are in place at every call. */
export interface Host {
  /** A new state breaks the always-property with this number. */
  violated(property: number, id: number): void
  /** A new state is one of the `sometimes` with this number. */
  witnessed(witness: number, id: number): void
  /** Rule `rule`, taken in state `from`, reported properties; it led to state `to`. */
  reported(from: number, rule: number, to: number): void
  /** One edge of the graph; called for every transition where the graph is kept. */
  edge(rule: number, target: number): void
  /** Called before a state's edges. */
  expanding(id: number): void
}

export interface Engine {
  /** Takes the table's arrays again, after they grew. */
  attach(table: StateTable): void
  /** Inserts the state that is in the words; returns its number, new or old. */
  insert(parent: number, rule: number): number
  /** Expands the states from..to-1 in order; needs room for (to - from) * rules new ones. Returns the next state to expand. */
  expand(from: number, to: number): number
  /** Makes `expand` return once the state it is at has been expanded. */
  halt(): void
  readonly source: string
}

export function engine(bound: Bound, words: Int32Array, host: Host, fired: Float64Array, keepGraph: boolean): Engine {
  const source = engineSource(words.length, bound, keepGraph)
  const always = bound.alwaysNames.map((name) => bound.always[name])
  const sometimes = bound.sometimesNames.map((name) => bound.sometimes?.[name])
  const made = new Function('words', 'rules', 'always', 'sometimes', 'reports', 'host', 'counts', source)
  return { ...made(words, bound.rules, always, sometimes, bound.reported, host, fired), source } as Engine
}

/** The source of the loop for states of `words` words. */
export function engineSource(words: number, bound: Bound, keepGraph: boolean): string {
  const each = (make: (word: number) => string, join: string) =>
    Array.from({ length: words }, (_, word) => make(word)).join(join)
  const load = each((i) => `W[${i}] = a${i};`, ' ')
  const rules = bound.rules.map(
    ({ name }, r) => `    if (when${r}()) { then${r}(); fired[${r}]++; // ${name.replaceAll(/\s/g, ' ')}
      const to = insert(at, ${r});${keepGraph ? ` host.edge(${r}, to);` : ''}
      if (reports.length !== 0) host.reported(at, ${r}, to);
      ${load} }`,
  )
  return `"use strict";
const W = words, fired = counts;
${bound.rules.map((_, r) => `const when${r} = rules[${r}].when, then${r} = rules[${r}].then;`).join('\n')}
${bound.alwaysNames.map((_, p) => `const always${p} = always[${p}];`).join('\n')}
${bound.sometimesNames.map((_, p) => `const sometimes${p} = sometimes[${p}];`).join('\n')}
let table, arena, parents, ruleOf, index, mask, halted = false;
function halt() { halted = true; }
function attach(t) { table = t; arena = t.arena; parents = t.parent; ruleOf = t.rule; index = t.index; mask = index.length - 1; }
function insert(parent, rule) {
  ${each((i) => `const w${i} = W[${i}];`, ' ')}
  ${hashSource(words)}
  const tag = h & ${~SLOT_MASK};
  let slot = h & mask;
  for (;;) {
    const e = index[slot];
    if (e === 0) break;
    if (((e ^ tag) & ${~SLOT_MASK}) === 0) {
      const id = (e & ${SLOT_MASK}) - 1, o = id * ${words};
      if (${each((i) => `arena[o + ${i}] === w${i}`, ' && ')}) return id;
    }
    slot = (slot + 1) & mask;
  }
  const id = table.count++, o = id * ${words};
  ${each((i) => `arena[o + ${i}] = w${i};`, ' ')}
  parents[id] = parent; ruleOf[id] = rule; index[slot] = tag | (id + 1);
${bound.alwaysNames.map((name, p) => `  if (!always${p}()) host.violated(${p}, id); // ${name.replaceAll(/\s/g, ' ')}`).join('\n')}
${bound.sometimesNames.map((name, p) => `  if (sometimes${p}()) host.witnessed(${p}, id); // ${name.replaceAll(/\s/g, ' ')}`).join('\n')}
  return id;
}
function expand(from, end) {
  let at = from;
  for (; at < end && !halted; at++) {
    ${keepGraph ? 'host.expanding(at);' : ''}
    const o = at * ${words}, ${each((i) => `a${i} = arena[o + ${i}]`, ', ')};
    ${load}
${rules.join('\n')}
  }
  return at;
}
return { attach, insert, expand, halt };`
}
