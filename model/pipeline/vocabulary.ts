// The shared vocabulary: every action the pipeline can take and every class of fault, one row each. The model's rules,
// the runtime's enabled set, trace files, timelines and failure messages all use these names; a test holds the sets equal.
// Read next: variables.ts (what there is), sink.ts, source.ts, coordinator.ts, store.ts, environment.ts (what happens).

export type Actor = 'source' | 'sink' | 'coordinator' | 'store' | 'environment'

export interface ActionRow {
  readonly name: string
  readonly who: Actor
  readonly parameters: readonly string[]
  readonly what: string
}

/** Every mode's actions. Printed as `name(parameters)`, e.g. `apply(sink0, unprocessed 2)`. */
export const ACTIONS = [
  { name: 'emit', who: 'source', parameters: ['source'], what: 'the next record of the log enters its channel' },
  {
    name: 'barrier',
    who: 'source',
    parameters: ['source'],
    what: 'snapshot the offset, send the barrier, acknowledge',
  },
  {
    name: 'cancel',
    who: 'source',
    parameters: ['source'],
    what: 'told of the abort before its trigger: a cancel marker instead of the barrier',
  },
  {
    name: 'finish',
    who: 'source',
    parameters: ['source'],
    what: 'the log is at its end: end of data into the channel',
  },
  {
    name: 'receive',
    who: 'sink',
    parameters: ['channel'],
    what: 'the next element: record, barrier, cancel marker or end of data',
  },
  { name: 'flush', who: 'sink', parameters: ['sink'], what: 'the buffer timer fires' },
  { name: 'timer', who: 'sink', parameters: ['sink'], what: 'the back-off ends and the request is sent again' },
  {
    name: 'apply',
    who: 'store',
    parameters: ['sink', 'outcome'],
    what: 'the store takes the request; its outcome is fixed',
  },
  { name: 'respond', who: 'store', parameters: ['sink'], what: 'the outcome reaches the sink' },
  {
    name: 'acknowledge',
    who: 'sink',
    parameters: ['sink'],
    what: 'the asynchronous part is done, the acknowledgement leaves',
  },
  { name: 'collect', who: 'coordinator', parameters: ['task'], what: 'an acknowledgement or a decline arrives' },
  {
    name: 'trigger',
    who: 'coordinator',
    parameters: ['last'],
    what: 'a checkpoint starts; the last one when all input is taken',
  },
  { name: 'savepoint', who: 'coordinator', parameters: [], what: 'a savepoint starts' },
  { name: 'overdue', who: 'environment', parameters: [], what: 'the alignment timeout passes' },
  { name: 'overtake', who: 'sink', parameters: ['sink'], what: 'the alignment timer fires: barriers overtake records' },
  { name: 'complete', who: 'coordinator', parameters: [], what: 'all acknowledged: the checkpoint is stored' },
  { name: 'notify', who: 'sink', parameters: ['sink'], what: 'notifyCheckpointComplete arrives' },
  {
    name: 'abort',
    who: 'sink',
    parameters: ['sink'],
    what: 'notifyCheckpointAborted arrives, with the newest completed id',
  },
  { name: 'close', who: 'sink', parameters: ['sink'], what: 'close() is called in a failover' },
  {
    name: 'restore',
    who: 'environment',
    parameters: [],
    what: 'a new attempt starts from the newest completed checkpoint',
  },
  {
    name: 'rescale',
    who: 'environment',
    parameters: ['parallelism'],
    what: 'a new attempt starts with another number of subtasks',
  },
  { name: 'crash', who: 'environment', parameters: ['kind'], what: 'the attempt ends, by death or by failover' },
  {
    name: 'crashCoordinator',
    who: 'environment',
    parameters: ['when'],
    what: 'the coordinator dies while it completes a checkpoint, before or after the entry in its store',
  },
  {
    name: 'tear',
    who: 'environment',
    parameters: ['checkpoint'],
    what: 'the file of a completed checkpoint is damaged',
  },
  {
    name: 'choose',
    who: 'environment',
    parameters: ['checkpoint'],
    what: 'after a refused restore somebody names what to start from: an older checkpoint, or none',
  },
  {
    name: 'stop',
    who: 'environment',
    parameters: ['mode'],
    what: 'a stop with savepoint begins: with drain finish() is called, with suspend nothing is finished',
  },
  {
    name: 'upgrade',
    who: 'environment',
    parameters: ['how'],
    what: 'the job ends, stopped or cancelled: its next version goes on from the savepoint or the retained checkpoint',
  },
  { name: 'zombie', who: 'store', parameters: ['index'], what: 'a request nobody waits for is applied after all' },
  { name: 'timeout', who: 'sink', parameters: ['sink'], what: 'the client gives up on a request not yet applied' },
  { name: 'lose', who: 'environment', parameters: ['message'], what: 'a response or a notification is lost' },
  { name: 'decline', who: 'environment', parameters: ['sink'], what: 'the asynchronous part fails, a decline leaves' },
  { name: 'expire', who: 'environment', parameters: [], what: 'a pending checkpoint times out' },
] as const satisfies readonly ActionRow[]

export type ActionName = (typeof ACTIONS)[number]['name']

/** `apply(sink0, ok)` -> `apply`. */
export const actionName = (action: string): string => action.replace(/\(.*$/, '')

export interface FaultRow {
  readonly id: string
  readonly bit: number
  readonly what: string
}

/** Fault classes. A run's set of classes used is the union of the bits. */
export const FAULTS = [
  { id: 'F1', bit: 1, what: 'refusals that pass: unprocessed items, throttling or errors, torn batches' },
  { id: 'F1p', bit: 2, what: 'a persistent refusal: one item handed back for ever' },
  { id: 'F2d', bit: 4, what: 'death: the process ends, nothing is called' },
  { id: 'F2f', bit: 8, what: 'failover: close() is called, may write and may fail' },
  { id: 'F3', bit: 16, what: 'zombie: a request of a dead attempt or of a client that gave up is applied late' },
  { id: 'F4', bit: 32, what: 'a response is lost, or comes after the client gave up' },
  { id: 'F5', bit: 64, what: 'a notification is lost' },
  { id: 'F6', bit: 128, what: 'a checkpoint is declined or expires' },
  { id: 'F7', bit: 256, what: 'rescale: a new attempt has another number of subtasks' },
  { id: 'F8', bit: 512, what: 'code update: stopped with a savepoint, drained or not, or cancelled' },
  { id: 'F9', bit: 1024, what: 'a torn or missing checkpoint: a restore from it is refused' },
  { id: 'F10', bit: 2048, what: 'the coordinator crashes around `complete`: stored or not, nobody is told' },
] as const satisfies readonly FaultRow[]

export type FaultId = (typeof FAULTS)[number]['id']

/** The ids in a bit set, in the table's order. */
export const faultSet = (bits: number): FaultId[] => FAULTS.filter((fault) => (bits & fault.bit) !== 0).map((f) => f.id)
