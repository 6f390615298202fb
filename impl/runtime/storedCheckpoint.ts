// A completed checkpoint as it is stored: the acknowledgements of its tasks put together, with what says whose it is.
// Read next: checkpointStorage.ts.
import type { ChannelState, CompletedCheckpoint } from './checkpointStorage.ts'
import type { CoordinatorEffect } from './coordination/messages.ts'
import type { Acknowledgement } from './messages.ts'
import type { OperatorStateSnapshot } from './operatorState.ts'

export type StoreEffect = Extract<CoordinatorEffect<Acknowledgement>, { readonly type: 'store' }>

export interface Origin extends Pick<CompletedCheckpoint, 'runId' | 'attempt' | 'parallelism' | 'createdAtMs'> {
  readonly fingerprint: string
}

export function storedCheckpoint({ id, kind, acknowledgements }: StoreEffect, origin: Origin): CompletedCheckpoint {
  const { runId, attempt, parallelism, fingerprint, createdAtMs } = origin
  const messages = acknowledgements.flatMap(({ state }) => (state === null ? [] : [state]))
  return {
    checkpointId: id,
    runId,
    attempt,
    parallelism,
    sources: messages.flatMap(({ source }) => (source === null ? [] : [source])),
    operatorState: messages.flatMap(({ sink }): OperatorStateSnapshot[] => (sink === null ? [] : [sink])),
    ...channelsOf(messages),
    kind: kind === 'checkpoint' ? 'checkpoint' : 'savepoint',
    job: fingerprint,
    createdAtMs,
  }
}

/** Nothing where no barrier overtook anything: a checkpoint of an aligned job has no such field. */
function channelsOf(acknowledgements: readonly Acknowledgement[]): { readonly channels?: readonly ChannelState[] } {
  const channels = acknowledgements.flatMap((acknowledgement) => acknowledgement.channels ?? [])
  return channels.length === 0 ? {} : { channels }
}
