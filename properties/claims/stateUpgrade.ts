// A code update with the buffer in the checkpoint: what the new version of the sink finds depends on what it asks for.
// Read next: closeHides.ts.
import type { Claim } from './claim.ts'
import { cancel, ofDesign, upgrade } from './deploy.ts'
import { Evidence } from './evidence.ts'
import { Run, WRITE } from './run.ts'

const newVersionReads: Claim = {
  id: 'C15',
  title: 'State in the checkpoint carries the buffer over to the new version',
  notes: 'With checkpointing the buffer would not be lost at a restart as a new version.',
  verdict: 'true only if',
  condition: 'the new version asks for the state under its old name; otherwise it is kept and nobody writes it',
  async run() {
    const e = new Evidence()
    const old = async () => {
      e.ran()
      const run = await Run.of('listStateBuffer')
      await run.act('emit(0) x2')
      await run.checkpoint()
      return cancel(run)
    }
    const same = await upgrade(await old(), ofDesign('listStateBuffer'))
    e.same('listStateBuffer to listStateBuffer: buffer at the start', same.buffered, [1, 2])
    await same.drain()
    e.same('lost', same.missing, [])
    const other = await upgrade(await old(), ofDesign('hashSetTransient'))
    e.same('listStateBuffer to hashSetTransient: buffer at the start', other.buffered, [])
    await other.drain()
    e.same('lost, without an error', other.missing, [1, 2])
    e.same('though the state is still in its last checkpoint', other.inState, [1, 2])
    const third = await upgrade(other, ofDesign('listStateBuffer'))
    await third.act('flush(sink0)', WRITE)
    e.same('and a third version that asks again finds it: lost', third.missing, [])
    return e.result()
  },
}

export const STATE_UPGRADE = [newVersionReads]
