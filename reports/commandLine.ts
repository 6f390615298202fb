// Commands and their flags. Each command is loaded only when it is asked for: `--help` must not wait for a model.
// Read next: verify/command.ts (the main job), replay.ts, yardsticks.ts, run/command.ts, crash/command.ts,
// bench/command.ts.
import { CAC } from 'cac'
import { budgetMs, flag, positive, seedNumber, text } from './arguments.ts'
import { EXIT, UsageError } from './exit.ts'
import type { Io } from './io.ts'
import { VERSION } from './packageRoot.ts'

const HELP = `sinkproof: is my checkpointed sink correct?

usage: sinkproof [verify]      verify the sinks, show what breaks, how and why
         --json                the result as one JSON object on stdout
         --seed N              of the random schedules (default 1)
         --budget 60s          time for everything
         --deep                larger bounds too
         --out DIR             folder for run folders (default reports/out)
       sinkproof replay TRACE  run a trace file again, step by step
         --on WHERE            model, memory (default) or dynalite
         --diagram             as a space-time diagram too
       sinkproof yardsticks    models of known size: counts and rates
         --json                the same as JSON
       sinkproof vectors DIR   recordings of Flink, on runtime and model
         --json                the same as JSON
       sinkproof mutants       planted bugs against every method
         --only TEXT           rows whose id has it, with what was seen
         --seeds N             of random search (default 20), from --seed on
         --json --seed --budget
       sinkproof run           a file into DynamoDB; see sinkproof run --help
       sinkproof crash         kill -9 for real: that program and its store,
                               between them a proxy where faults happen
         --kills N             rounds begin until there were N (default 200)
         --design NAME         this one only
         --seed N, --budget 10m, --json
         --round N             one round again, as a failure prints it
       sinkproof bench [SUITE] what it costs, beside limits and peers
         --quick               smaller sizes, fewer rounds
         --save NAME           keep the figures (bench/results/NAME.json)
         --compare NAME        what changed since, on the same machine
         --json                the figures as JSON
       sinkproof help          this text
       sinkproof --version

exit:  0 as expected   1 a verdict differs from what was expected   2 usage
       3 budget used up without a verdict   4 internal error`

const BUDGET_MS = 120_000
const DEEP_BUDGET_MS = 1_600_000
const MUTANTS_BUDGET_MS = 600_000
const MUTANTS_SEEDS = 20
const CRASH_BUDGET_MS = 600_000
const CRASH_KILLS = 200

const COMMANDS = ['verify', 'replay', 'yardsticks', 'vectors', 'mutants', 'run', 'crash', 'bench', 'help']

/** Runs one command line and returns the exit code. */
export async function commandLine(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(argv, io)
  } catch (error) {
    if (!isUsage(error)) throw error
    io.err(`sinkproof: ${oneLine(error)}`)
    return EXIT.usage
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  const [first] = argv
  // `run` has flags of its own and reads them itself.
  if (first === 'run') return (await import('./run/command.ts')).runCommand(argv.slice(1), io)
  const command = first === undefined || first.startsWith('-') ? 'verify' : first
  if (command === 'help' || argv.some((each) => each === '--help' || each === '-h')) return print(HELP, io)
  if (argv.length === 1 && (first === '--version' || first === '-v')) return print(VERSION, io)
  if (!COMMANDS.includes(command))
    throw new UsageError(`no command "${command}"; there are ${COMMANDS.join(', ')} (sinkproof help says more)`)
  const { args, options } = parse(command, command === first ? argv.slice(1) : argv)
  if (command === 'replay') {
    const { replayCommand } = await import('./replay.ts')
    const diagram = flag(options, 'diagram')
    return replayCommand({ file: args[0] as string, on: text(options, 'on') ?? 'memory', diagram }, io)
  }
  if (command === 'yardsticks') {
    const { yardsticksCommand } = await import('./yardsticks.ts')
    return yardsticksCommand({ json: flag(options, 'json') }, io)
  }
  if (command === 'vectors') {
    const { vectorsCommand } = await import('./vectors/command.ts')
    return vectorsCommand({ folder: args[0] as string, json: flag(options, 'json') }, io)
  }
  if (command === 'mutants') {
    const { mutantsCommand } = await import('./mutants/command.ts')
    const seeds = seedNumber(options, 'seeds') ?? MUTANTS_SEEDS
    if (seeds < 1) throw new UsageError(`--seeds: expected 1 or more, got ${seeds}`)
    const mutants = {
      json: flag(options, 'json'),
      seed: seedNumber(options, 'seed') ?? 1,
      seeds,
      budgetMs: budgetMs(options, 'budget') ?? MUTANTS_BUDGET_MS,
      only: text(options, 'only') ?? null,
    }
    return mutantsCommand(mutants, io)
  }
  if (command === 'crash') {
    const crash = {
      json: flag(options, 'json'),
      seed: seedNumber(options, 'seed') ?? 1,
      kills: positive(options, 'kills') ?? CRASH_KILLS,
      budgetMs: budgetMs(options, 'budget') ?? CRASH_BUDGET_MS,
      design: text(options, 'design') ?? null,
      round: seedNumber(options, 'round') ?? null,
    }
    return (await import('./crash/command.ts')).crashCommand(crash, io)
  }
  if (command === 'bench') {
    const bench = {
      json: flag(options, 'json'),
      quick: flag(options, 'quick'),
      suite: args[0] ?? null,
      save: text(options, 'save') ?? null,
      compare: text(options, 'compare') ?? null,
    }
    return (await import('./bench/command.ts')).benchCommand(bench, io)
  }
  const verify = {
    json: flag(options, 'json'),
    deep: flag(options, 'deep'),
    seed: seedNumber(options, 'seed') ?? 1,
    budgetMs: budgetMs(options, 'budget') ?? (flag(options, 'deep') ? DEEP_BUDGET_MS : BUDGET_MS),
    out: text(options, 'out') ?? null,
  }
  return (await import('./verify/command.ts')).verifyCommand(verify, io)
}

/** cac knows the flags of each command, and refuses what it does not know. */
function parse(
  command: string,
  argv: readonly string[],
): { args: readonly string[]; options: Record<string, unknown> } {
  const cli = new CAC('sinkproof')
  cli
    .command('verify', '')
    .option('--json', '')
    .option('--seed <n>', '')
    .option('--budget <time>', '')
    .option('--deep', '')
    .option('--out <dir>', '')
  cli.command('replay <trace>', '').option('--on <where>', '').option('--diagram', '')
  cli.command('yardsticks', '').option('--json', '')
  cli.command('vectors <dir>', '').option('--json', '')
  cli
    .command('mutants', '')
    .option('--json', '')
    .option('--seed <n>', '')
    .option('--seeds <n>', '')
    .option('--budget <time>', '')
    .option('--only <text>', '')
  cli
    .command('crash', '')
    .option('--json', '')
    .option('--seed <n>', '')
    .option('--kills <n>', '')
    .option('--budget <time>', '')
    .option('--design <name>', '')
    .option('--round <n>', '')
  cli
    .command('bench [suite]', '')
    .option('--json', '')
    .option('--quick', '')
    .option('--save <name>', '')
    .option('--compare <name>', '')
  cli.parse(['node', 'sinkproof', command, ...argv], { run: false })
  const matched = cli.matchedCommand
  matched?.checkUnknownOptions()
  matched?.checkOptionValue()
  matched?.checkRequiredArgs()
  matched?.checkUnusedArgs()
  return { args: cli.args.map(String), options: cli.options }
}

function print(what: string, io: Io): number {
  io.out(what)
  return EXIT.asExpected
}

const USAGE_ERRORS: readonly string[] = ['UsageError', 'CACError', 'TraceFormatError', 'BaselineError']
const isUsage = (error: unknown): error is Error => error instanceof Error && USAGE_ERRORS.includes(error.name)
const oneLine = (error: Error): string => error.message.replace(/\s*\n\s*/g, ' ').replaceAll('`', '"')
