// "Because there are always events in flight, operators up- and downstream can be processing events from different
// times: the sink may write data from 11:04 while the source already ingests events from 11:06."
// Read next: barriers.ts.
import type { Claim } from './claim.ts'
import { Evidence } from './evidence.ts'
import { Run, WRITE } from './run.ts'

const differentTimes: Claim = {
  id: 'C21',
  title: 'Source and sink are at different times of the stream',
  notes: 'While the sink writes an older record, the source may be taking in newer ones.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    for (const capacity of [1, 2, 3]) {
      e.ran()
      const run = await Run.of('writeThrough', { capacity })
      await run.act('emit(0)', 'receive(0)', `emit(0) x${capacity}`)
      e.same(`channels of ${capacity}: being written, last emitted`, [run.inRequest, run.offset], [[1], 1 + capacity])
      // What bounds the lag is back-pressure: a full channel stops its source.
      e.holds('the source has to wait now', !run.enabled('emit(0)'))
    }
    return e.result()
  },
}

const alwaysInFlight: Claim = {
  id: 'C22',
  title: 'There are always events in flight',
  notes: 'On the network and in I/O buffers there are events at any time.',
  verdict: 'false',
  condition: 'there can be, and nothing may rely on there being none; a pipeline that has caught up has none',
  async run() {
    const e = new Evidence()
    e.ran()
    const run = await Run.of('writeThrough')
    const inFlight = () => run.channel().length + run.buffered.length + run.inRequest.length
    e.same('before the first record, in flight', inFlight(), 0)
    await run.act('emit(0) x2')
    e.same('two records later', inFlight(), 2)
    await run.act('receive(0)', WRITE, 'receive(0)', WRITE)
    e.same('when the sink has caught up, in the middle of the input', inFlight(), 0)
    e.same('source offset and written', [run.offset, run.written], [2, [1, 2]])
    e.ran()
    const buffering = await Run.of('hashSetTransient')
    await buffering.act('emit(0) x2', 'receive(0) x2')
    e.same(
      'a sink with a buffer holds events even when the network is empty',
      [buffering.channel().length, buffering.buffered],
      [0, [1, 2]],
    )
    return e.result()
  },
}

export const IN_FLIGHT = [differentTimes, alwaysInFlight]
