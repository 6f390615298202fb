// "One example of transient failure is that the DynamoDB service is temporarily unavailable." For a sink that retries,
// a store that refuses for a while loses nothing. It takes a crash; for one sink it takes both.
// Read next: closeHides.ts.
import type { Claim } from './claim.ts'
import { Evidence } from './evidence.ts'
import { Run, WRITE } from './run.ts'
import { fallsUnder, ONE_RECORD } from './searched.ts'

const unavailable: Claim = {
  id: 'C12',
  title: 'A store that is unavailable for a while makes the sink lose records',
  notes: 'The temporary unavailability of DynamoDB is given as an example of a failure that loses the buffer.',
  verdict: 'true only if',
  condition: 'the attempt also ends; refusals alone are retried. A close() that writes needs the two together to lose',
  async run() {
    const e = new Evidence()
    const refused = async (crash: boolean) => {
      e.ran()
      const run = await Run.of('hashSetTransient')
      await run.act('emit(0) x2')
      await run.checkpoint()
      await run.act('flush(sink0)')
      for (let i = 0; i < 3; i++) await run.act('apply(sink0, refused)', 'respond(sink0)', 'timer(sink0)')
      e.same('unwritten after three refusals', run.inRequest, [1, 2])
      if (crash) await run.death()
      else await run.act(WRITE)
      await run.drain()
      return run.missing
    }
    e.same('lost when the store comes back', await refused(false), [])
    e.same('lost when the process dies meanwhile', await refused(true), [1, 2])
    e.same('S1 of hashSetTransient falls under', fallsUnder(e, 'hashSetTransient', 'S1', ONE_RECORD), ['F2d', 'F2f'])
    e.same('S1 of hashSetCloseWrites under', fallsUnder(e, 'hashSetCloseWrites', 'S1', ONE_RECORD), ['F1+F2f', 'F2d'])
    return e.result()
  },
}

export const UNAVAILABLE_STORE = [unavailable]
