// The two programs of a campaign, bundled once: started from their sources each start would cost three times as much, and
// there are hundreds. The bundle is also where a bug can be planted: the text of a module replaced, its file untouched.
// Read next: plantedBugs.ts, ../kill/killedRun.ts.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build, type Plugin } from 'esbuild'
import type { PlantedBug } from './plantedBugs.ts'

/** Node's arguments that start each. */
export interface Programs {
  readonly run: readonly string[]
  readonly store: readonly string[]
  remove(): void
}

/** `root`: the package's folder. */
export async function bundlePrograms(root: string, bug: PlantedBug | null): Promise<Programs> {
  // Inside of node_modules, where the bundle finds its packages.
  const cache = join(root, 'node_modules', '.cache', 'sinkproof')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(realpathSync(cache), 'crash-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  await build({
    absWorkingDir: root,
    entryPoints: { run: 'reports/run/main.ts', store: 'impl/store/dynaliteServer.ts' },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'silent',
    plugins: bug === null ? [] : [planted(root, bug)],
  }).catch((error: unknown) => {
    remove()
    throw error
  })
  return {
    run: [join(folder, 'run.mjs')],
    store: [join(folder, 'store.mjs')],
    remove,
  }
}

/** Throws where a place of the bug is not found exactly once: it would be no bug. */
function planted(root: string, { name, module, replace }: PlantedBug): Plugin {
  return {
    name,
    setup: ({ onLoad }) => {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (relative(root, path) !== module) return null
        let contents = readFileSync(path, 'utf8')
        for (const [from, to] of replace) {
          const found = contents.split(from).length - 1
          if (found !== 1) throw new Error(`${name}: expected ${JSON.stringify(from)} once in ${module}, got ${found}`)
          contents = contents.replace(from, () => to)
        }
        return { contents, loader: 'ts' }
      })
    },
  }
}
