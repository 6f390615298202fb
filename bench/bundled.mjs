#!/usr/bin/env node
// Runs a benchmark the way the program runs: bundled. A loader that keeps function names costs the world half its rate.
import { mkdtempSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [entry, ...rest] = process.argv.slice(2)
if (entry === undefined) {
  console.error('usage: node bench/bundled.mjs FILE.ts [arguments]')
  process.exit(2)
}
const folder = mkdtempSync(join(root, 'node_modules', '.bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const outfile = join(folder, 'main.mjs')
await build({
  entryPoints: [resolve(entry)],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
})
process.argv = [process.argv[0] ?? 'node', entry, ...rest]
process.env.SINKPROOF_ROOT = root
await import(pathToFileURL(outfile).href)
