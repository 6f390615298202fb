// More kills than a test has time for: every design, each killed at drawn events and started again until it is done,
// over and over, and a verdict a design from what its table holds.
//   node --import tsx properties/kill/campaign.ts [--kills 50] [--seed 1] [--design NAME] [--records 600]
// Exit code 1 where a table is wrong that no kill may harm, 3 where a lossy design lost nothing: too few kills to see it.
// Read next: killedRun.ts, kill.test.ts.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import seedrandom from 'seedrandom'
import { RUN_MOMENTS } from '../../impl/runtime/pipelineEvents.ts'
import { SINK_DESIGNS } from '../../impl/sinks/designs.ts'
import { tableDifference, writeInput } from './input.ts'
import { type RunFlags, startRun } from './killedRun.ts'
import { StoreProcess } from './store.ts'

/** Under kill -9 alone, unique keys, one request in flight a subtask: these lose and damage nothing. */
const EXPECTED_RIGHT = ['writeThrough', 'listStateBuffer', 'flushOnSnapshot', 'flushOnSnapshotKeyed']
/** A flush of one request is over before the checkpoint is: only one of many shows that nobody waited for it. */
const isSlowToFlush = (design: string) => design === 'flushNotAwaited'
/** Kills a run of the program gets before it is left to finish. */
const KILLS_A_RUN = 4

interface Verdict {
  readonly design: string
  runs: number
  kills: number
  wrongRuns: number
  missing: number
  stale: number
  /** The shortest list of kills after which the table was wrong. */
  example: string
}

interface CampaignOptions {
  readonly kills: number
  readonly seed: string
  readonly records: number
  readonly designs: readonly string[]
}

async function campaign({ kills, seed, records, designs }: CampaignOptions): Promise<readonly Verdict[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sinkproof-campaign-'))
  const verdicts = designs.map((design) => ({
    design,
    runs: 0,
    kills: 0,
    wrongRuns: 0,
    missing: 0,
    stale: 0,
    example: '',
  }))
  const runs = Math.ceil(kills / KILLS_A_RUN)
  const tables = designs.flatMap((design) => Array.from({ length: runs }, (_, run) => `${design}-${run}`))
  const store = await StoreProcess.start(tables)
  try {
    for (const verdict of verdicts) {
      for (let run = 0; run < runs; run++) {
        const left = Math.min(KILLS_A_RUN, kills - verdict.kills)
        const random = seedrandom(`${seed}/${verdict.design}/${run}`)
        await oneRun(verdict, { store, folder, records, random, kills: left, name: `${verdict.design}-${run}` })
      }
      console.log(line(verdict))
    }
  } finally {
    await store.stop()
    rmSync(folder, { recursive: true })
  }
  return verdicts
}

interface OneRun {
  readonly store: StoreProcess
  readonly folder: string
  readonly records: number
  readonly random: seedrandom.PRNG
  readonly kills: number
  readonly name: string
}

async function oneRun(verdict: Verdict, { store, folder, records, random, kills, name }: OneRun): Promise<void> {
  const pick = (from: number, to: number) => from + Math.floor(random() * (to - from + 1))
  const slow = isSlowToFlush(verdict.design)
  const input = writeInput(join(folder, `${name}.csv`), records, slow ? 'blocks' : 'unique', name)
  const flags: RunFlags = {
    input: input.path,
    table: name,
    endpoint: store.url,
    checkpoints: join(folder, name),
    design: verdict.design,
    checkpointEvery: slow ? 24 : pick(10, 60),
    parallelism: slow ? 1 : pick(1, 2),
  }
  const done: string[] = []
  while (done.length < kills) {
    const event = RUN_MOMENTS[pick(0, RUN_MOMENTS.length - 1)] ?? 'request'
    const kill = `${event}:${pick(1, event === 'request' || event === 'answer' ? 8 : 3)}`
    const end = await startRun(flags, kill)
    if (end.signal === 'SIGKILL') {
      done.push(kill)
      process.stderr.write(`${name}: killed at ${kill}\n`)
    } else if (end.code === 0) break
    else throw new Error(`${name} ended with code ${end.code} after ${kill}: ${end.stderr}`)
  }
  const last = await startRun(flags)
  if (last.code !== 0) throw new Error(`${name} ended with code ${last.code}: ${last.stderr}`)
  const { missing, stale, foreign } = tableDifference(input.table, await store.rows(name))
  verdict.runs += 1
  verdict.kills += done.length
  verdict.missing += missing.length
  verdict.stale += stale.length + foreign.length
  if (missing.length + stale.length + foreign.length === 0) return
  verdict.wrongRuns += 1
  const example = `${done.join(' ')}, checkpoint every ${flags.checkpointEvery}, parallelism ${flags.parallelism}`
  if (verdict.example === '' || example.length < verdict.example.length) verdict.example = example
}

const isRight = ({ wrongRuns }: Verdict) => wrongRuns === 0
const isExpectedRight = ({ design }: Verdict) => EXPECTED_RIGHT.includes(design)
const surprise = (verdict: Verdict): string => {
  if (isRight(verdict) === isExpectedRight(verdict)) return ''
  return isRight(verdict) ? '  (it can lose: more kills would show it)' : '  NOT AS EXPECTED'
}

const line = (verdict: Verdict): string =>
  `${verdict.design.padEnd(22)} ${String(verdict.kills).padStart(4)} kills in ${String(verdict.runs).padStart(3)} runs  ` +
  (isRight(verdict)
    ? 'every table exactly right'
    : `${verdict.wrongRuns} tables wrong: ${verdict.missing} rows missing, ${verdict.stale} not the newest; e.g. ${verdict.example}`) +
  surprise(verdict)

function count(name: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text)
  return refuse(`--${name}: expected a whole number of 1 or more, got ${JSON.stringify(text)}`)
}

function known(design: string): string {
  const names = SINK_DESIGNS.map(({ name }) => name)
  return names.includes(design) ? design : refuse(`--design: no sink design "${design}"; there are ${names.join(', ')}`)
}

function refuse(message: string): never {
  console.error(message)
  process.exit(2)
}

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '12' },
    seed: { type: 'string', default: '1' },
    records: { type: 'string', default: '600' },
    design: { type: 'string', multiple: true, default: SINK_DESIGNS.map(({ name }) => name) },
  },
})
const verdicts = await campaign({
  kills: count('kills', values.kills),
  seed: values.seed,
  records: count('records', values.records),
  designs: values.design.map(known),
})
const broken = verdicts.some((verdict) => isExpectedRight(verdict) && !isRight(verdict))
const unseen = verdicts.some((verdict) => !isExpectedRight(verdict) && isRight(verdict))
process.exitCode = broken ? 1 : unseen ? 3 : 0
