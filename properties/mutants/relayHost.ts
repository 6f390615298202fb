// A sink host that passes everything on: what a mutant changes of a task's calls it overrides.
// Read next: taskRows.ts, ../../impl/runtime/sinkHost.ts.
import type { OperatorStateSnapshot } from '../../impl/runtime/operatorState.ts'
import type { Restored, SinkHost, SinkInsight } from '../../impl/runtime/sinkHost.ts'
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'
import type { CheckpointId } from '../../model/pipeline/ids.ts'

export class RelayHost implements SinkHost {
  protected readonly right: SinkHost

  constructor(right: SinkHost) {
    this.right = right
  }
  open(restored: Restored | null): void | Promise<void> {
    return this.right.open(restored)
  }
  write(record: SinkRecord): void | Promise<void> {
    return this.right.write(record)
  }
  checkpoint(id: CheckpointId): OperatorStateSnapshot | Promise<OperatorStateSnapshot> {
    return this.right.checkpoint(id)
  }
  notify(id: CheckpointId): void | Promise<void> {
    return this.right.notify(id)
  }
  abort(id: CheckpointId): void | Promise<void> {
    return this.right.abort(id)
  }
  endInput(): void | Promise<void> {
    return this.right.endInput()
  }
  fireTimer(): void | Promise<void> {
    return this.right.fireTimer()
  }
  wake(): void {
    this.right.wake()
  }
  close(): void | Promise<void> {
    return this.right.close()
  }
  crash(kind: 'death' | 'failover'): void {
    this.right.crash(kind)
  }
  get timers(): number {
    return this.right.timers
  }
  get sleeps(): number {
    return this.right.sleeps
  }
  get yielding(): boolean {
    return this.right.yielding
  }
  get failure(): Error | null {
    return this.right.failure
  }
  insight(): SinkInsight | null {
    return this.right.insight()
  }
}
