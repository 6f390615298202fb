// Shows one counterexample at one step: marks the row, says the step, and lists what changed and the whole state.
// Read next: ../traceData.ts (what it shows), main.ts (who tells it).
import { difference, stateAfter, type TraceData } from '../traceData.ts'

const element = (tag: string, text = '', className = ''): HTMLElement => {
  const made = document.createElement(tag)
  made.textContent = text
  made.className = className
  return made
}

/** `step` null is the whole run: every row as clear as the others, the state that of the end. */
export function showRun(name: string | null, data: TraceData | undefined, step: number | null): void {
  for (const run of document.querySelectorAll<HTMLElement>('article.run')) {
    const chosen = run.dataset.trace === name
    run.hidden = name !== null && !chosen
    run.classList.toggle('stepping', chosen && step !== null)
    for (const row of run.querySelectorAll<HTMLElement>('[data-step]')) {
      const at = Number(row.dataset.step)
      row.classList.toggle('now', chosen && step === at)
      row.classList.toggle('later', chosen && step !== null && at > step)
      if (chosen && step === at) row.setAttribute('aria-current', 'step')
      else row.removeAttribute('aria-current')
    }
    const panel = run.querySelector<HTMLElement>('.state')
    if (panel === null) continue
    panel.hidden = !chosen
    panel.replaceChildren(...(chosen && data !== undefined ? statePanel(data, step ?? data.steps.length) : []))
  }
}

/** `Step 5 of 9: receive(0), sink takes barrier 1`. */
export function sayStep(data: TraceData, step: number): string {
  const at = data.steps[step - 1]
  if (at === undefined) return `Start, before the first of ${data.steps.length} steps`
  const fault = at.fault === null ? '' : `fault ${at.fault}, `
  return `Step ${step} of ${data.steps.length}: ${fault}${at.action}, ${at.words}`
}

/** `table: no k0 → k0 v1; answer: empty → ok`. */
export function sayChanges(data: TraceData, step: number): string {
  const changes = difference(data, step)
  if (step === 0) return 'Nothing has happened yet.'
  if (changes.length === 0) return 'No variable of the state changed.'
  return `Changed: ${changes.map(({ name, before, after }) => `${name} ${before || 'empty'} \u2192 ${after || 'empty'}`).join('; ')}`
}

function statePanel(data: TraceData, step: number): HTMLElement[] {
  const state = stateAfter(data, step)
  const changes = difference(data, step)
  const changed = new Set(changes.map(({ name }) => name))
  const filled = Object.entries(state).filter(([, text]) => text !== '')
  const empty = Object.keys(state).filter((name) => state[name] === '')
  return [
    part(
      step === 0 ? 'Nothing has changed yet' : `Changed by step ${step}`,
      table(
        ['variable', 'before', 'after'],
        changes.map(({ name, before, after }) => [name, before || 'empty', after || 'empty']),
        'difference',
      ),
    ),
    part(
      step === 0 ? 'State at the start' : `State after step ${step} (* changed by it)`,
      table(
        ['variable', 'holds'],
        filled.map(([name, text]) => [changed.has(name) ? `${name} *` : name, text]),
        'whole',
      ),
    ),
    part('Empty or zero', element('p', empty.join(', '), 'empty')),
  ]
}

function part(title: string, what: HTMLElement): HTMLElement {
  const made = element('div')
  made.append(element('h4', title), what)
  return made
}

function table(heads: readonly string[], rows: readonly (readonly string[])[], className: string): HTMLElement {
  const made = element('table', '', className)
  const head = element('tr')
  for (const text of heads) head.append(Object.assign(element('th', text), { scope: 'col' }))
  const thead = element('thead')
  thead.append(head)
  const body = element('tbody')
  for (const [first = '', ...rest] of rows) {
    const row = element('tr')
    row.append(Object.assign(element('th', first), { scope: 'row' }), ...rest.map((text) => element('td', text)))
    body.append(row)
  }
  made.append(thead, body)
  return made
}
