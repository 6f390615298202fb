// Planted bugs in real sinks: green means something only while these are caught. Each is a design with one mistake put
// in from outside, and the guarantee that a random campaign must see fall.
// Read next: canaries.test.ts; the model's own planted bugs are in model/pipeline/bugs.ts.
import { type InspectableSink, type SinkDesign, sinkDesignNamed } from '../../impl/sinks/designs.ts'
import type { RuntimeContext } from '../../impl/sinks/interfaces.ts'

export interface Canary extends SinkDesign {
  /** The design the mistake is planted in. */
  readonly base: string
  /** What must be seen: a guarantee, or two runs of one schedule that differ. */
  readonly caughtAs: string
  readonly what: string
}

const planted = (
  name: string,
  base: string,
  caughtAs: string,
  what: string,
  plant: (sink: InspectableSink) => void,
): Canary => ({
  name,
  base,
  caughtAs,
  what,
  create(settings) {
    const sink = sinkDesignNamed(base).create(settings)
    plant(sink)
    return sink
  },
})

/** Replaces the context that `open` hands to the sink. */
const withContext = (sink: InspectableSink, change: (context: RuntimeContext) => RuntimeContext) => {
  const open = sink.open?.bind(sink)
  sink.open = (context) => open?.(change(context))
}

export const CANARIES: readonly Canary[] = [
  planted('unprocessedIgnored', 'flushOnSnapshot', 'S1', 'unprocessed items count as written', (sink) =>
    withContext(sink, (context) => ({
      ...context,
      client: {
        ...context.client,
        batchWriteItem: async (input) => ({ ...(await context.client.batchWriteItem(input)), UnprocessedItems: {} }),
      },
    })),
  ),
  planted('stateNotRestored', 'listStateBuffer', 'S1', 'the restored buffer is thrown away', (sink) => {
    const open = sink.open?.bind(sink)
    sink.open = (context) => {
      sink.format?.discard()
      return open?.(context)
    }
  }),
  planted('abortDiscards', 'listStateBuffer', 'S11', 'an aborted checkpoint throws the buffer away', (sink) => {
    sink.notifyCheckpointAborted = () => sink.format?.discard()
  }),
  planted('mathRandom', 'flushOnSnapshot', 'NondeterminismError', 'the back-off draws from Math.random', (sink) =>
    withContext(sink, (context) => ({ ...context, random: () => Math.random() })),
  ),
]
