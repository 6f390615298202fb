// The counterexamples: each a drawn diagram beside its steps in words, and the controls that step through the chosen one.
// Everything stands in the page; the script shows one at a time and fills in the state.
// Read next: diagramSvg.ts, browser/viewer.ts.

import { GUARANTEES } from '../../properties/guarantees/catalogue.ts'
import type { NamedTrace, VerifyOutcome } from '../../properties/verify/result.ts'
import { type Diagram, diagramOf } from '../diagram/diagram.ts'
import { stateText, variablesOf } from '../diagram/stateText.ts'
import { ending } from '../verify/ending.ts'
import type { Values } from '../verify/names.ts'
import { headline, statesAlong } from '../verify/timeline.ts'
import { hashOf } from './address.ts'
import { diagramSvg } from './diagramSvg.ts'
import { linesOf } from './geometry.ts'
import { html, type Markup } from './markup.ts'
import type { TraceData } from './traceData.ts'

/** `hashSetTransient-S7`: what the URL calls a trace. */
export const traceName = (file: string): string => file.replace(/\.json$/, '')

/** `#trace=hashSetTransient-S7`, and the step where one is meant. */
export const traceLink = (name: string, step: number | null = null): string =>
  hashOf({ trace: name, step, filters: {} })

/** A trace with its states and its diagram, which several parts of the page need. */
export interface DrawnTrace extends NamedTrace {
  readonly name: string
  readonly states: readonly Values[]
  readonly diagram: Diagram
}

/** In the order of the table; those that no cell names come last. */
export function drawnTraces({ traces, result }: VerifyOutcome): DrawnTrace[] {
  const named = result.table.map(({ trace }) => trace)
  const place = ({ file }: NamedTrace) => (named.includes(file) ? named.indexOf(file) : named.length)
  return [...traces]
    .sort((a, b) => place(a) - place(b))
    .map(({ file, trace }) => {
      const states = statesAlong(trace)
      return { file, trace, name: traceName(file), states, diagram: diagramOf(trace, states) }
    })
}

/** What the script needs of a trace: the texts of every state, the first whole, then what each step changed. */
export function traceData({ trace, states, diagram: { events } }: DrawnTrace): TraceData {
  const variables = variablesOf(trace.configuration)
  const texts = states.map((state) => stateText(trace.configuration.bounds, state, variables))
  return {
    start: texts[0] ?? {},
    steps: events.map(({ action, words, fault }, i) => ({
      action,
      words,
      fault,
      changes: Object.fromEntries(
        Object.entries(texts[i + 1] ?? {}).filter(([name, text]) => text !== (texts[i]?.[name] ?? '')),
      ),
    })),
  }
}

export function traceSections(traces: readonly DrawnTrace[], folder: string): Markup {
  return html`<section id="counterexamples" aria-labelledby="counterexamples-title">
<h2 id="counterexamples-title">Counterexamples, step by step</h2>
${traces.length === 0 ? html`<p>No counterexample.</p>` : controls(traces)}
${traces.map((each) => traceSection(each, folder))}
<p class="key">Arrow keys left and right step, too; the address holds the step. Time runs down, one row a step. Circle: a task's step; square: the coordinator's; diamond with a name: a fault. A box is what waits: r1 record 1, b1 barrier 1; in a request's box the hatched part is applied and not yet answered, a dashed part marked late is a request that nobody waits for any more. A cross ends an attempt, and what goes with it.</p>
</section>`
}

const controls = (traces: readonly DrawnTrace[]): Markup => html`<div class="controls" hidden>
<div class="field which"><label for="which">Counterexample</label><select id="which">${traces.map(
  ({ name, trace }) => html`<option value="${name}">${headline(trace)}</option>`,
)}</select></div>
<div class="buttons" role="group" aria-label="Steps"><button type="button" data-go="start">Start</button><button type="button" data-go="back">Back</button><span id="where">0 of 0</span><button type="button" data-go="on">Next</button><button type="button" data-go="end">End</button><button type="button" data-go="all" aria-pressed="false">Show all</button></div>
<div class="step"><p id="now" role="status" aria-live="polite"></p><p id="changed"></p></div>
</div>`

function traceSection({ file, trace, name, states, diagram }: DrawnTrace, folder: string): Markup {
  const guarantee = GUARANTEES.find(({ id }) => id === trace.verdict?.guarantee)
  const title = headline(trace)
  const last = ending(trace, states).map((sentence) => sentence.replaceAll('\u00a0', ' '))
  const description = `Lanes: ${diagram.lanes.map(({ title: each, attempt }) => (attempt === null ? each : `${each} attempt ${attempt}`)).join(', ')}. The same run in words is the list of steps.`
  return html`<article class="run" id="run-${name}" data-trace="${name}" aria-labelledby="title-${name}">
<h3 id="title-${name}">${title}</h3>
${guarantee === undefined ? null : html`<p>${guarantee.id}: ${guarantee.statement}.</p>`}
<div class="drawn">
<div class="scroll" role="region" aria-label="Space-time diagram of ${name}" tabindex="0">${diagramSvg(diagram, {
    id: `svg-${name}`,
    title: `Space-time diagram: ${title}`,
    description,
    repeatsFrom: trace.repeatsFrom,
  })}</div>
<ol class="steps" aria-label="Steps">${diagram.events.map(
    (event) =>
      html`<li class="lines${linesOf(event)}" data-step="${event.step}"><a href="${traceLink(name, event.step)}"><code>${event.action}</code> ${
        event.fault === null ? null : html`<b class="struck">[${event.fault}]</b> `
      }${event.words}${trace.repeatsFrom === event.step - 1 ? html` <i>from here on it repeats for ever</i>` : null}</a></li>`,
  )}</ol>
<div class="state" hidden></div>
</div>
<p class="ending">${last.map((sentence) => html`${sentence} `)}</p>
<p class="replay">Replay: <code>npx sinkproof replay ${folder}/${file}</code></p>
</article>`
}
