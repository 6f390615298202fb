// The inner loop of the search, generated for one spec: every rule's guard, effect and undo unrolled, words held in
// local variables, the successors of a few states looked up together.
// It is a text (`engineSource`, printable) over a StateTable; everything that is rare (violations, growth, limits) is
// left to search.ts through the `Host`. A naive search over plain objects in search.test.ts is its oracle.

import { hashSource } from './hash.ts'
import type { Bound, Rule } from './spec.ts'
import { SLOT_BITS, SLOT_MASK, type StateTable } from './table.ts'

/** What the generated loop calls on the rare paths. The current state's words are in place at every call. */
export interface Host {
  /** A new state breaks the always-property with this number. */
  violated(property: number, id: number): void
  /** A new state is one of the `sometimes` with this number. */
  witnessed(witness: number, id: number): void
  /** Rule `rule`, taken in state `from`, reported properties. */
  reported(from: number, rule: number): void
  /** One edge of the graph; called for every transition where the graph is kept. */
  edge(rule: number, target: number): void
  /** Called before a state's edges. */
  expanding(id: number): void
}

/** Of a search divided among threads (shard.ts): this thread's number, and where it puts what another one owns. */
export interface Division {
  /** A power of two. */
  readonly shards: number
  readonly shard: number
  readonly outboxes: readonly (Outbox | undefined)[]
}

/** A ring of entries: the words of a state, its parent, the rule. The owner of the ring sees to it that there is room. */
export interface Outbox {
  readonly ring: Int32Array
  /** Entries less one. */
  readonly mask: number
  /** Entries ever written. */
  head: number
}
/** Words of an entry that are not the state's. */
export const ENTRY_EXTRA = 2

export interface Engine {
  /** Takes the table's arrays again, after they grew. */
  attach(table: StateTable): void
  /** Inserts the state that is in the words, where it is new. */
  insert(parent: number, rule: number): void
  /** Expands the states from..to-1 in order; needs room for (to - from) * rules new ones. Returns the next state to expand. */
  expand(from: number, to: number): number
  /** Inserts `count` entries of another thread's ring, where they are new; needs room for as many. */
  receive(ring: Int32Array, mask: number, first: number, count: number): void
  /** Makes `expand` return once the state it is at has been expanded. */
  halt(): void
  readonly source: string
}

/** Fixed for a search. */
export interface EngineOptions {
  readonly keepGraph: boolean
  /** Of the rules that are safe where they stand, the first alone is taken. */
  readonly reduce: boolean
  readonly division?: Division
}

export function engine(
  bound: Bound,
  words: Int32Array,
  host: Host,
  fired: Float64Array,
  options: EngineOptions,
): Engine {
  const source = engineSource(words.length, bound, options)
  const always = bound.alwaysNames.map((name) => bound.always[name])
  const sometimes = bound.sometimesNames.map((name) => bound.sometimes?.[name])
  const made = new Function('words', 'rules', 'always', 'sometimes', 'reports', 'host', 'counts', 'outboxes', source)
  const loop = made(words, bound.rules, always, sometimes, bound.reported, host, fired, options.division?.outboxes)
  return { ...loop, source } as Engine
}

/** States whose successors are looked up together: enough that the processor waits for many cache lines at once. */
const BATCH = 16

/** The source of the loop for states of `words` words. */
export function engineSource(words: number, bound: Bound, { keepGraph, reduce, division }: EngineOptions): string {
  const each = (make: (word: number) => string, join: string) =>
    Array.from({ length: words }, (_, word) => make(word)).join(join)
  const restore = each((i) => `W[${i}] = a${i};`, ' ')
  const comment = (name: string) => `// ${name.replaceAll(/\s/g, ' ')}`
  const batch = keepGraph ? 1 : BATCH
  const room = batch * Math.max(1, bound.rules.length, bound.initial.length)
  const parent = division === undefined ? 'at' : `at * ${division.shards} + ${division.shard}`
  const take = ({ name }: Rule, r: number) => `{ ${comment(name)}
        then${r}(); fired[${r}]++; if (reports.length !== 0) host.reported(at, ${r});
        ${each((i) => `S[o + ${i}] = W[${i}];`, ' ')} o += ${words}; from[n] = ${parent}; by[n++] = ${r};`
  const rules = bound.rules.map(
    (rule, r) => `      if (when${r}()) ${take(rule, r)}
        ${restore} }`,
  )
  const alone = bound.rules.flatMap((rule, r) =>
    reduce && rule.safe !== null ? [`      if (when${r}() && safe${r}()) ${take(rule, r)} continue; }`] : [],
  )
  const entry = words + ENTRY_EXTRA
  // The owner of a state is told by bits of its tag: those of its slot would leave parts of every index empty.
  const sendAway =
    division === undefined
      ? ''
      : `const owner = h >>> ${SLOT_BITS} & ${division.shards - 1};
    if (owner !== ${division.shard}) {
      const box = outboxes[owner], ring = box.ring, p = (box.head++ & box.mask) * ${entry};
      ${each((i) => `ring[p + ${i}] = w${i};`, ' ')} ring[p + ${words}] = from[k]; ring[p + ${words + 1}] = by[k];
      continue;
    }
    if (m !== k) { const q = m * ${words}; ${each((i) => `S[q + ${i}] = w${i};`, ' ')} from[m] = from[k]; by[m] = by[k]; }`
  return `"use strict";
const W = words, fired = counts;
${bound.rules.map((_, r) => `const when${r} = rules[${r}].when, then${r} = rules[${r}].then;`).join('\n')}
${bound.rules.flatMap(({ safe }, r) => (reduce && safe !== null ? [`const safe${r} = rules[${r}].safe;\n`] : [])).join('')}${bound.alwaysNames.map((_, p) => `const always${p} = always[${p}];`).join('\n')}
${bound.sometimesNames.map((_, p) => `const sometimes${p} = sometimes[${p}];`).join('\n')}
const S = new Int32Array(${room * words}), from = new Int32Array(${room}), by = new Int32Array(${room}), hashes = new Int32Array(${room}), slots = new Int32Array(${room});
let table, arena, parents, ruleOf, index, mask, halted = false, touched = 0;
function halt() { halted = true; }
function attach(t) { table = t; arena = t.arena; parents = t.parent; ruleOf = t.rule; index = t.index; mask = index.length - 1; }
function insert(parent, rule) {
  ${each((i) => `S[${i}] = W[${i}];`, ' ')} from[0] = parent; by[0] = rule;
  settle(1);
}
// Looks up the first n states of S and inserts the new ones. Index and arena are far larger than the caches, so two
// passes touch the lines that \`resolve\` will read: the processor waits for many of them at once, not for each in turn.
function settle(n) {
  let m = 0;
  for (let k = 0, o = 0; k < n; k++, o += ${words}) {
    const ${each((i) => `w${i} = S[o + ${i}]`, ', ')};
    ${hashSource(words)}
    ${sendAway}
    hashes[m] = h; slots[m++] = index[h & mask];
  }
  let t = 0;
  for (let k = 0; k < m; k++) {
    const id = (slots[k] & ${SLOT_MASK}) - 1;
    t ^= arena[(id < 0 ? 0 : id) * ${words}];
  }
  touched = t; // used, or the compiler would drop the loads
  resolve(m);
}
function receive(ring, mask, first, count) {
  for (let taken = 0; taken < count;) {
    let n = 0;
    for (; n < ${room} && taken < count; n++, taken++) {
      const p = (first + taken & mask) * ${entry}, o = n * ${words};
      ${each((i) => `S[o + ${i}] = ring[p + ${i}];`, ' ')} from[n] = ring[p + ${words}]; by[n] = ring[p + ${words + 1}];
    }
    settle(n);
  }
}
function resolve(n) {
  for (let k = 0, p = 0; k < n; k++, p += ${words}) {
    const h = hashes[k], tag = h & ${~SLOT_MASK}, ${each((i) => `w${i} = S[p + ${i}]`, ', ')};
    let slot = h & mask, id = -1;
    for (;;) {
      const e = index[slot];
      if (e === 0) break;
      if (((e ^ tag) & ${~SLOT_MASK}) === 0) {
        const known = (e & ${SLOT_MASK}) - 1, o = known * ${words};
        if (${each((i) => `arena[o + ${i}] === w${i}`, ' && ')}) { id = known; break; }
      }
      slot = (slot + 1) & mask;
    }
    if (id < 0) {
      id = table.count++;
      const o = id * ${words};
      ${each((i) => `W[${i}] = arena[o + ${i}] = w${i};`, ' ')}
      parents[id] = from[k]; ruleOf[id] = by[k]; index[slot] = tag | (id + 1);
      judge(id);
    }
    ${keepGraph ? 'if (from[k] >= 0) host.edge(by[k], id);' : ''}
  }
}
function judge(id) {
${bound.alwaysNames.map((name, p) => `  if (!always${p}()) host.violated(${p}, id); ${comment(name)}`).join('\n')}
${bound.sometimesNames.map((name, p) => `  if (sometimes${p}()) host.witnessed(${p}, id); ${comment(name)}`).join('\n')}
}
function expand(first, end) {
  let at = first;
  while (at < end && !halted) {
    const stop = Math.min(end, at + ${batch});
    let n = 0, o = 0;
    for (; at < stop; at++) {
      ${keepGraph ? 'host.expanding(at);' : ''}
      const q = at * ${words}, ${each((i) => `a${i} = arena[q + ${i}]`, ', ')};
      ${restore}
${alone.join('\n')}
${rules.join('\n')}
    }
    settle(n);
  }
  return at;
}
return { attach, insert, expand, receive, halt };`
}
