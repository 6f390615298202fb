// Every order is reachable: two clients with two puts each, one after the other, make 8!/(4! 4!) = 70 orders of applying
// and answering. Driven exhaustively, the gate must reach all 70, under the real SDK on dynalite as on memory.
// (With the SDK, fast-check's own scheduler reaches 2 of them: facts/dynalite.md.)
import { describe, expect, test } from 'vitest'
import type { GateRequest } from './gate.ts'
import { type Bench, LEVELS } from './gateLevels.fixture.ts'

const CLIENTS = ['p', 'q']

interface Run {
  readonly order: string
  readonly final: string | undefined
  /** Number of enabled actions at each step. */
  readonly widths: readonly number[]
}

async function run(bench: Bench, choices: readonly number[]): Promise<Run> {
  await bench.store.reset()
  bench.gate.reset()
  for (const label of CLIENTS) void sequence(bench, label)
  await bench.settle()
  const order: string[] = []
  const widths: number[] = []
  while (bench.gate.requests.length > 0) {
    const enabled = [...bench.gate.requests].sort((a, b) => (a.client < b.client ? -1 : 1))
    const request = enabled[choices[widths.length] ?? 0] as GateRequest
    widths.push(enabled.length)
    const version = request.items[0]?.attributes.version?.N
    order.push(`${request.phase === 'sent' ? 'apply' : 'respond'} ${request.client}${version}`)
    if (request.phase === 'sent') await bench.gate.apply(request, { kind: 'ok' })
    else bench.gate.respond(request)
    await bench.settle()
  }
  const [item] = await bench.store.snapshot('ttt')
  return { order: order.join(', '), final: `${item?.writer?.S}${item?.version?.N}`, widths }
}

async function sequence({ client }: Bench, label: string): Promise<void> {
  const own = client(label)
  for (const N of ['1', '2']) {
    await own.putItem({ TableName: 'ttt', Item: { pk: { S: 'k' }, writer: { S: label }, version: { N } } })
  }
}

/** All runs: each is the first prefix not tried yet, filled up with the first enabled action. */
async function everyOrder(bench: Bench): Promise<Run[]> {
  const runs: Run[] = []
  let choices: number[] | null = []
  while (choices !== null) {
    const done: Run = await run(bench, choices)
    runs.push(done)
    choices = next(choices, done.widths)
  }
  return runs
}

function next(choices: readonly number[], widths: readonly number[]): number[] | null {
  const taken = widths.map((_, i) => choices[i] ?? 0)
  for (let i = taken.length - 1; i >= 0; i--) {
    if ((taken[i] as number) + 1 < (widths[i] as number)) return [...taken.slice(0, i), (taken[i] as number) + 1]
  }
  return null
}

describe.each(LEVELS)('$name', ({ make }) => {
  test('reaches all 70 orders of two clients with two puts each, and the last applied put stands', async () => {
    const runs = await everyOrder(await make())
    expect(new Set(runs.map(({ order }) => order)).size).toBe(70)
    expect(runs).toHaveLength(70)
    for (const { order, final } of runs) {
      const applied = order.split(', ').filter((step) => step.startsWith('apply '))
      expect(final).toBe(applied.at(-1)?.slice('apply '.length))
    }
    expect(runs.filter(({ final }) => final === 'p2')).toHaveLength(35)
  })

  test('the same choices give the same run', async () => {
    const bench = await make()
    const choices = [1, 0, 1, 1, 0, 0, 1, 0]
    expect(await run(bench, choices)).toEqual(await run(bench, choices))
  })
})
