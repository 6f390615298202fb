// What the address says after its `#`: a place in the page, or the chosen counterexample, its step, and the filters, e.g.
// `#trace=hashSetTransient-S7&step=11&guarantee=S7`. Anything else is left alone. Pure, so that Node can test it.
// Read next: browser/main.ts.

export const FILTERS = ['design', 'guarantee', 'workload', 'fault', 'verdict'] as const
export type Filter = (typeof FILTERS)[number]
export type Filters = Readonly<Partial<Record<Filter, string>>>

export interface Address {
  readonly trace: string | null
  /** null: the whole run. */
  readonly step: number | null
  readonly filters: Filters
}

/** null where the text is a place in the page and not for us. */
export function addressOf(hash: string): Address | null {
  const text = hash.replace(/^#/, '')
  if (text !== '' && !text.includes('=')) return null
  const said = new URLSearchParams(text)
  const step = said.get('step')
  return {
    trace: said.get('trace'),
    step: step !== null && /^\d{1,6}$/.test(step) ? Number(step) : null,
    filters: Object.fromEntries(FILTERS.flatMap((name) => (said.get(name) ? [[name, said.get(name)]] : []))),
  }
}

export function hashOf({ trace, step, filters }: Address): string {
  const said = new URLSearchParams()
  if (trace !== null) said.set('trace', trace)
  if (trace !== null && step !== null) said.set('step', `${step}`)
  for (const name of FILTERS) if (filters[name]) said.set(name, filters[name])
  return `#${said}`
}
