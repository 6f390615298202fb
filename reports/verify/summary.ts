// What surrounds the table: what was explored and executed, the list of counterexamples, how it ended.
// Read next: table.ts, claims.ts, command.ts (the order).
import { ACTIONS, FAULTS } from '../../model/pipeline/vocabulary.ts'
import type { NamedTrace, VerifyOutcome } from '../../properties/verify/result.ts'
import { amount, counted, secondsText } from '../numbers.ts'
import { guaranteeName } from './calledNames.ts'
import { TIED } from './names.ts'
import { wrapped } from './wrapped.ts'

export function headerLines({ result, replayed, witnesses, dynaliteWitnesses }: VerifyOutcome): string[] {
  const { version, seed, model, real } = result
  const share = (100 * real.transitionsExecuted) / Math.max(1, real.transitions)
  const rows: (readonly [string, string])[] = [
    [
      'model',
      `${counted(model.states)} states, ${counted(model.transitions)} transitions, depth ${model.depth}, ${
        model.exhausted ? 'exhaustive' : 'NOT exhausted'
      }, ${secondsText(model.seconds).replace(' ', TIED)}`,
    ],
    [
      'real sink',
      `${counted(real.transitionsExecuted)} of ${counted(real.transitions)} transitions executed (${percent(share)})`,
    ],
    [
      '',
      `${counted(real.schedules)} random schedules, ${amount(real.schedulesPerSecond)}/s; ${counted(real.dynaliteSchedules)} on dynalite`,
    ],
  ]
  if (model.wide.length > 0) rows.push(['', wideText(model.wide)])
  const listed = (of: VerifyOutcome['witnesses']) =>
    Object.entries(of)
      .sort(([a], [b]) => place(a) - place(b))
      .map(([name, count]) => `${name}${TIED}${amount(count).replace(' ', TIED)}`)
  const counts = listed(witnesses)
  const struck = listed(dynaliteWitnesses).filter((entry) => FAULTS.some(({ id }) => entry.startsWith(`${id}${TIED}`)))
  if (replayed > 0) rows.push(['corpus', `${counted(replayed)} earlier failures replayed first`])
  if (counts.length > 0) rows.push(['witnesses', `${counts.join(', ')} (in the random schedules)`])
  if (struck.length > 0) rows.push(['', `${struck.join(', ')} (of these on dynalite)`])
  return [
    `sinkproof ${version} verify, seed ${seed}`,
    ...rows.flatMap(([name, what]) => wrapped(what, 13, 13, `  ${name.padEnd(11)}`)),
  ]
}

/** What the larger searches came to; which was cut short, the evidence of its design says. */
function wideText(wide: VerifyOutcome['result']['model']['wide']): string {
  const states = wide.reduce((sum, search) => sum + search.states, 0)
  const cut = wide.filter(({ exhausted }) => !exhausted)
  const designs = [...new Set(cut.map(({ design }) => design))]
  const ended = cut.length === 0 ? 'all exhausted' : `${cut.length} cut short (${designs.join(', ')})`
  return `${wide.length} larger searches, reduced: ${amount(states)} states, ${ended}`
}

/** Actions as the vocabulary lists them, then fault classes. */
const NAMES: readonly string[] = [...ACTIONS.map(({ name }) => name), ...FAULTS.map(({ id }) => id)]
const place = (name: string): number => (NAMES.includes(name) ? NAMES.indexOf(name) : NAMES.length)

/** 100 % only where nothing is missing. */
const percent = (share: number): string => (share === 100 ? '100 %' : `${Math.min(share, 99.9).toFixed(1)} %`)

/** One line a counterexample, and the command that replays any of them. */
export function counterexampleLines({ traces, result }: VerifyOutcome, folder: string): string[] {
  if (traces.length === 0) return ['No counterexample.']
  const inTable = ({ file }: NamedTrace) => result.table.findIndex((row) => row.trace === file)
  const named = [...traces]
    .sort((a, b) => inTable(a) - inTable(b))
    .map(({ file, trace }) => ({
      file,
      guarantee: `${trace.verdict?.guarantee ?? ''} ${guaranteeName(trace.verdict?.guarantee ?? '')}`,
      faults: trace.verdict?.faults.join('+') || 'no fault',
      steps: trace.actions.length,
      forever: trace.repeatsFrom !== null,
    }))
  const width = Math.max(...named.map(({ file }) => file.length))
  return [
    'Counterexamples, each the shortest of its kind; to see one step by step:',
    `  npx sinkproof replay ${folder}/<file>`,
    '',
    ...named.map(
      ({ file, guarantee, faults, steps, forever }) =>
        `  ${file.padEnd(width)}  ${guarantee}, ${faults}, ${steps} step${steps === 1 ? '' : 's'}${forever ? ', for ever' : ''}`,
    ),
  ]
}

/** How many of them random search found without the model's help, and where those runs are. */
export function randomLines({ result, randomTraces }: VerifyOutcome): string[] {
  const fall = result.table.filter(({ trace, guarantee }) => trace !== null && guarantee.startsWith('S'))
  if (fall.length === 0) return []
  const missed = fall.filter(({ randomTrace }) => randomTrace === null).map((row) => `${row.design}-${row.guarantee}`)
  const share = missed.length === 0 ? `each of these ${fall.length}` : `${randomTraces.length} of these ${fall.length}`
  return [
    '',
    ...wrapped(
      `Random schedules of the real sink came upon ${share} (S) by themselves: <design>-<guarantee>-random.json.` +
        (missed.length === 0 ? '' : ` Not upon ${missed.join(', ')}.`),
      0,
      0,
    ),
  ]
}

const ENDS: Readonly<Record<number, string>> = {
  1: 'Not every verdict is as expected:',
  3: 'The budget was used up before every verdict was reached.',
  4: 'Something in this program is wrong: a run was not what it has to be.',
}

export function endLines({ result, surprises }: VerifyOutcome): string[] {
  const many = `${result.table.length} verdicts and ${result.claims.length} claims`
  return [
    result.exit === 0 ? `All ${many} are as expected.` : (ENDS[result.exit] ?? `Exit code ${result.exit}.`),
    ...surprises.flatMap((surprise) => wrapped(surprise, 4, 2, '  ')),
  ]
}
