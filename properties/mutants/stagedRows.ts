// Mistakes of a staging sink: when it publishes, what it keeps of the manifests, and what publishing does. Each overrides
// one call of the real sink, or puts another publisher in its place.
// Read next: ../../impl/sinks/staged/stagedSink.ts.
import type {
  CheckpointedFunction,
  FunctionInitializationContext,
  FunctionSnapshotContext,
  ListState,
} from '../../impl/sinks/interfaces.ts'
import { stagedOptions } from '../../impl/sinks/staged/staged.ts'
import { StagedSink, type StagedSinkOptions } from '../../impl/sinks/staged/stagedSink.ts'
import { UPSERT } from '../../impl/sinks/workloads.ts'
import type { CheckpointId } from '../../model/pipeline/ids.ts'
import { type Mutant, mutantsOf, type Rows } from './mutant.ts'
import { aborted, crashed, crashedLater, landsLate, type Setting } from './settings.ts'
import { withClient } from './sinkParts.ts'

type Change = (options: StagedSinkOptions) => StagedSink

const row = (source: string, what: string, setting: Setting, change: Change): Rows[string] => ({
  source,
  what,
  setting,
  patch: { real: { sink: (settings) => change(stagedOptions(settings, UPSERT)) } },
})

/** Operator state in which manifests are read or kept otherwise. */
function withState(
  context: FunctionInitializationContext,
  change: (state: ListState<unknown>) => ListState<unknown>,
): Parameters<CheckpointedFunction['initializeState']>[0] {
  const { operatorState } = context
  return {
    ...context,
    operatorState: {
      listState: (name) => operatorState.listState(name),
      unionListState: <Element>(name: string) =>
        change(operatorState.unionListState<Element>(name) as ListState<unknown>) as ListState<Element>,
    },
  }
}

const unchanged = (state: ListState<unknown>): ListState<unknown> => ({
  get: () => state.get(),
  add: (element) => state.add(element),
  addAll: (elements) => state.addAll(elements),
  update: (elements) => state.update(elements),
  clear: () => state.clear(),
})

const ROWS: Rows = {
  stagedPublishedAtSnapshot: row(
    'classic',
    'an epoch is published when its barrier comes, before the checkpoint has all its parts',
    crashed('staged'),
    (options) =>
      new (class extends StagedSink {
        override async snapshotState(context: FunctionSnapshotContext): Promise<void> {
          await super.snapshotState(context)
          await super.notifyCheckpointComplete(context.checkpointId)
        }
      })(options),
  ),
  stagedAbortPublishes: row(
    'classic',
    'the epoch of an aborted checkpoint is published',
    aborted('staged'),
    (options) =>
      new (class extends StagedSink {
        override notifyCheckpointAborted(id: CheckpointId): void | Promise<void> {
          return super.notifyCheckpointComplete(id)
        }
      })(options),
  ),
  stagedRestoreForgets: row(
    'FLINK-29512',
    'what the restored checkpoint has staged is not published, and removed as nobody’s',
    crashed('staged'),
    (options) =>
      new (class extends StagedSink {
        override initializeState(context: FunctionInitializationContext): void {
          super.initializeState(withState(context, (state) => ({ ...unchanged(state), get: () => [] })))
        }
      })(options),
  ),
  stagedManifestNotInState: row(
    'FLINK-25943',
    'the snapshot leaves the newest epoch’s manifest out',
    crashedLater('staged'),
    (options) =>
      new (class extends StagedSink {
        override initializeState(context: FunctionInitializationContext): void {
          super.initializeState(
            withState(context, (state) => ({ ...unchanged(state), update: (all) => state.update(all.slice(0, -1)) })),
          )
        }
      })(options),
  ),
  stagedRemovedUnpublished: row(
    'classic',
    'rows are removed as published before they are',
    crashed('staged'),
    (options) => new StagedSink({ ...options, publisher: () => ({ insight: null, publish: async () => {} }) }),
  ),
  stagedUnfenced: {
    source: 'classic',
    what: 'what is published overwrites whatever the table has',
    setting: landsLate('staged'),
    patch: {
      real: withClient((right) => ({
        ...right,
        putItem: ({ TableName, Item }) => right.putItem({ TableName, Item }),
      })),
    },
  },
}

export const STAGED_MUTANTS: readonly Mutant[] = mutantsOf('sink', ROWS)
