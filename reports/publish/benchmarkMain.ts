// `npm run publish:benchmark`: makes reports/published/benchmark.md, .html and .json of the saved runs. It measures nothing:
// `sinkproof bench SUITE --save published-SUITE` does, on a machine that has nothing else to do.
// Read next: ../benchmark/figures.ts.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SUITES } from '../../bench/suites/index.ts'
import { readSuites } from '../benchmark/figures.ts'
import { benchmarkMarkdown } from '../benchmark/markdown.ts'
import { benchmarkPage } from '../benchmark/page.ts'
import { PACKAGE_ROOT } from '../packageRoot.ts'

const folder = join(PACKAGE_ROOT, 'bench', 'results')
const suites = readSuites(folder, SUITES)
const write = (name: string, text: string) => writeFileSync(join(PACKAGE_ROOT, 'reports', 'published', name), text)
write('benchmark.md', benchmarkMarkdown(suites))
write('benchmark.html', benchmarkPage(suites))
write(
  'benchmark.json',
  `${JSON.stringify(Object.fromEntries(suites.map(({ suite, run }) => [suite, run])), null, 1)}\n`,
)
for (const { suite, run } of suites) if (run === null) console.error(`${suite}: not measured`)
