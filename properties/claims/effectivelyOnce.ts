// What becomes of records that come again, by what a record does to its row: replaces it, takes it out, is one of its own,
// or adds to it. Read next: visibility.ts (what readers see meanwhile), ../../model/pipeline/workloads.ts.
import { orderedAsyncSink } from '../../impl/sinks/orderedAsync/orderedAsync.ts'
import { COUNTER } from '../../impl/sinks/workloads.ts'
import type { Bounds } from '../../model/pipeline/bounds.ts'
import { TABLE } from '../world/store.ts'
import type { Claim } from './claim.ts'
import { deploy } from './deploy.ts'
import { Evidence } from './evidence.ts'
import { Run, WRITE } from './run.ts'
import { fallsUnder } from './searched.ts'

/** Two records; no checkpoint but the last, so a death has all of them come again. */
const TWO: Partial<Bounds> = { records: 2, capacity: 1, checkpoints: 0 }
const REPLAYED: Partial<Bounds> = { ...TWO, crashes: 1, others: 0, budgets: { F2d: 1 } }
/** A client gives up, and what it gave up lands later. */
const LATE: Partial<Bounds> = { ...TWO, crashes: 0, others: 2, budgets: { F3: 1, F4: 1 } }

const idempotent: Claim = {
  id: 'C67',
  title: 'Where writes are upserts, at least once is as good as once',
  notes: 'Records are put by their key, and replayed after a crash; that a put twice is a put once is left unsaid.',
  verdict: 'true only if',
  condition:
    'the last write of a key is its newest: a replay ends so, a request that lands late does not; deletes are no better. A row for every record, or a fence that remembers versions (of deletes too), needs no condition',
  async run() {
    const e = new Evidence()
    const finals = (design: string, over: Partial<Bounds>, expected: string[]) => {
      for (const workload of ['upsert', 'deletes', 'append'] as const) {
        const falls = workload === 'append' ? [] : expected
        e.same(`${design}, ${workload}: S2 falls under`, fallsUnder(e, design, 'S2', { ...over, workload }), falls)
      }
    }
    finals('flushOnSnapshot', REPLAYED, [])
    finals('flushOnSnapshot', LATE, ['F3+F4'])
    finals('fenced', LATE, [])
    const forgetful = { ...LATE, workload: 'deletes' } as const
    e.same(
      'fenced, a delete leaves no version: S2 falls under',
      fallsUnder(e, 'fenced', 'S2', forgetful, 'tombstonesDropped'),
      ['F3+F4'],
    )
    e.ran()
    const run = await Run.of('writeThrough', { records: 2, keys: 1 })
    await run.act('emit(0) x2', 'receive(0)', WRITE, 'receive(0)', WRITE)
    await run.death()
    await run.drain()
    e.same('replayed: writes of the key', run.written, [1, 2, 1, 2])
    return e.result()
  },
}

/** What the row of the only key adds up to. */
const sumOf = (run: Run): number => Number(run.world.store.gate.history.at(-1)?.attributes.amount?.N)

/** One record added, then a death before any checkpoint, and the input to its end. */
async function addedAgain(e: Evidence, start: () => Promise<Run>): Promise<Run> {
  e.ran()
  const run = await start()
  await run.act('emit(0)', 'receive(0)')
  await run.until(() => run.written.length === 1, /^(flush|apply|respond)\(/)
  await run.death()
  return run.drain()
}

const additive: Claim = {
  id: 'C68',
  title: 'What adds to a row may come again like what replaces it',
  notes: 'Writes that are no puts are not spoken of; that records come again is.',
  verdict: 'false',
  condition:
    'every time it comes it is added: nothing is missing and the sum is too large; a fence by version adds it once',
  async run() {
    const e = new Evidence()
    const counts = { workload: 'counter' } as const
    const again = { ...TWO, budgets: { F2d: 1, F4: 1 } }
    for (const guarantee of ['S1', 'S2', 'S4'])
      e.same(
        `${guarantee} of additions behind a fence, and without one, falls under`,
        [
          fallsUnder(e, 'fenced', guarantee, { ...again, ...counts }),
          fallsUnder(e, 'fenced', guarantee, { ...again, ...counts }, 'additionUnfenced'),
        ],
        [[], guarantee === 'S1' ? [] : ['F2d', 'F4']],
      )
    const two = { ...counts, records: 2, keys: 1 }
    const settings = { table: TABLE, maxInFlightRequests: 1, requestTimeoutMs: null }
    const plain = await addedAgain(e, () => deploy(() => orderedAsyncSink(settings, COUNTER), two))
    e.same('1 and 10 added in order, without a fence, a death after the first: sum', sumOf(plain), 12)
    e.same('with a fence', sumOf(await addedAgain(e, () => Run.of('fenced', two))), 11)
    return e.result()
  },
}

export const EFFECTIVELY_ONCE = [idempotent, additive]
