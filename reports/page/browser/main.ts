// The script of the page: filters, steps, and the address that holds both. No framework and no network; the page is whole
// without it. Read next: ../address.ts, filters.ts, viewer.ts.
import { type Address, addressOf, FILTERS, hashOf } from '../address.ts'
import type { TraceData } from '../traceData.ts'
import { applyFilters } from './filters.ts'
import { sayChanges, sayStep, showRun } from './viewer.ts'

const find = <E extends Element>(selector: string): E => {
  const found = document.querySelector<E>(selector)
  if (found === null) throw new Error(`the page has no ${selector}`)
  return found
}

const traces = JSON.parse(find('#data').textContent ?? '{}') as Record<string, TraceData>
const form = find<HTMLFormElement>('#filters')
const which = document.querySelector<HTMLSelectElement>('#which')
let address: Address = { trace: null, step: null, filters: {} }
let all = false

/** The chosen counterexample, else the first. */
const chosen = (): string | null =>
  address.trace !== null && Object.hasOwn(traces, address.trace) ? address.trace : (which?.options[0]?.value ?? null)

function render(): void {
  for (const name of FILTERS) (form.elements.namedItem(name) as HTMLSelectElement).value = address.filters[name] ?? ''
  const shown = applyFilters(address.filters)
  find<HTMLOutputElement>('#filters output').value = `${shown} verdict${shown === 1 ? '' : 's'}`
  const name = chosen()
  if (name === null || which === null) return
  const data = traces[name] as TraceData
  const steps = data.steps.length
  const step = address.step === null ? null : Math.min(address.step, steps)
  which.value = name
  showRun(all ? null : name, data, step)
  const at = step ?? steps
  find('#where').textContent = `${at} of ${steps}`
  find('#now').textContent = all ? `All ${Object.keys(traces).length} counterexamples are shown` : sayStep(data, at)
  find('#changed').textContent = all ? '' : sayChanges(data, at)
  const button = (go: string) => find<HTMLButtonElement>(`[data-go="${go}"]`)
  for (const go of ['start', 'back']) button(go).disabled = all || at === 0
  for (const go of ['on', 'end']) button(go).disabled = all || at === steps
  button('all').setAttribute('aria-pressed', String(all))
}

function change(next: Partial<Address>): void {
  address = { ...address, ...next }
  history.replaceState(null, '', hashOf(address))
  render()
}

function go(where: string): void {
  const name = chosen()
  if (name === null) return
  const steps = (traces[name] as TraceData).steps.length
  const at = Math.min(address.step ?? steps, steps)
  if (where === 'all') all = !all
  else all = false
  const to = { start: 0, back: Math.max(0, at - 1), on: Math.min(steps, at + 1), end: steps }[where]
  if (to === undefined) render()
  else change({ trace: name, step: to })
  document
    .querySelector('article.run .row.now, article.run .steps .now')
    ?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
}

/** A place in the page is left to the browser; everything else is ours. */
function follow(): void {
  const said = addressOf(location.hash)
  if (said === null) return
  const moved = said.trace !== null && said.trace !== address.trace
  address = said
  if (moved) all = false
  render()
  if (moved) find('#counterexamples').scrollIntoView()
}

form.hidden = false
for (const controls of document.querySelectorAll<HTMLElement>('.controls')) controls.hidden = false
form.addEventListener('change', () => {
  const filters = Object.fromEntries(
    FILTERS.flatMap((name) => {
      const { value } = form.elements.namedItem(name) as HTMLSelectElement
      return value === '' ? [] : [[name, value]]
    }),
  )
  change({ filters })
})
form.addEventListener('reset', (event) => {
  event.preventDefault()
  change({ filters: {} })
})
which?.addEventListener('change', () => {
  all = false
  change({ trace: which.value, step: null })
})
for (const button of document.querySelectorAll<HTMLElement>('[data-go]'))
  button.addEventListener('click', () => go(button.dataset.go ?? ''))
addEventListener('hashchange', follow)
addEventListener('keydown', (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  if (event.target instanceof Element && event.target.closest('select, input, textarea') !== null) return
  const where = { ArrowLeft: 'back', ArrowRight: 'on' }[event.key]
  if (where === undefined) return
  event.preventDefault()
  go(where)
})
render()
follow()
