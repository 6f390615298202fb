// What happens in a run, as it happens: for its figures, its progress, and the tests that kill it at the n-th of a kind.
// Read next: pipeline.ts.
import type { WriteStep } from './durableWrite.ts'

/**
 * `request`: a request is handed to the client; `answer`: its answer came and the sink has not heard it; `row`: for each
 * row the answer confirms; `retry`: items or the whole request have to be sent again; `snapshot`: inside a sink's snapshot, its flush (if any) under way;
 * `stored`: a checkpoint is complete and nobody is notified yet; `notify`: a sink is about to be notified. The others are the steps
 * of writing a checkpoint's file.
 */
export type RunEvent = 'request' | 'answer' | 'row' | 'retry' | 'snapshot' | 'stored' | 'notify' | WriteStep

export type OnRunEvent = (event: RunEvent) => void
