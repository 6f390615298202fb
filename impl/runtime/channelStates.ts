// The channel state of a task's unaligned checkpoints while it is captured: records that a barrier overtook, by checkpoint
// and channel. When it is complete the gate says, and the checkpoint machine knows. Source followed: Flink's ChannelStateWriter.
// Read next: subtask.ts.
import type { SinkRecord } from '../sinks/interfaces.ts'
import type { ChannelState } from './checkpointStorage.ts'

export class ChannelStates {
  readonly #subtask: number
  readonly #channels: number
  readonly #captured = new Map<number, readonly (readonly SinkRecord[])[]>()

  constructor(subtask: number, channels: number) {
    this.#subtask = subtask
    this.#channels = channels
  }

  start(id: number): void {
    this.#captured.set(
      id,
      Array.from({ length: this.#channels }, () => []),
    )
  }

  add(id: number, channel: number, records: readonly SinkRecord[]): void {
    const captured = this.#captured.get(id)
    if (captured === undefined) return
    this.#captured.set(id, captured.with(channel, [...(captured[channel] ?? []), ...records]))
  }

  /** So far, by channel. */
  of(id: number): readonly (readonly SinkRecord[])[] {
    return this.#captured.get(id) ?? []
  }

  /** Hands the state over: channels that have any, by source. */
  take(id: number): readonly ChannelState[] {
    const channels = this.of(id)
    this.forget(id)
    return channels.flatMap((records, source) =>
      records.length === 0 ? [] : [{ source, subtask: this.#subtask, records }],
    )
  }

  forget(id: number): void {
    this.#captured.delete(id)
  }
}
