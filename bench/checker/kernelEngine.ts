// The kernel as an engine beside its peers: bundled once, as the program itself is, and started anew for every search.
// Read next: searchRun.ts, ../peers/engine.ts.
import { join } from 'node:path'
import { build } from 'esbuild'
import { type Engine, type EngineRun, output } from '../peers/engine.ts'

export const KERNEL = 'kernel'

/** One engine for each model and number of threads. */
export async function kernelEngines(
  root: string,
  folder: string,
  models: readonly string[],
  threads: readonly number[],
): Promise<readonly Engine[]> {
  const outfile = join(folder, 'searchRun.mjs')
  await build({
    absWorkingDir: root,
    entryPoints: ['bench/checker/searchRun.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  })
  return models.flatMap((model) =>
    threads.map((count) => ({
      name: KERNEL,
      model,
      threads: count,
      run: async () => JSON.parse(await output(process.execPath, [outfile, model, String(count)])) as EngineRun,
    })),
  )
}
