#!/usr/bin/env -S node --max-inlined-bytecode-size-cumulative=300 --interrupt-budget=500000
// `sinkproof`: bundles the TypeScript sources (a third of a second) and runs them. Not run through a loader: loaders keep
// function names with a call per closure, which halves the rate of the world. Works from any folder, and for several
// processes at once: a bundle is written under the hash of its contents and renamed into place. A verification
// compiles the closures of some hundred specs, each for a second of work: optimised later and inlined less, it needs a
// fifth less time on two cores.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const cache = join(root, 'node_modules', '.cache', 'sinkproof')

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: {
    main: 'reports/main.ts',
    realThread: 'properties/verify/realThread.ts',
    wideThread: 'properties/verify/wideThread.ts',
  },
  outdir: cache,
  bundle: true,
  splitting: true,
  write: false,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'error',
})
const hash = createHash('sha256')
for (const { contents } of outputFiles) hash.update(contents)
const folder = join(cache, hash.digest('hex').slice(0, 16))
if (!existsSync(folder)) {
  mkdirSync(cache, { recursive: true })
  const temporary = mkdtempSync(join(cache, 'new-'))
  for (const { path, contents } of outputFiles) writeFileSync(join(temporary, basename(path)), contents)
  try {
    renameSync(temporary, folder)
  } catch {
    // Another process was faster with the same bundle.
    rmSync(temporary, { recursive: true, force: true })
  }
}
await import(pathToFileURL(join(folder, 'main.js')).href)
