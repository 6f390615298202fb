// "In case the code needs to be updated, in flight records and those in the buffer will be lost when you restart your
// app to a new JAR." Half of it: the network's records are replayed. A new version of the job runs on what the old one
// left: its table, its log, its checkpoints. Measured on Flink in facts/flink-measured.md, section I.
// Read next: stateUpgrade.ts, closeHides.ts.
import { DynamoDbSyncSink } from '../../impl/sinks/dynamoDbSyncSink.ts'
import type { Claim } from './claim.ts'
import { bufferingOptions, cancel, deploy, ofDesign, stopWithSavepoint, upgrade } from './deploy.ts'
import { Evidence } from './evidence.ts'
import { Run } from './run.ts'

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

const STOPS = ['cancel', 'savepoint', 'savepoint with drain'] as const

interface Variant {
  readonly finishWrites: boolean
  readonly closeWrites: boolean
}
const VARIANTS: readonly Variant[] = [false, true].flatMap((closeWrites) =>
  [false, true].map((finishWrites) => ({ finishWrites, closeWrites })),
)

/** A finish() that does nothing, as in Flink's RichSinkFunction. */
class NoFinish extends DynamoDbSyncSink {
  override finish(): void {}
}

/** What the next version misses of two records that were in the old one's buffer when it was stopped that way. */
async function lostBy(e: Evidence, stop: (typeof STOPS)[number], { finishWrites, closeWrites }: Variant) {
  e.ran()
  const options = () => bufferingOptions({ onClose: closeWrites ? 'write' : 'drop' })
  const old = await deploy(() => (finishWrites ? new DynamoDbSyncSink(options()) : new NoFinish(options())))
  await old.act('emit(0) x2', 'receive(0) x2')
  if (stop === 'cancel') {
    await old.checkpoint()
    await cancel(old)
  } else await stopWithSavepoint(old, { drain: stop === 'savepoint with drain' })
  if (old.completed?.sources[0]?.offset !== 2) e.holds(`${stop}: the cut is after both records`, false)
  const next = await upgrade(old, ofDesign('flushOnSnapshot'))
  await next.drain()
  return next.missing
}

const bufferLost: Claim = {
  id: 'C14',
  title: 'A code update loses the records in the buffer',
  notes: 'Records in the buffer are lost when the app is restarted as a new version.',
  verdict: 'true only if',
  condition: 'the buffer is in no state, close() does not write, and finish() does not or is not called (no drain)',
  async run() {
    const e = new Evidence()
    for (const stop of STOPS)
      for (const variant of VARIANTS) {
        const saved = variant.closeWrites || (variant.finishWrites && stop === 'savepoint with drain')
        const does = `finish() ${variant.finishWrites ? 'writes' : 'does nothing'}, close() ${variant.closeWrites ? 'writes' : 'drops'}`
        e.same(`${stop}, ${does}: lost`, await lostBy(e, stop, variant), saved ? [] : [1, 2])
      }
    e.ran()
    const kept = await Run.of('listStateBuffer')
    await kept.act('emit(0) x2')
    await stopWithSavepoint(kept, { drain: false })
    const next = await upgrade(kept, ofDesign('listStateBuffer'))
    await next.drain()
    e.same('savepoint, the buffer in ListState: lost', next.missing, [])
    return e.result()
  },
}

export const CODE_UPDATE = [networkLost, bufferLost]
