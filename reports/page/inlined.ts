// The page's style and script as text: the script's few files bundled into one that can still be read. The policy names
// both by their hashes, so nothing else runs, and nothing is ever fetched.
// Read next: report.ts.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { PACKAGE_ROOT } from '../packageRoot.ts'
import type { Inlined } from './report.ts'

export function inlined(): Inlined {
  const folder = join(PACKAGE_ROOT, 'reports', 'page')
  const style = `\n${readFileSync(join(folder, 'style.css'), 'utf8')}`
  const { outputFiles } = buildSync({
    absWorkingDir: PACKAGE_ROOT,
    entryPoints: [join(folder, 'browser', 'main.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'error',
  })
  const script = `\n${outputFiles[0]?.text ?? ''}`
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const policy = `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; img-src data:; base-uri 'none'; form-action 'none'`
  return { style, script, policy }
}
