// TLC, the checker of TLA+: an interpreter of a much richer language, so measured once and on smaller models. Its time is
// that of its process, start of the virtual machine included. Read next: tla/Barrier.tla, install.sh.
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BarrierBounds, BOUNDS_M } from '../../model/yardsticks/index.ts'
import { type Engine, type EngineRun, isInstalled, output, type Peer } from './engine.ts'

interface TlaModel {
  readonly module: string
  readonly configuration: string
}

const MODELS: Readonly<Record<string, TlaModel>> = {
  'barrier-M': { module: 'Barrier', configuration: barrierConfiguration(BOUNDS_M) },
  tpc7: {
    module: 'TwoPhase',
    configuration: 'CONSTANT RM = {r1, r2, r3, r4, r5, r6, r7}\nSPECIFICATION Spec\nINVARIANT Consistent\n',
  },
}

function barrierConfiguration({ sources, records, keys, checkpoints, crashes, capacity }: BarrierBounds): string {
  const room = Math.min(capacity, records + checkpoints)
  return `CONSTANTS Sources = ${sources} Records = ${records} Keys = ${keys} Checkpoints = ${checkpoints} Crashes = ${crashes} Capacity = ${room}
SPECIFICATION Spec
INVARIANTS Durable Accounted Ids Exact
`
}

export const tlc = (root: string): Peer => {
  const jar = join(root, 'bench', 'peers', 'installed', 'tlc.jar')
  return {
    name: 'TLC',
    async missing() {
      if (!(await isInstalled('java', '-version'))) return 'no java: apt-get install default-jre-headless'
      return existsSync(jar) ? null : 'not built: bench/peers/install.sh tlc CLONE (of tlaplus/tlaplus)'
    },
    async engines(models, folder) {
      const named = models.flatMap((model): [string, TlaModel][] => {
        const found = MODELS[model]
        return found === undefined ? [] : [[model, found]]
      })
      return named.flatMap(([model, row]) => [1, 2].map((threads) => engine(root, jar, folder, model, row, threads)))
    },
  }
}

function engine(
  root: string,
  jar: string,
  folder: string,
  model: string,
  { module, configuration }: TlaModel,
  threads: number,
): Engine {
  const own = join(folder, `tlc-${model}-${threads}`)
  mkdirSync(own)
  copyFileSync(join(root, 'bench', 'peers', 'tla', `${module}.tla`), join(own, `${module}.tla`))
  writeFileSync(join(own, `${module}.cfg`), configuration)
  const args = [
    '-XX:+UseParallelGC',
    '-Xmx4g',
    '-cp',
    jar,
    'tlc2.TLC',
    '-deadlock',
    '-workers',
    String(threads),
    module,
  ]
  const run = async () => {
    const began = performance.now()
    const text = await output('java', args, own)
    return parsed(text, threads, (performance.now() - began) / 1000)
  }
  return { name: 'TLC', model, threads, once: true, run }
}

/** TLC counts the initial state as one transition and one level more; with two workers its depth is not exact. */
export function parsed(text: string, threads: number, seconds: number): EngineRun {
  const counts = /([\d,]+) states generated, ([\d,]+) distinct states found, 0 states left on queue/.exec(text)
  const depth = /depth of the complete state graph search is (\d+)/.exec(text)?.[1]
  if (counts === null || depth === undefined || !/No error has been found/.test(text))
    throw new Error(`TLC: expected a complete search without an error, got:\n${text.split('\n').slice(-8).join('\n')}`)
  const number = (digits: string | undefined): number => Number(digits?.replaceAll(',', ''))
  const run = { states: number(counts[2]), transitions: number(counts[1]) - 1, seconds, peakBytes: 0 }
  return threads > 1 ? run : { ...run, depth: Number(depth) - 1 }
}
