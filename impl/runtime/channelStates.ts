// The channel state of a task's unaligned checkpoints while it is captured: records that a barrier overtook, by checkpoint
// and channel. An acknowledgement waits until it is complete. Source followed: Flink's ChannelStateWriter.
// Read next: subtask.ts.
import type { SinkRecord } from '../sinks/interfaces.ts'
import type { ChannelState } from './checkpointStorage.ts'

interface Captured {
  readonly channels: readonly (readonly SinkRecord[])[]
  readonly complete: boolean
}

export class ChannelStates {
  readonly #subtask: number
  readonly #channels: number
  readonly #captured = new Map<number, Captured>()

  constructor(subtask: number, channels: number) {
    this.#subtask = subtask
    this.#channels = channels
  }

  start(id: number): void {
    this.#captured.set(id, { channels: Array.from({ length: this.#channels }, () => []), complete: false })
  }

  add(id: number, channel: number, records: readonly SinkRecord[]): void {
    const captured = this.#captured.get(id)
    if (captured === undefined) return
    const channels = captured.channels.with(channel, [...(captured.channels[channel] ?? []), ...records])
    this.#captured.set(id, { ...captured, channels })
  }

  /** That checkpoint's state is whole. What a newer one's end cut short never will be: forgotten, and answered. */
  stop(id: number): readonly number[] {
    const captured = this.#captured.get(id)
    if (captured !== undefined) this.#captured.set(id, { ...captured, complete: true })
    const lost = [...this.#captured].flatMap(([other, { complete }]) => (complete ? [] : [other]))
    for (const other of lost) this.forget(other)
    return lost
  }

  /** An aligned checkpoint has no channel state: it is complete from the start. */
  isComplete(id: number): boolean {
    return this.#captured.get(id)?.complete !== false
  }

  /** So far, by channel. */
  of(id: number): readonly (readonly SinkRecord[])[] {
    return this.#captured.get(id)?.channels ?? []
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
