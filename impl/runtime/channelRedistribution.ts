// Where the channel state of an unaligned checkpoint goes at a restore: records of keyed channels go where their keys are
// routed now, each once, so that no subtask writes what another one owns. A channel that is not keyed has no such rule:
// with another number of subtasks it is refused. Flink's counterparts: TaskStateAssignment, SubtaskStateMapper.
// Read next: channelStates.ts (how it is captured), keyGroups.ts.
import type { ChannelState } from './checkpointStorage.ts'
import { subtaskOf } from './keyGroups.ts'

export interface Rescale {
  readonly oldParallelism: number
  readonly newParallelism: number
  /** How the sources choose a subtask: by key, or in a way that says nothing about a record that is already on its way. */
  readonly partitioning: 'keyed' | 'unkeyed'
}

/** Channel state cannot be given to other subtasks than those it was taken from. */
export class ChannelStateRescaleError extends Error {
  override readonly name = 'ChannelStateRescaleError'

  constructor({ oldParallelism, newParallelism }: Rescale, records: number) {
    super(
      `the checkpoint holds ${records} records of channels that are not keyed, which cannot be given from ` +
        `${oldParallelism} subtasks to ${newParallelism}: restart with ${oldParallelism}, take a savepoint ` +
        '(it is aligned and holds no channel state), and start from that with the new number',
    )
  }
}

/**
 * By new subtask: what it takes before anything new. `subtask` still names the old one; records of one source and one old
 * subtask keep their order, and so do those of one key and one source.
 */
export function redistributeChannels(
  channels: readonly ChannelState[],
  rescale: Rescale,
): readonly (readonly ChannelState[])[] {
  const { oldParallelism, newParallelism, partitioning } = rescale
  checkParallelism('old', oldParallelism)
  checkParallelism('new', newParallelism)
  checkChannels(channels, rescale)
  const records = channels.reduce((sum, channel) => sum + channel.records.length, 0)
  if (partitioning === 'unkeyed' && oldParallelism !== newParallelism && records > 0)
    throw new ChannelStateRescaleError(rescale, records)
  const restored: ChannelState[][] = Array.from({ length: newParallelism }, () => [])
  for (const channel of channels)
    for (const [subtask, part] of partsOf(channel, rescale)) restored[subtask]?.push({ ...channel, records: part })
  return restored
}

function partsOf({ subtask, records }: ChannelState, { newParallelism, partitioning }: Rescale) {
  const parts = new Map<number, ChannelState['records'][number][]>()
  for (const record of records) {
    const target = partitioning === 'keyed' ? subtaskOf(record.key, newParallelism) : subtask
    const part = parts.get(target)
    if (part === undefined) parts.set(target, [record])
    else part.push(record)
  }
  return parts
}

function checkParallelism(which: string, parallelism: number): void {
  if (!Number.isInteger(parallelism) || parallelism < 1)
    throw new RangeError(`expected the ${which} parallelism to be 1 or more, got ${parallelism}`)
}

/** One entry for each channel, and of a keyed one only what its keys brought there: else the order of a key is lost. */
function checkChannels(channels: readonly ChannelState[], { oldParallelism, partitioning }: Rescale): void {
  const seen = new Set<string>()
  for (const { source, subtask, records } of channels) {
    const channel = `source ${source} -> subtask ${subtask}`
    if (!Number.isInteger(subtask) || subtask < 0 || subtask >= oldParallelism)
      throw new RangeError(`expected a channel to one of ${oldParallelism} old subtasks, got ${channel}`)
    if (seen.has(channel)) throw new RangeError(`expected one state for each channel, got two of ${channel}`)
    seen.add(channel)
    const stray = partitioning === 'keyed' && records.find(({ key }) => subtaskOf(key, oldParallelism) !== subtask)
    if (stray)
      throw new RangeError(
        `expected only keys of subtask ${subtask} of ${oldParallelism} in ${channel}, got '${stray.key}', ` +
          `which belongs to subtask ${subtaskOf(stray.key, oldParallelism)}: was the job keyed otherwise?`,
      )
  }
}
