// `npm run publish:mutants`: hunts every mutant with every method, 20 seeds of random search (about five minutes on two
// cores), and writes reports/published/mutants.md. Exit code as of `sinkproof mutants`.
// Read next: mutants.ts.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { huntAll, RUNS } from '../../properties/mutants/huntAll.ts'
import { MUTANTS } from '../../properties/mutants/rows.ts'
import { exitCode } from '../mutants/command.ts'
import { PACKAGE_ROOT } from '../packageRoot.ts'
import { madeAt } from './madeAt.ts'
import { mutantsMarkdown } from './mutants.ts'

const SEED = 1
const NEVER_CUT_SHORT_MS = 3_600_000

const matrix = await huntAll({
  ...RUNS,
  mutants: MUTANTS,
  seed: SEED,
  seeds: 20,
  budgetMs: NEVER_CUT_SHORT_MS,
  vectors: join(PACKAGE_ROOT, 'properties', 'vectors', 'flink'),
  clock: () => performance.now(),
  onMutant: (done, total) => {
    if (done % 10 === 0) console.error(`${done} of ${total} rows`)
  },
})
const folder = join(PACKAGE_ROOT, 'reports', 'published')
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'mutants.md'), mutantsMarkdown(matrix, SEED, madeAt(new Date())))
process.exit(exitCode(matrix, null))
