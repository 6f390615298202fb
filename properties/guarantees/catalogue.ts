// The guarantees: what each says, why it matters, what breaks it, and what it belongs to. The statements are judged by
// the model (model/pipeline/guarantees.ts) and by the real run's own history (../world/judge.ts); the planted bugs that
// each must notice are in model/pipeline/bugs.ts and ../world/canaries.ts. A failure message names the row by its id.

export interface GuaranteeRow {
  readonly id: string
  readonly name: string
  readonly statement: string
  readonly why: string
  readonly breaks: string
  /** A design's own doing, or the runtime's: then there is one verdict a mode and not one a design. */
  readonly of: 'design' | 'runtime'
  /** Judged from the store's history and the input alone, so for a black box too. */
  readonly blackBox: boolean
}

export const GUARANTEES: readonly GuaranteeRow[] = [
  {
    id: 'S1',
    name: 'no loss',
    statement: 'when quiescent, for every record a write of its key at least as new has been applied',
    why: 'at-least-once is what a checkpointed sink is for',
    breaks: 'a buffer that is in nobody’s state when the process dies; unprocessed items taken as written',
    of: 'design',
    blackBox: true,
  },
  {
    id: 'S2',
    name: 'final table',
    statement: 'when quiescent the table is the sequential result',
    why: 'a reader who comes after everything has settled sees what the input says',
    breaks: 'a zombie request that lands after the newer write; a buffer without an order',
    of: 'design',
    blackBox: true,
  },
  {
    id: 'S3',
    name: 'no regression',
    statement: 'what a strongly consistent reader sees of a key never goes back to an older version',
    why: 'a balance or a price that jumps back is acted upon',
    breaks: 'replay after a crash; writes without a condition on the version',
    of: 'design',
    blackBox: true,
  },
  {
    id: 'S4',
    name: 'no repeated effect',
    statement: 'no record’s write changes the table twice; an identical repeat changes nothing',
    why: 'streams of changes and triggers behind the table see each effect',
    breaks: 'replay after a crash once a newer version was there; a request sent again after its time-out',
    of: 'design',
    blackBox: true,
  },
  {
    id: 'S5',
    name: 'epoch isolation',
    statement: 'no record is visible before some checkpoint whose cut includes it has completed',
    why: 'what is visible early can be taken back by a restore: a reader saw what never happened',
    breaks: 'every design that writes before the notification',
    of: 'design',
    blackBox: true,
  },
  {
    id: 'S6',
    name: 'consistent cut',
    statement: 'at snapshot n, on every channel, the source’s offset and what the sink has taken agree',
    why: 'a record between the two is lost or doubled by every restore',
    breaks: 'no alignment; an offset read after the barrier was sent',
    of: 'runtime',
    blackBox: false,
  },
  {
    id: 'S7',
    name: 'durable before complete',
    statement: 'when a checkpoint completes, every record before its cut has been applied, or is in the checkpoint',
    why: 'after that moment the source never sends it again',
    breaks: 'a buffer neither flushed nor in the state; a flush that is not awaited',
    of: 'design',
    blackBox: false,
  },
  {
    id: 'S8',
    name: 'monotone notification',
    statement: 'notified ids strictly increase; n subsumes all ids below it',
    why: 'a sink that commits on notification must not commit backwards',
    breaks: 'the newest completed id that travels with an abort, delivered unfiltered',
    of: 'runtime',
    blackBox: false,
  },
  {
    id: 'S9',
    name: 'newest restore',
    statement: 'a restore is from the newest completed checkpoint',
    why: 'an older one writes again what was committed, or loses what was kept',
    breaks: 'a completed checkpoint that is notified but not stored',
    of: 'runtime',
    blackBox: false,
  },
  {
    id: 'S10',
    name: 'attempt isolation',
    statement: 'no acknowledgement or state of a dead attempt counts',
    why: 'a checkpoint made of two attempts is a cut through neither',
    breaks: 'acknowledgements counted by task and not by attempt and id',
    of: 'runtime',
    blackBox: false,
  },
  {
    id: 'S11',
    name: 'abort keeps data',
    statement: 'an aborted checkpoint discards nothing of the stream',
    why: 'an abort is not a discard: the records belong to the next checkpoint',
    breaks: 'a sink that clears its buffer in notifyCheckpointAborted',
    of: 'runtime',
    blackBox: false,
  },
  {
    id: 'L1',
    name: 'checkpoints end',
    statement: 'every pending checkpoint completes or aborts',
    why: 'with one that hangs no other can start, and the job replays ever more',
    breaks: 'one item refused for ever under a sink that retries inside its snapshot',
    of: 'design',
    blackBox: true,
  },
  {
    id: 'L2',
    name: 'the pipeline drains',
    statement: 'from every reachable state, fair progress without further faults reaches quiescence',
    why: 'a job that cannot finish cannot be stopped, upgraded or trusted',
    breaks: 'a retry without end; a timer that was never armed',
    of: 'design',
    blackBox: true,
  },
]
