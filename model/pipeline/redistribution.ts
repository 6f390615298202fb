// Whose state is whose after a restore with another number of subtasks: list state goes by position, element by element;
// channel state goes by key, as the records themselves do. Order inside an old subtask's elements is kept, the order of
// old subtasks among themselves is nobody's promise. Sources followed: Flink's RoundRobinOperatorStateRepartitioner,
// KeyGroupRangeAssignment. Read next: restore.ts.

/**
 * Split state: the elements of all old subtasks, one after the other, are cut into one run each, the first ones longer by
 * one where it does not divide. The first run goes to subtask `start`, the next one round the ring.
 */
export function splitTarget(position: number, total: number, parallelism: number, start: number): number {
  if (position < 0 || position >= total)
    throw new RangeError(`split state: expected a position in 0..${total - 1}, got ${position}`)
  const least = Math.floor(total / parallelism)
  const longer = total % parallelism
  const inLonger = longer * (least + 1)
  const run =
    position < inLonger ? Math.floor(position / (least + 1)) : longer + Math.floor((position - inLonger) / least)
  return (start + run) % parallelism
}

/** Where the next state name's first run goes: behind the longer runs of this one, 0 for the first name. */
export const nextStart = (start: number, total: number, parallelism: number): number => (start + total) % parallelism

/** With the parallelism unchanged split state stays where it was. */
export const splitStays = (oldParallelism: number, parallelism: number): boolean => oldParallelism === parallelism

/** Broadcast state is the same in every old subtask: this one's copy goes to the new subtask. */
export const broadcastOrigin = (subtask: number, oldParallelism: number): number => subtask % oldParallelism

/** Which subtask the records of a key group go to, those of a channel's state included. */
export const keyGroupTarget = (keyGroup: number, maxParallelism: number, parallelism: number): number =>
  Math.floor((keyGroup * parallelism) / maxParallelism)
