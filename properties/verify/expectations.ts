// What each design is expected to keep and to lose: the minimal sets of fault classes under which a guarantee falls. Not
// a source of the table, which is what the checks find: a verdict that differs from its row fails the run and says which.
// An empty set in the list means that it falls without any fault; no list means that it holds.
// Read next: verify.ts.
import type { FaultId } from '../../model/pipeline/vocabulary.ts'
import type { WorkloadName } from '../../model/pipeline/workloads.ts'

type Sets = readonly (readonly FaultId[])[]

const NO_FAULT: Sets = [[]]
/** Whatever ends an attempt ends it for the sink as one of the crashes does. */
const ENDED: readonly FaultId[] = ['F2d', 'F2f', 'F8', 'F10']
const CRASHES: Sets = ENDED.map((end) => [end])
/** A crash replays what was written after the cut; a client that gave up sends again what lands later. */
const REPLAYED: Sets = [...CRASHES, ['F3', 'F4']]
const ZOMBIES: Sets = [...ENDED.map((end) => [end, 'F3'] as const), ['F3', 'F4']]
/** What the buffer held of a key goes to one subtask, what comes newly to another. */
const RESCALED: Sets = [['F2d', 'F7']]
const REFUSED_FOR_EVER: Sets = [['F1p']]

/** Two requests come back in the wrong order, and the newer record is dropped for the older. */
const REORDERED: Sets = [['F1'], ['F4']]
/** A batch goes back whole while another with a newer record of its key is in flight. */
const AGAIN: Sets = [['F1'], ...CRASHES, ['F4']]

/** A stop waits for a task that waits for the notification of its savepoint, which is not repeated. */
const NEVER_STOPS: Sets = [['F5', 'F8']]

const LIVENESS = { L1: REFUSED_FOR_EVER, L2: [...REFUSED_FOR_EVER, ...NEVER_STOPS] }

export const EXPECTED: Readonly<Record<string, Readonly<Record<string, Sets>>>> = {
  writeThrough: { S2: ZOMBIES, S3: REPLAYED, S4: REPLAYED, S5: NO_FAULT, ...LIVENESS },
  hashSetTransient: { S1: CRASHES, S2: NO_FAULT, S3: NO_FAULT, S4: REPLAYED, S5: NO_FAULT, S7: NO_FAULT, ...LIVENESS },
  hashSetCloseWrites: {
    // close() saves it from a failover or an update, until the store refuses or does not answer just then.
    S1: [
      ['F2d'],
      ['F10'],
      ...(['F2f', 'F8'] as const).flatMap(
        (end) =>
          [
            [end, 'F1'],
            [end, 'F4'],
          ] as const,
      ),
    ],
    S2: NO_FAULT,
    S3: NO_FAULT,
    S4: REPLAYED,
    S5: NO_FAULT,
    S7: NO_FAULT,
    ...LIVENESS,
  },
  hashSetFinishDrops: {
    S1: NO_FAULT,
    S2: NO_FAULT,
    S3: NO_FAULT,
    S4: REPLAYED,
    S5: NO_FAULT,
    S7: NO_FAULT,
    ...LIVENESS,
  },
  listStateBuffer: { S2: [...ZOMBIES, ...RESCALED], S3: REPLAYED, S4: REPLAYED, S5: NO_FAULT, ...LIVENESS },
  flushOnSnapshot: { S2: ZOMBIES, S3: REPLAYED, S4: REPLAYED, S5: NO_FAULT, ...LIVENESS },
  flushOnSnapshotKeyed: { S2: ZOMBIES, S3: REPLAYED, S4: REPLAYED, S5: NO_FAULT, ...LIVENESS },
  flushNotAwaited: {
    S1: CRASHES,
    S2: [...CRASHES, ['F3', 'F4']],
    S3: REPLAYED,
    S4: REPLAYED,
    S5: NO_FAULT,
    S7: NO_FAULT,
    ...LIVENESS,
  },
  flushOnNotify: {
    S1: CRASHES,
    S2: [...CRASHES, ['F3', 'F4']],
    S3: REPLAYED,
    S4: REPLAYED,
    S5: NO_FAULT,
    S7: NO_FAULT,
    ...LIVENESS,
  },
  // Its batch repeats a key, which the store refuses: so it is in every attempt that begins with it.
  asyncSink: { S2: NO_FAULT, S3: NO_FAULT, S4: NO_FAULT, S5: NO_FAULT, L1: REFUSED_FOR_EVER, L2: NO_FAULT },
  asyncSinkLastInBatch: {
    S1: REORDERED,
    S2: NO_FAULT,
    S3: NO_FAULT,
    S4: AGAIN,
    S5: NO_FAULT,
    S7: REORDERED,
    ...LIVENESS,
  },
  asyncSinkByVersion: { S2: NO_FAULT, S3: NO_FAULT, S4: AGAIN, S5: NO_FAULT, ...LIVENESS },
  // A batch that goes back whole brings back what its newer entry replaced, and the limit, halved, sends that alone.
  orderedAsync: { S2: [...ZOMBIES, ...RESCALED], S3: AGAIN, S4: AGAIN, S5: NO_FAULT, ...LIVENESS },
  fenced: { S5: NO_FAULT, ...LIVENESS },
  staged: LIVENESS,
  aligned: {},
}

const HOLDS: Sets = []
/** No record meets another's row, and the same again changes nothing. */
const OWN_ROW = { S2: HOLDS, S3: HOLDS, S4: HOLDS }
/** What is lost is missing in the end, and nothing else is wrong. */
const ONLY_LOST = { ...OWN_ROW, S2: [['F2d']] } satisfies Readonly<Record<string, Sets>>

/** By workload, what differs from upsert, under the fault classes of the workloads' searches (workloadBounds.ts). */
export const DIFFERS: Readonly<Partial<Record<WorkloadName, typeof EXPECTED>>> = {
  append: {
    writeThrough: OWN_ROW,
    hashSetTransient: ONLY_LOST,
    hashSetCloseWrites: ONLY_LOST,
    hashSetFinishDrops: { S3: HOLDS, S4: HOLDS },
    listStateBuffer: OWN_ROW,
    flushOnSnapshot: OWN_ROW,
    flushOnSnapshotKeyed: OWN_ROW,
    flushNotAwaited: ONLY_LOST,
    flushOnNotify: ONLY_LOST,
    // No batch repeats a key.
    asyncSink: { ...OWN_ROW, L2: REFUSED_FOR_EVER },
    asyncSinkLastInBatch: { ...OWN_ROW, S1: HOLDS, S7: HOLDS },
    asyncSinkByVersion: OWN_ROW,
    orderedAsync: OWN_ROW,
  },
}
