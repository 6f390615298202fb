// The barrier yardstick in Promela, for SPIN: one process, one d_step a rule, the state vector is the model's variables.
// A monitor asserts durable, exact and ids; it also keeps SPIN from dropping variables that no rule reads, which would
// change the count. Written to give SPIN its fastest exact run, not to be read as a protocol: that is barrier.ts.

import {
  type BarrierBounds,
  channelCapacity,
  keyOf,
  versionCount,
  versionOf,
} from '../../model/yardsticks/barrierBounds.ts'

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

export function promela(b: BarrierBounds): string {
  const rules = [...sourceAndSink(b), ...coordinator(b), ...(b.crashes > 0 ? crashes(b) : [])]
  return `${declarations(b)}
${properties(b)}
active proctype job() {
end: do
${rules.map(({ guard, effect }) => `  :: d_step { ${guard} -> ${effect} }`).join('\n')}
  od
}
active proctype monitor() { end: do :: d_step { !(DURABLE && EXACT && IDS) -> assert(false) } od }
`
}

interface PromelaRule {
  readonly guard: string
  readonly effect: string
}

function declarations(b: BarrierBounds): string {
  const [S, K, V] = [b.sources, b.keys, versionCount(b)]
  return `chan ch[${S}] = [${channelCapacity(b)}] of { byte };
bool up = 1; byte off[${S}]; byte rpc[${S}]; byte buf[${K}]; bool infl[${V}]; byte aligning; bool blocked[${S}]; byte syncing; byte notified;
byte next = 1; byte pend; byte poff[${S}]; byte pbuf[${K}]; byte acks[${S + 1}]; byte cid; byte coff[${S}]; byte cbuf[${K}]; byte notify;
byte store[${K}]; ${b.crashes > 0 ? `byte zomb[${V}]; byte crashes;` : ''} ${b.aborts > 0 ? 'byte aborts;' : ''}
hidden byte m;`
}

const write = (b: BarrierBounds, v: number): string =>
  b.store === 'blind'
    ? `store[${keyOf(b, v)}] = ${v};`
    : `if :: store[${keyOf(b, v)}] < ${v} -> store[${keyOf(b, v)}] = ${v} :: else fi;`

const clearPending = (b: BarrierBounds): string =>
  `pend = 0; ${upTo(b.sources)
    .map((i) => `poff[${i}] = 0;`)
    .join(' ')} ${upTo(b.keys)
    .map((k) => `pbuf[${k}] = 0;`)
    .join(' ')} ${upTo(b.sources + 1)
    .map((t) => `acks[${t}] = 0;`)
    .join(' ')}`

const unblock = (b: BarrierBounds): string =>
  upTo(b.sources)
    .map((i) => `blocked[${i}] = 0;`)
    .join(' ')

const flush = (b: BarrierBounds): string =>
  upTo(b.keys)
    .map((k) => `if :: buf[${k}] -> infl[buf[${k}] - 1] = 1; buf[${k}] = 0 :: else fi;`)
    .join(' ')

function snapshot(b: BarrierBounds): string {
  const [S, V] = [b.sources, versionCount(b)]
  if (b.strategy === 'flush-on-barrier') return `${flush(b)} syncing = m;`
  const keep = upTo(b.keys).map((k) => `pbuf[${k}] = buf[${k}];`)
  const keepInflight = upTo(V).map((x) => {
    const k = keyOf(b, x + 1)
    return `if :: infl[${x}] && pbuf[${k}] < ${x + 1} -> pbuf[${k}] = ${x + 1} :: else fi;`
  })
  const kept = b.strategy === 'buffer-in-state' ? [...keep, ...keepInflight].join(' ') : ''
  return `if :: pend == m -> acks[${S}] = 1; ${kept} :: else fi;`
}

function sourceAndSink(b: BarrierBounds): PromelaRule[] {
  const [S, N, K, V] = [b.sources, b.records, b.keys, versionCount(b)]
  const capacity = channelCapacity(b)
  const buffer = upTo(V).map((x) => {
    const k = keyOf(b, x + 1)
    return `:: m == ${x + 1} -> if :: buf[${k}] < ${x + 1} -> buf[${k}] = ${x + 1} :: else fi`
  })
  const allBlocked = upTo(S).map((i) => `blocked[${i}]`)
  const perSource = upTo(S).flatMap((s) => [
    {
      guard: `up && off[${s}] < ${N} && len(ch[${s}]) < ${capacity}`,
      effect: `ch[${s}]!(off[${s}] * ${S} + ${s + 1}); off[${s}]++`,
    },
    {
      guard: `up && rpc[${s}] && len(ch[${s}]) < ${capacity}`,
      effect: `ch[${s}]!(${V} + rpc[${s}]); if :: pend == rpc[${s}] -> poff[${s}] = off[${s}]; acks[${s}] = 1 :: else fi; rpc[${s}] = 0`,
    },
    {
      guard: `len(ch[${s}]) > 0 && !blocked[${s}] && !syncing`,
      effect: `ch[${s}]?m; if :: m <= ${V} -> if ${buffer.join(' ')} fi; :: else -> m = m - ${V};
      if :: m < aligning -> skip :: else ->
        if :: m > aligning -> aligning = m; ${unblock(b)} :: else fi; blocked[${s}] = 1;
        if :: ${allBlocked.join(' && ')} -> aligning = 0; ${unblock(b)} ${snapshot(b)} :: else fi
      fi fi; m = 0`,
    },
  ])
  const buffered = upTo(K).map((k) => `buf[${k}]`)
  const inflight = upTo(V).map((x) => `infl[${x}]`)
  const keep = upTo(K).map((k) => `pbuf[${k}] = buf[${k}];`)
  return [
    ...perSource,
    { guard: `!syncing && (${buffered.join(' || ')})`, effect: flush(b) },
    {
      guard: `syncing && !(${inflight.join(' || ')})`,
      effect: `if :: pend == syncing -> acks[${S}] = 1; ${keep.join(' ')} :: else fi; syncing = 0`,
    },
    ...upTo(V).map((x) => ({ guard: `infl[${x}]`, effect: `infl[${x}] = 0; ${write(b, x + 1)}` })),
  ]
}

function coordinator(b: BarrierBounds): PromelaRule[] {
  const S = b.sources
  const tellSources = upTo(S).map((i) => `rpc[${i}] = pend;`)
  const collected = upTo(S + 1).map((t) => `acks[${t}] == 2`)
  const keep = [
    ...upTo(S).map((i) => `coff[${i}] = poff[${i}];`),
    ...upTo(b.keys).map((k) => `cbuf[${k}] = pbuf[${k}];`),
  ]
  return [
    { guard: `up && !pend && next <= ${b.checkpoints}`, effect: `pend = next; next++; ${tellSources.join(' ')}` },
    ...upTo(S + 1).map((t) => ({ guard: `acks[${t}] == 1`, effect: `acks[${t}] = 2` })),
    {
      guard: `pend && ${collected.join(' && ')}`,
      effect: `cid = pend; notify = pend; ${keep.join(' ')} ${clearPending(b)}`,
    },
    { guard: 'notify', effect: 'notified = notify; notify = 0' },
    ...(b.aborts > 0 ? [{ guard: `pend && aborts < ${b.aborts}`, effect: `${clearPending(b)} aborts++` }] : []),
  ]
}

function crashes(b: BarrierBounds): PromelaRule[] {
  const [S, K, V] = [b.sources, b.keys, versionCount(b)]
  const forget = [
    ...upTo(S).map((i) => `off[${i}] = 0; rpc[${i}] = 0; do :: nempty(ch[${i}]) -> ch[${i}]?m :: else -> break od;`),
    'm = 0;',
    ...upTo(V).map((x) => `zomb[${x}] = zomb[${x}] + infl[${x}]; infl[${x}] = 0;`),
    ...upTo(K).map((k) => `buf[${k}] = 0;`),
  ]
  const recall = [...upTo(S).map((i) => `off[${i}] = coff[${i}];`), ...upTo(K).map((k) => `buf[${k}] = cbuf[${k}];`)]
  return [
    {
      guard: `up && crashes < ${b.crashes}`,
      effect: `up = 0; crashes++; ${forget.join(' ')} aligning = 0; syncing = 0; notified = 0; ${unblock(b)} ${clearPending(b)} notify = 0`,
    },
    { guard: '!up', effect: `up = 1; ${recall.join(' ')} notified = cid` },
    ...upTo(V).flatMap((x) => [
      { guard: `zomb[${x}]`, effect: `zomb[${x}]--; ${write(b, x + 1)}` },
      { guard: `zomb[${x}]`, effect: `zomb[${x}]--` },
    ]),
  ]
}

function properties(b: BarrierBounds): string {
  const [S, N, K, V] = [b.sources, b.records, b.keys, versionCount(b)]
  const durable = upTo(S).flatMap((s) =>
    upTo(N).map((i) => {
      const v = versionOf(b, s, i)
      const k = keyOf(b, v)
      return `(coff[${s}] <= ${i} || store[${k}] >= ${v} || cbuf[${k}] >= ${v})`
    }),
  )
  const quiet = [
    'up && !syncing',
    ...upTo(V).map((x) => `!infl[${x}]${b.crashes > 0 ? ` && !zomb[${x}]` : ''}`),
    ...upTo(K).map((k) => `!buf[${k}]`),
    ...upTo(S).map((s) => `off[${s}] == ${N} && !rpc[${s}] && len(ch[${s}]) == 0`),
  ]
  const newest = (k: number) => Math.max(0, ...upTo(V).map((x) => (keyOf(b, x + 1) === k ? x + 1 : 0)))
  const exact = upTo(K).map((k) => `store[${k}] == ${newest(k)}`)
  return `#define DURABLE (${durable.join(' && ')})
#define EXACT (!(${quiet.join(' && ')}) || (${exact.join(' && ')}))
#define IDS (notified <= cid && (!pend || pend > cid))`
}
