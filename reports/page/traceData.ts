// What the page's script is handed of each trace: texts only, made where the page is written.
// Read next: browser/viewer.ts (shows it), traceSection.ts (makes it).

export interface TraceStep {
  readonly action: string
  readonly words: string
  readonly fault: string | null
  /** Variables that this step changed, with what they hold now; empty for nothing. */
  readonly changes: Readonly<Record<string, string>>
}

export interface TraceData {
  readonly start: Readonly<Record<string, string>>
  readonly steps: readonly TraceStep[]
}

export interface Change {
  readonly name: string
  readonly before: string
  readonly after: string
}

/** State after a number of steps; 0 is the start. */
export function stateAfter({ start, steps }: TraceData, step: number): Record<string, string> {
  const state: Record<string, string> = { ...start }
  for (const { changes } of steps.slice(0, step)) Object.assign(state, changes)
  return state
}

export function difference(data: TraceData, step: number): Change[] {
  const before = stateAfter(data, step - 1)
  return Object.entries(data.steps[step - 1]?.changes ?? {}).map(([name, after]) => ({
    name,
    before: before[name] ?? '',
    after,
  }))
}
