// What happens in a run, as it happens: for its figures, its progress, and the tests that kill it at the n-th of a kind.
// Read next: pipeline.ts.

/**
 * Moments at which a process may die, in the order of a checkpoint. `request`: a request is handed to the client;
 * `answer`: its answer came and the sink has not heard it; `snapshot`: inside a sink's snapshot, its flush (if any) under
 * way; then the steps of writing the checkpoint's file (durableWrite.ts); `stored`: the checkpoint is complete and nobody
 * is notified; `notify`: a sink is about to be notified.
 */
export const RUN_MOMENTS = [
  'request',
  'answer',
  'snapshot',
  'temporaryWritten',
  'beforeRename',
  'renamed',
  'stored',
  'notify',
] as const

/** Beside the moments: `row` for each row an answer confirms, `retry` for what has to be sent again. */
export type RunEvent = (typeof RUN_MOMENTS)[number] | 'row' | 'retry'

export type OnRunEvent = (event: RunEvent) => void
