// What a person sees of a campaign, in 80 columns: failures first, each with the line that replays it, then a row a design,
// then what struck how often. Read next: command.ts, ../../properties/crash/outcome.ts.
import Table from 'cli-table3'
import type { Counts, CrashOutcome, DesignVerdict } from '../../properties/crash/outcome.ts'
import { counted } from '../numbers.ts'
import { PLAIN_TABLE } from '../plainTable.ts'
import { TIED } from '../verify/names.ts'
import { wrapped } from '../verify/wrapped.ts'

const VERDICTS: Readonly<Record<DesignVerdict, string>> = {
  kept: 'keeps all',
  lost: 'loses (expected)',
  fell: 'NOT AS PROMISED',
  unseen: 'no loss seen yet',
  'not tried': 'not tried',
}

const LEGEND = wrapped(
  'again: records written more than once; lost: keys without a record as new as the newest; stale: rows ' +
    'that an older version overwrote, as the table of guarantees allows where a request lands late',
  2,
  0,
)

export function crashLines(outcome: CrashOutcome): string[] {
  const { seed, kills, records, writes, repeated, restarts, seconds, damages, diskFull, diskFullHow } = outcome
  return [
    ...outcome.failures.flatMap(({ replay, what }) => [`  ${replay}`, ...wrapped(what, 4, 4, '    '), '']),
    ...wrapped(
      `sinkproof crash --seed ${seed}: ${counted(kills)} kills in ${spelledTime(seconds)}, ` +
        `${counted((kills * 60) / seconds)}/min; ${counted(restarts)} restarts; ` +
        `${counted(records)} records in ${counted(writes)} writes, ${counted(repeated)} records written more than once`,
      2,
      0,
    ),
    '',
    ...designRows(outcome),
    '',
    ...LEGEND,
    '',
    ...listed('killed at', outcome.killsByPlace),
    ...listed('faults', outcome.faults),
    ...listed('damaged checkpoints, each refused by name, then an older one chosen', damages),
    ...wrapped(`starts on a full disk (${diskFullHow}), each ended in words: ${counted(diskFull)}`, 2, 0),
  ]
}

/** Why the exit code is not 0; empty where it is. */
export function reasons({ isReplay, failures, designs, neverStruck, kills, asked }: CrashOutcome): string[] {
  const of = (verdict: DesignVerdict) => designs.filter((each) => each.verdict === verdict).map(({ design }) => design)
  const [unseen, untried] = [of('unseen'), of('not tried')]
  if (failures.length > 0) {
    const [rounds, they] = failures.length === 1 ? ['round', 'it'] : ['rounds', 'they']
    return [`${counted(failures.length)} ${rounds} ended otherwise than ${they} must`]
  }
  if (isReplay) return []
  return [
    ...(kills < asked ? [`${counted(kills)} kills of ${counted(asked)}: the time was up, or it was stopped`] : []),
    ...(unseen.length > 0 ? [`not seen to lose, which it can: ${unseen.join(', ')}. More kills would show it`] : []),
    ...(untried.length > 0 ? [`no round of ${untried.join(', ')}`] : []),
    ...neverStruck,
  ]
}

function designRows({ designs }: CrashOutcome): string[] {
  const table = new Table({
    head: ['', 'rounds', 'kills', 'records', 'again', 'lost', 'stale', ''],
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 1 },
    chars: PLAIN_TABLE,
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'left'],
  })
  for (const { design, rounds, kills, records, repeated, lost, stale, verdict } of designs)
    table.push([design, ...[rounds, kills, records, repeated, lost, stale].map(counted), VERDICTS[verdict]])
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
}

const listed = (what: string, of: Counts): string[] =>
  wrapped(
    `${what}: ${Object.entries(of)
      .map(([name, count]) => `${name}${TIED}${counted(count)}`)
      .join(', ')}`,
    2,
    0,
  )

function spelledTime(seconds: number): string {
  const whole = Math.round(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
