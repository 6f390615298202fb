// SPIN, the reference among explicit-state checkers, exact, on the barrier yardstick: depth first, which is its fastest,
// and breadth first, which finds shortest counterexamples as the kernel does. Read next: promela.ts.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BarrierBounds, BOUNDS_L, BOUNDS_M } from '../../model/yardsticks/index.ts'
import { type Engine, type EngineRun, isInstalled, output, type Peer } from './engine.ts'
import { promela } from './promela.ts'

const BOUNDS: Readonly<Record<string, BarrierBounds>> = { 'barrier-M': BOUNDS_M, 'barrier-L': BOUNDS_L }

const COMPILE = ['-O2', '-DSAFETY', '-DNOREDUCE']
const RUN = ['-m100000', '-w22']

interface Mode {
  readonly name: string
  readonly flags: readonly string[]
  readonly model: (text: string) => string
}

const MODES: readonly Mode[] = [
  { name: 'SPIN depth-first', flags: [], model: (text) => text },
  // Its breadth-first search refuses hidden variables; this one is zero between steps.
  { name: 'SPIN breadth-first', flags: ['-DBFS'], model: (text) => text.replaceAll('hidden ', '') },
]

export const spin: Peer = {
  name: 'SPIN',
  async missing() {
    const tools = { spin: '-V', gcc: '--version' }
    for (const [tool, argument] of Object.entries(tools))
      if (!(await isInstalled(tool, argument))) return `no ${tool}: bench/peers/install.sh spin`
    return null
  },
  async engines(models, folder) {
    const engines: Engine[] = []
    for (const model of models) {
      const bounds = BOUNDS[model]
      if (bounds === undefined) continue
      for (const mode of MODES) engines.push(await engine(model, bounds, mode, folder))
    }
    return engines
  },
}

async function engine(model: string, bounds: BarrierBounds, mode: Mode, folder: string): Promise<Engine> {
  const own = join(folder, `${model}-${mode.flags.length === 0 ? 'dfs' : 'bfs'}`)
  mkdirSync(own)
  writeFileSync(join(own, 'model.pml'), mode.model(promela(bounds)))
  await output('spin', ['-a', 'model.pml'], own)
  await output('gcc', [...COMPILE, ...mode.flags, '-o', 'pan', 'pan.c'], own)
  return {
    name: mode.name,
    model,
    threads: 1,
    run: async () => parsed(await output(join(own, 'pan'), RUN, own)),
  }
}

/** SPIN counts the initial state as one transition more. @throws Error where it found an error or says something else. */
export function parsed(text: string): EngineRun {
  const number = (pattern: RegExp, what: string): number => {
    const found = pattern.exec(text)?.[1]
    if (found === undefined) throw new Error(`SPIN: expected a line with ${what}, got:\n${text}`)
    return Number(found)
  }
  if (/errors: [1-9]/.test(text)) throw new Error(`SPIN: expected no error in this model, got:\n${text}`)
  return {
    states: number(/(\d+) states, stored/, 'the states stored'),
    transitions: number(/(\d+) transitions/, 'the transitions') - 1,
    seconds: number(/elapsed time ([\d.]+) seconds/, 'the elapsed time'),
    peakBytes: Math.round(number(/([\d.]+)\s+total actual memory usage/, 'the memory used') * 2 ** 20),
  }
}
