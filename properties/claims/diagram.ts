// The notes' picture of a pipeline with two operators, Kafka -> Source -> Sink -> DataStore, executed step by step: the
// state after each step in the picture's own notation (the right is earlier, |1| is barrier 1), beside what is drawn.
// One more place is drawn here than in the notes: what the sink holds, in brackets. Read next: diagramEnd.ts.
import type { Claim } from './claim.ts'
import { Evidence } from './evidence.ts'
import { Run, WRITE } from './run.ts'

const earlierLast = (parts: readonly (string | number)[]): string => [...parts].reverse().join(' ')

/** `Kafka 4 3 -> Source -> |1| 2 1 > Sink [] -> Store (2 1)`: every record of the log in the place it has reached. */
export function picture(run: Run): string {
  const { records } = run.world.configuration.bounds
  const log = Array.from({ length: records - run.offset }, (_, i) => run.offset + 1 + i)
  const space = (text: string) => (text === '' ? '' : `${text} `)
  const held = [...run.inRequest.filter((id) => !run.written.includes(id)), ...run.buffered]
  return `Kafka ${space(earlierLast(log))}-> Source -> ${space(earlierLast(run.channel()))}> Sink [${earlierLast(held)}] -> Store (${earlierLast(run.written)})`
}

const injection: Claim = {
  id: 'C36',
  title: 'Diagram (1): a barrier is injected into the stream at the source, between records 2 and 3',
  notes: 'Drawn: Kafka -> 4 3 |B| 2 1 -> Source -> Sink -> Store ().',
  verdict: 'true only if',
  condition: 'the stream is the one the source sends: Kafka holds no barrier, and it falls where the source stands',
  async run() {
    const e = new Evidence()
    for (const [offset, expected] of [
      [0, 'Kafka 4 3 2 1 -> Source -> |1| > Sink [] -> Store ()'],
      [2, 'Kafka 4 3 -> Source -> |1| 2 1 > Sink [] -> Store ()'],
      [4, 'Kafka -> Source -> |1| 4 3 2 1 > Sink [] -> Store ()'],
    ] as const) {
      e.ran()
      const run = await Run.of('listStateBuffer')
      await run.act('trigger')
      e.same('triggered', picture(run), 'Kafka 4 3 2 1 -> Source -> > Sink [] -> Store ()')
      if (offset > 0) await run.act(`emit(0) x${offset}`)
      await run.act('barrier(0)')
      e.same(`the source answers after ${offset} records`, picture(run), expected)
    }
    return e.result()
  },
}

/** The pipeline as it stands just before step (2). */
async function beforeStepTwo(e: Evidence, design: string): Promise<Run> {
  e.ran()
  return (await Run.of(design)).act('emit(0) x2', 'trigger')
}

const sourceSnapshot: Claim = {
  id: 'C37',
  title: 'Diagram (2): the source snapshots its state and forwards the barrier',
  notes: 'Drawn: Kafka -> 4 3 |B| -> Source -> 2 1 > Sink -> Store (): the barrier still on its way to the source.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    const run = await beforeStepTwo(e, 'listStateBuffer')
    e.same('as drawn, the moment before', picture(run), 'Kafka 4 3 -> Source -> 2 1 > Sink [] -> Store ()')
    const report = () => run.job.acknowledgements[0]?.map(({ source }) => source?.offset ?? -1) ?? []
    e.same('offset that the source has reported', report(), [])
    await run.act('barrier(0)')
    e.same('after the step', picture(run), 'Kafka 4 3 -> Source -> |1| 2 1 > Sink [] -> Store ()')
    e.same('offset that the source has reported, in the same step', report(), [2])
    await run.act('emit(0)')
    e.same('and still, with record 3 out', report(), [2])
    e.same('record 3 is behind the barrier', picture(run), 'Kafka 4 -> Source -> 3 |1| 2 1 > Sink [] -> Store ()')
    return e.result()
  },
}

const sinkSnapshot: Claim = {
  id: 'C38',
  title: 'Diagram (3): the sink receives the barrier and snapshots, and the store holds 2 1',
  notes: 'Drawn: Kafka -> 4 -> Source -> 3 |B| > Sink -> Store (2 1), the barrier forwarded to the output.',
  verdict: 'true only if',
  condition: 'the sink writes each record through; a buffering one holds 2 1, up to its flush. It has no output',
  async run() {
    const e = new Evidence()
    for (const [design, held, store, after] of [
      ['writeThrough', '', '2 1', ' [] -> Store (2 1)'],
      ['hashSetTransient', '2 1', '', ' [2 1] -> Store ()'],
      ['listStateBuffer', '2 1', '', ' [2 1] -> Store ()'],
      ['flushOnSnapshot', '2 1', '', ' [] -> Store (2 1)'],
    ] as const) {
      const run = await beforeStepTwo(e, design)
      await run.act('barrier(0)', 'emit(0)')
      for (const _ of [1, 2]) await run.act('receive(0)', design === 'writeThrough' ? WRITE : [])
      e.same(
        `${design}, at the barrier`,
        picture(run),
        `Kafka 4 -> Source -> 3 |1| > Sink [${held}] -> Store (${store})`,
      )
      await run.act('receive(0)', design === 'flushOnSnapshot' ? WRITE : [])
      e.same(`${design}, snapshot taken`, picture(run), `Kafka 4 -> Source -> 3 > Sink${after}`)
      e.same('channels there are, the one into the sink', run.job.sources.length * run.job.parallelism, 1)
    }
    return e.result()
  },
}

export const DIAGRAM = [injection, sourceSnapshot, sinkSnapshot]
