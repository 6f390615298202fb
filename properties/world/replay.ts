// Replays a trace: on the memory store, on dynalite under the real SDK client, or on the model alone. What each action
// changed must be what the file says, byte for byte; then the verdict is judged anew.
// Read next: trace.ts (the file), recordRun.ts.
import { Walker } from '../../model/kernel/index.ts'
import { checkBounds } from '../../model/pipeline/bounds.ts'
import { designNamed } from '../../model/pipeline/sinks/designs.ts'
import { pipelineSpec } from '../../model/pipeline/spec.ts'
import { GHOSTS } from '../../model/pipeline/variables.ts'
import { same } from './compare.ts'
import type { Readout } from './readout.ts'
import { ActionNotEnabledError, recordRun } from './recordRun.ts'
import { worldStore } from './store.ts'
import { type Trace, TraceFormatError } from './trace.ts'

export type ReplayTarget = 'model' | 'memory' | 'dynalite'

export interface ReplayResult {
  readonly on: ReplayTarget
  readonly actions: number
  /** Guarantees that fell in this run, with what was seen and after how many actions. */
  readonly violations: readonly { readonly guarantee: string; readonly step: number; readonly seen: string }[]
  /** The first action whose changes are not those of the file, or null. */
  readonly difference: {
    readonly step: number
    readonly action: string
    readonly expected: string
    readonly seen: string
  } | null
  /** Whether the file's verdict was reached again. */
  readonly confirmed: boolean
}

/** @throws TraceFormatError, ActionNotEnabledError: the file asks for what cannot be. */
export async function replay(trace: Trace, on: ReplayTarget): Promise<ReplayResult> {
  checkConfiguration(trace)
  const run = on === 'model' ? replayOnModel(trace) : await replayOnStore(trace, on)
  const difference = firstDifference(trace, run.changes)
  const guarantee = trace.verdict?.guarantee
  const reached =
    guarantee === undefined || trace.repeatsFrom !== null || run.violations.some((v) => v.guarantee === guarantee)
  return {
    on,
    actions: trace.actions.length,
    violations: run.violations,
    difference,
    confirmed: difference === null && reached && run.repeats,
  }
}

interface Replayed {
  readonly changes: readonly Readonly<Record<string, number | readonly number[]>>[]
  readonly violations: ReplayResult['violations']
  /** A lasso's state after its cycle is the one before it. True where there is no cycle. */
  readonly repeats: boolean
}

async function replayOnStore(trace: Trace, on: 'memory' | 'dynalite'): Promise<Replayed> {
  const names = trace.actions.map(({ action }) => action)
  const rounds = trace.repeatsFrom === null ? names : [...names, ...names.slice(trace.repeatsFrom)]
  const run = await recordRun({ ...trace.configuration, store: on }, rounds, await worldStore(on))
  const repeats = trace.repeatsFrom === null || run.states[trace.repeatsFrom] === run.states[names.length]
  return {
    changes: run.actions.slice(0, names.length).map(({ changes }) => changes),
    violations: run.violations,
    repeats,
  }
}

function replayOnModel(trace: Trace): Replayed {
  const { design, bounds, hashOrder } = trace.configuration
  const walker = new Walker(pipelineSpec(designNamed(design), bounds))
  walker.reset(Math.min(hashOrder, walker.roots - 1))
  const read = () => walker.dump() as unknown as Readout
  const ghosts: ReadonlySet<string> = new Set(GHOSTS)
  const changes: Record<string, number | readonly number[]>[] = []
  const violations: { guarantee: string; step: number; seen: string }[] = []
  const states = [JSON.stringify(read())]
  let before = read()
  for (const [at, { action }] of trace.actions.entries()) {
    const rule = walker.ruleNames.indexOf(action)
    if (rule < 0 || !walker.isEnabled(rule)) {
      const enabled = walker.enabled().map((each) => walker.ruleNames[each])
      throw new ActionNotEnabledError(
        `action ${at + 1}, ${action}, is not enabled; enabled are ${enabled.join(', ') || 'none'}`,
      )
    }
    const fell = [...walker.take(rule), ...walker.check()]
    for (const guarantee of fell) violations.push({ guarantee, step: at + 1, seen: 'reported by the model' })
    const after = read()
    changes.push(
      Object.fromEntries(
        Object.entries(after).filter(([name, value]) => !ghosts.has(name) && !same(before[name], value)),
      ),
    )
    states.push(JSON.stringify(after))
    before = after
  }
  const repeats = trace.repeatsFrom === null || states[trace.repeatsFrom] === states[trace.actions.length]
  return { changes, violations, repeats }
}

function firstDifference(trace: Trace, changes: Replayed['changes']): ReplayResult['difference'] {
  for (const [at, { action, changes: expected }] of trace.actions.entries()) {
    const seen = changes[at] ?? {}
    const names = new Set([...Object.keys(expected), ...Object.keys(seen)])
    for (const name of names)
      if (!same(expected[name], seen[name])) {
        const show = (value: unknown) => `${name} = ${value === undefined ? 'unchanged' : JSON.stringify(value)}`
        return { step: at + 1, action, expected: show(expected[name]), seen: show(seen[name]) }
      }
  }
  return null
}

function checkConfiguration({ configuration }: Trace): void {
  try {
    checkBounds(configuration.bounds)
    designNamed(configuration.design)
  } catch (error) {
    throw new TraceFormatError(`configuration: ${error instanceof Error ? error.message : error}`)
  }
}
