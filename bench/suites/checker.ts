// Suite checker: whole searches of models whose counts are known, by the kernel on one thread and on two and by the peers
// that are installed, each in a process of its own. An engine that counts otherwise has no rate: the suite fails. A peer
// that is not there is named. Read next: ../checker/models.ts, ../peers/engine.ts, checkerSummary.ts.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kernelEngines } from '../checker/kernelEngine.ts'
import { type Counts, modelNamed } from '../checker/models.ts'
import type { BenchCase, Work } from '../method/benchCase.ts'
import type { RoundOptions } from '../method/rounds.ts'
import type { Engine, EngineRun, Peer } from '../peers/engine.ts'
import { spin } from '../peers/spin.ts'
import { stateright } from '../peers/stateright.ts'
import { tlc } from '../peers/tlc.ts'
import type { OpenSuite } from './index.ts'

export interface CheckerSizes {
  readonly models: readonly string[]
  /** Names of peers that are left out because they take too long for this size. */
  readonly without: readonly string[]
}

export const FULL: CheckerSizes = {
  models: ['barrier-M', 'barrier-L', 'tpc7', 'tpc8', 'pipeline-M', 'pipeline-L'],
  without: [],
}
export const QUICK: CheckerSizes = { models: ['barrier-M', 'tpc7', 'pipeline-M'], without: ['TLC'] }
export const TINY: CheckerSizes = { models: ['tpc4', 'pipeline-S'], without: ['SPIN', 'Stateright', 'TLC'] }

/** A process warms up within its search, as it does for whoever waits for it. */
const COLD = { warmUpCalls: 0, warmUpMs: 0, repeats: 0 } satisfies Partial<RoundOptions>
export const ROUNDS = {
  full: { ...COLD, rounds: 7, budgetMs: 420_000 },
  quick: { ...COLD, rounds: 3, budgetMs: 45_000 },
  tiny: { ...COLD, rounds: 1 },
}

export async function openChecker(sizes: CheckerSizes, root: string): Promise<OpenSuite> {
  const folder = mkdtempSync(join(tmpdir(), 'sinkproof-checker-'))
  const close = async () => rmSync(folder, { recursive: true, force: true })
  try {
    const engines = [...(await kernelEngines(root, folder, sizes.models, [1, 2]))]
    const absent: string[] = []
    for (const peer of [spin, ...stateright(root), tlc(root)] satisfies Peer[]) {
      const why = sizes.without.some((name) => peer.name.startsWith(name))
        ? 'left out of this size'
        : await peer.missing()
      if (why === null) engines.push(...(await peer.engines(sizes.models, folder)))
      else absent.push(`${peer.name} was not measured: ${why}`)
    }
    const counts = await expectedCounts(engines)
    const cases = engines.map((engine) => searchCase(engine, counts.get(engine.model) as Counts))
    return { cases, facts: async () => absent, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The known ones; where there are none, those of the first engine, which is the kernel on one thread. */
async function expectedCounts(engines: readonly Engine[]): Promise<ReadonlyMap<string, Counts>> {
  const counts = new Map<string, Counts>()
  for (const engine of engines) {
    if (counts.has(engine.model)) continue
    const { expected } = modelNamed(engine.model)
    if (expected !== null) counts.set(engine.model, expected)
    else {
      const { states, transitions, depth = -1 } = await engine.run()
      counts.set(engine.model, { states, transitions, depth })
    }
  }
  return counts
}

function searchCase(engine: Engine, expected: Counts): BenchCase {
  const { states, transitions } = expected
  let last: EngineRun | undefined
  return {
    suite: 'checker',
    name: engine.name,
    parameters: { model: engine.model, threads: engine.threads },
    records: states,
    unit: 'ns/state',
    calls: 1,
    ...(engine.once === true ? { once: true } : {}),
    work: { states, transitions },
    expected: states,
    call: async () => {
      last = await engine.run()
      checkCounts(engine, expected, last)
      return { answer: last.states, ms: last.seconds * 1000 }
    },
    measureWork: () => memory(last as EngineRun),
  }
}

/** @throws Error where they differ: two different searches have no ratio. */
export function checkCounts({ name, model }: Pick<Engine, 'name' | 'model'>, expected: Counts, run: EngineRun): void {
  const said = ({ states, transitions, depth }: Omit<Counts, 'depth'> & { depth?: number }) =>
    `${states} states, ${transitions} transitions${depth === undefined ? '' : `, depth ${depth}`}`
  const known = said(run.depth === undefined ? { ...expected, depth: undefined as never } : expected)
  const got = said(run)
  if (got !== known) throw new Error(`${name} on ${model}: expected ${known}, got ${got}: another search has no rate`)
}

const memory = ({ states, peakBytes, bytesPerState }: EngineRun): Work => ({
  ...(peakBytes === 0 ? {} : { processBytesPerState: Math.round(peakBytes / states) }),
  ...(bytesPerState === undefined ? {} : { tableBytesPerState: Math.round(bytesPerState * 10) / 10 }),
})
