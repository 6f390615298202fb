// Mistakes in the rules of the model: the planted bugs that hold its guarantees up, each under the bounds of its row. The
// real pipeline beside it is right, so the two must come apart wherever the bug can be seen.
// Read next: ../../model/pipeline/bugs.ts.
import { type Bounds, SMALL } from '../../model/pipeline/bounds.ts'
import { BUGS, type BugName, type BugRow } from '../../model/pipeline/bugs.ts'
import { EXPECTED } from '../verify/expectations.ts'
import { type Mutant, mutantsOf, type Rows } from './mutant.ts'
import type { Setting } from './settings.ts'

/** Who made the mistake in earnest; a bug without a row here is a classic. */
const SOURCES: Readonly<Partial<Record<BugName, string>>> = {
  unprocessedIgnored: 'risingwave #25985',
  offsetAfterBarrier: 'FLINK-25256',
  completeWithoutSink: 'FLINK-22003',
  bufferNotInState: 'FLINK-25943',
  notifyUnfiltered: 'FLINK-21080',
  declineIgnored: 'FLINK-23741',
  backoffTimerLost: 'FLINK-25846',
  cancelMarkerLost: 'FLINK-18238',
  noSubsumption: 'FLINK-17869',
  savepointStored: 'FLINK-10354',
  restoresFirstListOnly: 'FLINK-26118',
}

function settingOf({ name, design, bounds }: BugRow): Setting {
  const all: Bounds = { ...SMALL, ...bounds }
  return { name: `model, ${name}`, design, random: all, small: all, falls: { ...EXPECTED[design], ...FALLS[design] } }
}

/** The model's own design, which has no row in the table of expectations: only S5 is asked of it. */
const FALLS: Readonly<Record<string, Setting['falls']>> = {
  flushOnLastNotify: Object.fromEntries(['S1', 'S2', 'S3', 'S4', 'S7', 'L1', 'L2'].map((id) => [id, [[]]])),
}

const ROWS: Rows = Object.fromEntries(
  BUGS.map((bug): [string, Rows[string]] => [
    bug.name,
    {
      source: SOURCES[bug.name] ?? 'classic',
      what: bug.what,
      setting: settingOf(bug),
      patch: { model: bug.name },
    },
  ]),
)

export const MODEL_MUTANTS: readonly Mutant[] = mutantsOf('model', ROWS)
