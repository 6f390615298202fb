// The benchmark as Markdown, to be committed: the three answers, the parts of a write, what clients do in trouble, what the
// figures say, every figure with its spread. Read next: page.ts (the same with charts), ../publish/benchmarkMain.ts.
import { line } from '../publish/markdownLine.ts'
import { answers } from './answers.ts'
import { type Budget, budgets, shareText } from './budget.ts'
import { factsOf } from './facts.ts'
import { figure, type PublishedSuite, parametersText } from './figures.ts'

export function benchmarkMarkdown(suites: readonly PublishedSuite[]): string {
  return [
    '# What it costs',
    '',
    'Written by `npm run publish:benchmark` from saved runs; with charts: [benchmark.html](benchmark.html).',
    '',
    ...answers(suites).flatMap(({ question, text }) => [`**${question}** ${text}`, '']),
    ...budgets(suites).flatMap(budgetLines),
    ...suites.flatMap(suiteLines),
  ].join('\n')
}

export const budgetCaption = ({ transport, whole }: Budget): string =>
  `Where the ${figure(whole)} us of a record go, ${transport === 'sdk' ? 'through the SDK' : 'on the fast transport'}`

const budgetLines = (budget: Budget): string[] => [
  `${budgetCaption(budget)}:`,
  '',
  line(['part', 'us a record', 'share']),
  line(['---', '--:', '--:']),
  ...budget.parts.map(({ part, micros, share }) => line([part, figure(micros), shareText(share)])),
  '',
]

/** Where and when, and whether anything else ran. */
export function measuredAt({ run }: PublishedSuite): string {
  if (run === null) return 'Not measured.'
  const { machine, node, date, commit } = run
  const quiet =
    machine.disturbed.length === 0 ? 'undisturbed' : `DISTURBED, not to be quoted: ${machine.disturbed.join('; ')}`
  return `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, load ${machine.load}; Node ${node}; ${date}; commit ${commit}; ${quiet}.`
}

function suiteLines(published: PublishedSuite): string[] {
  const { suite, measures, run } = published
  const head = [`## ${suite}: ${measures}`, '', measuredAt(published), '']
  if (run === null) return head
  const said = run.said.flatMap(({ lines }) => lines.map((sentence) => `- ${sentence}`))
  return [
    ...head,
    ...factsLines(published),
    ...said,
    '',
    line(['case', 'parameters', 'median', 'half of all', 'p99', 'unit', 'records/s']),
    line(['---', '---', '--:', '--:', '--:', '---', '--:']),
    ...run.results.map(({ name, parameters, median, spread, p99, unit, recordsPerSecond }) =>
      line([
        name,
        parametersText(parameters),
        figure(median),
        `${figure(spread[0])}-${figure(spread[1])}`,
        figure(p99),
        unit,
        Math.round(recordsPerSecond).toLocaleString('en'),
      ]),
    ),
    '',
  ]
}

function factsLines(published: PublishedSuite): string[] {
  const facts = factsOf(published)
  if (facts === null) return []
  return [
    `${facts.caption}:`,
    '',
    line(['client', ...facts.columns]),
    line(['---', ...facts.columns.map(() => '---')]),
    ...facts.rows.map(({ name, cells }) => line([name, ...cells])),
    '',
  ]
}
