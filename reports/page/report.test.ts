// The page as text: every verdict, every trace, nothing from elsewhere, and the states that its script will show.
import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { stateText, variablesOf } from '../diagram/stateText.ts'
import { cellLines } from '../verify/cells.ts'
import { inlined } from './inlined.ts'
import { escaped } from './markup.ts'
import { evidenceId } from './matrix.ts'
import { pageFixture } from './page.fixture.ts'
import { reportPage } from './report.ts'
import { difference, stateAfter } from './traceData.ts'
import { drawnTraces, traceData } from './traceSection.ts'

const outcome = pageFixture()
const page = (of = outcome) => reportPage(of, 'reports/out/latest', new Date(0), inlined())
const text = page()

it('has a cell and a row of evidence for every verdict', () => {
  for (const row of outcome.result.table) {
    const id = evidenceId(row)
    expect(text).toContain(`<tr id="${id}"`)
    const words = cellLines(row)
      .map((line) => line.trim())
      .join('<br>')
    expect(text).toContain(`href="#${id}">${words}</a>`)
  }
})

it('draws every trace, and says how to replay it', () => {
  expect(outcome.traces.length).toBeGreaterThan(5)
  for (const { file, trace } of outcome.traces) {
    expect(text).toContain(`npx sinkproof replay reports/out/latest/${file}`)
    for (const { action } of trace.actions) expect(text).toContain(`<code>${escaped(action)}</code>`)
  }
})

it('fetches nothing, and lets only its own style and script in', () => {
  expect(text).not.toMatch(/https?:|\ssrc=|@import|\surl\((?!#)/)
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(text)?.[1] ?? ''
  for (const tag of ['style', 'script']) {
    const inside = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(text)?.[1] ?? ''
    expect(inside.length).toBeGreaterThan(1_000)
    expect(policy).toContain(escaped(`'sha256-${createHash('sha256').update(inside).digest('base64')}'`))
  }
  expect(policy).toContain(escaped("default-src 'none'"))
})

it('takes no name for markup', () => {
  const evil = '"><img src=x onerror=alert(1)>'
  const table = outcome.result.table.map((row) => ({ ...row, design: evil, guarantee: evil, trace: `${evil}.json` }))
  const traces = outcome.traces.map((each) => ({ ...each, file: `${evil}.json` }))
  const how = evil
  const claims = [{ id: evil, verdict: 'true' as const, how }]
  const made = page({ ...outcome, result: { ...outcome.result, table, claims }, traces, surprises: [evil] })
  expect(made).not.toContain('<img')
})

it('hands its script the state after every step, and what the step changed', () => {
  for (const drawn of drawnTraces(outcome)) {
    const { bounds } = drawn.trace.configuration
    const variables = variablesOf(drawn.trace.configuration)
    const data = traceData(drawn)
    drawn.states.forEach((state, step) => {
      expect(stateAfter(data, step)).toEqual(stateText(bounds, state, variables))
      const changed = difference(data, step).filter(({ before, after }) => before === after)
      expect(changed).toEqual([])
    })
    expect(data.steps.length).toBe(drawn.trace.actions.length)
  }
})

it('says at the top what differs from what was expected', () => {
  const surprised = page({ ...outcome, result: { ...outcome.result, exit: 1 }, surprises: ['a verdict changed'] })
  expect(surprised).toContain('<li>a verdict changed</li>')
  expect(surprised).toContain('Exit code 1')
})
