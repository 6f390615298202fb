// Stateright, a checker in Rust, in two versions (the newer is slower on these models) and two styles: as its own
// examples are written, and flattened by hand. The flat ones run the large models, the others those a quarter as large.
// Read next: stateright/src/main.rs, install.sh.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type EngineRun, output, type Peer } from './engine.ts'

const VERSIONS = ['0.30.2', '0.31.0']

/** Flat ones on one thread and on two; the others are many times slower: on one, and on smaller models. */
const ROWS = [
  { style: 'flat', threads: [1, 2], models: ['barrier-M', 'barrier-L', 'tpc7', 'tpc8'] },
  { style: 'idiomatic', threads: [1], models: ['barrier-M', 'tpc7'] },
] as const

export const stateright = (root: string): readonly Peer[] =>
  VERSIONS.map((version) => {
    const program = join(root, 'bench', 'peers', 'installed', `stateright-${version}`, 'release', 'stateright-peer')
    return {
      name: `Stateright ${version}`,
      missing: async () => (existsSync(program) ? null : 'not built: bench/peers/install.sh stateright (needs cargo)'),
      engines: async (models) =>
        ROWS.flatMap(({ style, threads, models: own }) =>
          models
            .filter((model) => (own as readonly string[]).includes(model))
            .flatMap((model) =>
              threads.map((count) => ({
                name: `Stateright ${version} ${style}`,
                model,
                threads: count,
                run: async () => searched(await output(program, [model, style, String(count)]), count),
              })),
            ),
        ),
    }
  })

/** With two threads its depth is not that of a level-by-level search. */
function searched(text: string, threads: number): EngineRun {
  const { violated, depth, ...run } = JSON.parse(text) as EngineRun & { violated: readonly string[] }
  if (violated.length > 0)
    throw new Error(`Stateright: expected no violation in this model, got ${violated.join(', ')}`)
  return threads > 1 || depth === undefined ? run : { ...run, depth }
}
