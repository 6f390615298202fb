// `npm run publish:table`: verifies at the published bounds and writes reports/published/table.md. Exit 1 where a verdict
// is not the expected one; the file is written all the same, so that the difference can be seen.
// Read next: table.ts, bounds.ts.
import { mkdirSync, writeFileSync } from 'node:fs'
import { verify } from '../../properties/verify/verify.ts'
import { VERSION } from '../packageRoot.ts'
import { PUBLISHED_BOUNDS, PUBLISHED_SEED } from './bounds.ts'
import { madeAt } from './madeAt.ts'
import { tableMarkdown } from './table.ts'

const NEVER_CUT_SHORT_MS = 3_600_000

const { result, surprises } = await verify(
  { seed: PUBLISHED_SEED, budgetMs: NEVER_CUT_SHORT_MS, deep: false },
  { bounds: PUBLISHED_BOUNDS, version: VERSION },
)
const folder = new URL('../published/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('table.md', folder), tableMarkdown(result, madeAt(new Date())))
for (const surprise of surprises) console.error(surprise)
process.exitCode = result.exit
