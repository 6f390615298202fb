// "In case the code needs to be updated, in flight records and those in the buffer will be lost when you restart your
// app to a new JAR." Half of it: the network's records are replayed. A new version of the job runs on what the old one
// left: its table, its log, its checkpoints. Measured on Flink in facts/flink-measured.md, section I.
// Read next: stateUpgrade.ts, closeHides.ts.
import { DynamoDbSyncSink } from '../../impl/sinks/dynamoDbSyncSink.ts'
import type { Claim } from './claim.ts'
import { bufferingOptions, cancel, deploy, ofDesign, upgrade } from './deploy.ts'
import { Evidence } from './evidence.ts'
import { MEASURED } from './measuredStops.ts'
import { Run } from './run.ts'
import { endBy, type Way } from './stopping.ts'

const networkLost: Claim = {
  id: 'C13',
  title: 'A code update loses the records in flight on the network',
  notes: 'Records in flight are lost when the app is restarted as a new version.',
  verdict: 'false',
  condition: 'the source goes back to the cut and hands them out again; lost is what is between the sink and the store',
  async run() {
    const e = new Evidence()
    for (const [design, lost] of [
      ['hashSetTransient', [1, 2]],
      ['listStateBuffer', []],
      ['flushOnSnapshot', []],
    ] as const) {
      e.ran()
      const old = await Run.of(design)
      await old.act('emit(0) x2')
      await old.checkpoint()
      await old.act('emit(0) x2')
      e.same(`${design}: in the channel when the job is cancelled`, old.channel(), ['3', '4'])
      await cancel(old)
      const next = await upgrade(old, ofDesign(design))
      await next.drain()
      e.same(`${design}: lost`, next.missing, lost)
    }
    // In flight, but to the store: the snapshot started this request and did not wait for it.
    e.ran()
    const old = await Run.of('flushNotAwaited')
    await old.act('emit(0) x2')
    await old.checkpoint()
    e.same('flushNotAwaited: in flight to the store, checkpoint 1 complete', old.inRequest, [1, 2])
    await cancel(old)
    const next = await upgrade(old, ofDesign('flushOnSnapshot'))
    await next.drain()
    e.same('flushNotAwaited: lost', next.missing, [1, 2])
    return e.result()
  },
}

interface Variant {
  readonly finishWrites: boolean
  readonly closeWrites: boolean
}

/** A finish() that does nothing, as in Flink's RichSinkFunction. */
class NoFinish extends DynamoDbSyncSink {
  override finish(): void {}
}

/** Rows of 50 in the end, 15 records being in the old version's buffer when it was stopped that way. */
async function rowsAfter(e: Evidence, way: Way, { finishWrites, closeWrites }: Variant): Promise<number> {
  e.ran()
  const options = () => bufferingOptions({ onClose: closeWrites ? 'write' : 'drop' })
  const sink = () => (finishWrites ? new DynamoDbSyncSink(options()) : new NoFinish(options()))
  const old = await deploy(sink, { records: 50, keys: 50, capacity: 50 })
  await old.act('emit(0) x15', 'receive(0) x15')
  await endBy(old, way)
  if (old.completed?.sources[0]?.offset !== 15) e.holds(`${way}: the cut is after the 15 records`, false)
  const next = await upgrade(old, ofDesign('flushOnSnapshot'))
  await next.drain()
  return new Set(next.written).size
}

const bufferLost: Claim = {
  id: 'C14',
  title: 'A code update loses the records in the buffer',
  notes: 'Records in the buffer are lost when the app is restarted as a new version.',
  verdict: 'true only if',
  condition:
    'the buffer is in no state, close() does not write or is not called (a kill), and finish() neither (no drain)',
  async run() {
    const e = new Evidence()
    for (const { way, finishWrites: measured, closeWrites, rows } of MEASURED)
      for (const finishWrites of measured === null ? [false, true] : [measured]) {
        const does = `finish() ${finishWrites ? 'writes' : 'does nothing'}, close() ${closeWrites ? 'writes' : 'drops'}`
        const seen = await rowsAfter(e, way, { finishWrites, closeWrites })
        e.same(`${way}, ${does}: of 50 rows Flink wrote ${rows}; written here`, seen, rows)
      }
    e.ran()
    const kept = await Run.of('listStateBuffer')
    await kept.act('emit(0) x2')
    await endBy(kept, 'savepoint')
    const next = await upgrade(kept, ofDesign('listStateBuffer'))
    await next.drain()
    e.same('savepoint, the buffer in ListState: lost', next.missing, [])
    return e.result()
  },
}

export const CODE_UPDATE = [networkLost, bufferLost]
