// Mistakes of Flink's own async sink writer, as its issues tell them, in the pure step of this project's writer. What Flink
// was recorded doing shows them. Read next: ../../impl/sinks/asyncSink/writer.ts.
import type { AsyncSinkWriterConfiguration } from '../../impl/sinks/asyncSink/configuration.ts'
import type { Stepped, WriterEvent, WriterState } from '../../impl/sinks/asyncSink/protocol.ts'
import { type Mutant, mutantsOf, type Rows } from './mutant.ts'
import { calm } from './settings.ts'

type Change = <Entry>(stepped: Stepped<Entry>, before: WriterState<Entry>, event: WriterEvent<Entry>) => Stepped<Entry>

const row = (source: string, what: string, change: Change): Rows[string] => ({
  source,
  what,
  setting: calm('flushOnSnapshot'),
  patch: {
    writer:
      (right) =>
      <Entry>(configuration: AsyncSinkWriterConfiguration, state: WriterState<Entry>, event: WriterEvent<Entry>) =>
        change(right(configuration, state, event), state, event),
  },
})

const ROWS: Rows = {
  asyncBufferNotInState: row('FLINK-25943', 'the snapshot leaves buffered requests out', (stepped) => ({
    ...stepped,
    effects: stepped.effects.map((effect) => (effect.type === 'snapshot' ? { ...effect, entries: [] } : effect)),
  })),
  asyncTimerLostAfterRestore: row('FLINK-29827', 'a restored buffer has no timer', (stepped, _, event) =>
    event.type !== 'restore'
      ? stepped
      : {
          state: { ...stepped.state, timerArmed: false },
          effects: stepped.effects.filter(({ type }) => type !== 'armTimer'),
        },
  ),
  asyncFailedToTheTail: row('classic', 'what failed goes to the end of the buffer', (stepped, before, event) => {
    const { entries } = stepped.state.buffer
    const back = event.type === 'answer' ? Math.max(0, entries.length - before.buffer.entries.length) : 0
    return back === 0
      ? stepped
      : {
          ...stepped,
          state: {
            ...stepped.state,
            buffer: { ...stepped.state.buffer, entries: [...entries.slice(back), ...entries.slice(0, back)] },
          },
        }
  }),
}

export const ASYNC_WRITER_MUTANTS: readonly Mutant[] = mutantsOf('sink', ROWS)
