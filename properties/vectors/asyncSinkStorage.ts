// Range-checked plain storage for the model's async writer, sized for one recorded case.
// Read next: asyncSinkModel.ts.
import { fifo, scalar, type Vector, vector } from '../../model/kernel/index.ts'
import { plain } from '../../model/kernel/plain.ts'
import { CALLS, type WriterCells } from '../../model/pipeline/asyncWriter/cells.ts'
import type { AsyncSinkWriterCase } from './asyncSinkRuntime.ts'

export interface WriterStorage {
  readonly cells: WriterCells
  /** By request in flight, oldest first: the size asked for. */
  readonly asked: Vector
}

/** Of a case in which no entry number is above `entries`. */
export function writerStorage({ config, steps }: AsyncSinkWriterCase, entries: number): WriterStorage {
  const { maxBatchSize, maxInFlightRequests: most } = config
  const ids = steps.map(([command]) => (command[0] === 'checkpoint' ? command[1] : 0))
  const { state } = plain({
    buffer: fifo(entries, entries),
    asked: vector(most, maxBatchSize),
    limit: scalar(maxBatchSize * most),
    armed: scalar(1),
    call: scalar(CALLS.length - 1),
    about: scalar(Math.max(entries, ...ids)),
    nested: scalar(steps.length),
  })
  const flights = Array.from(
    { length: most },
    () => plain({ request: fifo(Math.min(maxBatchSize, entries), entries) }).state.request,
  )
  const cell = (name: 'limit' | 'armed' | 'nested') => ({
    read: () => state[name],
    write: (value: number) => {
      state[name] = value
    },
  })
  const cells: WriterCells = {
    buffer: state.buffer,
    flights,
    asked: (at) => state.asked.at(at),
    limit: cell('limit'),
    timerArmed: cell('armed'),
    nested: cell('nested'),
    waiting: {
      call: () => CALLS[state.call] ?? 'none',
      about: () => state.about,
      set(call, about) {
        state.call = CALLS.indexOf(call)
        state.about = about
      },
    },
  }
  return { cells, asked: state.asked }
}
