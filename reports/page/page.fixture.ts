// An outcome whose counterexamples are those of the corpus, each the verdict of a cell: deaths, failovers, a run that
// repeats for ever, one that breaks nothing. What the page is tested on. Read next: report.test.ts, browser/page.browser.ts.
import { join } from 'node:path'
import type { TableRow, VerifyOutcome } from '../../properties/verify/result.ts'
import { readCorpus } from '../../properties/world/corpus.ts'
import { PACKAGE_ROOT } from '../packageRoot.ts'
import { outcomeFixture } from '../verify/outcome.fixture.ts'

export function pageFixture(): VerifyOutcome {
  const outcome = outcomeFixture()
  const traces = readCorpus(join(PACKAGE_ROOT, 'properties', 'world', 'corpus')).map(({ name, trace }) => ({
    file: name,
    trace,
  }))
  const rows = traces.flatMap(({ file, trace }): TableRow[] =>
    trace.verdict === null
      ? []
      : [
          {
            design: trace.configuration.design,
            guarantee: trace.verdict.guarantee,
            workload: 'upsert',
            verdict: 'falls',
            faults: [trace.verdict.faults],
            how: [{ method: 'exhaustive', count: 1_234, bounds: 'S=1 N=2' }],
            steps: trace.actions.length,
            randomTrace: null,
            trace: file,
          },
        ],
  )
  const append: TableRow = {
    design: 'listStateBuffer',
    guarantee: 'S3',
    workload: 'append',
    verdict: 'holds',
    faults: [['F2d']],
    how: [{ method: 'exhaustive', count: 99, bounds: 'S=1 N=2 append' }],
    steps: null,
    trace: null,
    randomTrace: null,
  }
  const others = outcome.result.table
    .filter((row) => !rows.some(({ design, guarantee }) => row.design === design && row.guarantee === guarantee))
    .map((row) => ({ ...row, trace: null }))
  return { ...outcome, result: { ...outcome.result, table: [...others, ...rows, append] }, traces }
}
