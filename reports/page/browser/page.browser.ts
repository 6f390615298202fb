// The page as a person has it: opened from its file in a headless Chromium, clicked, typed at, narrowed, printed.
// The script's pure parts are tested in Node (../address.test.ts, ../report.test.ts).
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { inlined } from '../inlined.ts'
import { pageFixture } from '../page.fixture.ts'
import { reportPage } from '../report.ts'
import { stateAfter } from '../traceData.ts'
import { drawnTraces, traceData } from '../traceSection.ts'
import { chromiumPath } from './chromium.ts'

const outcome = pageFixture()
const drawn = drawnTraces(outcome)
const file = join(mkdtempSync(join(tmpdir(), 'sinkproof-page-')), 'report.html')
const url = pathToFileURL(file).href
const S7 = 'hashSetTransient-S7'
const STEPS = 9

let browser: Browser
/** Requests and messages of every page opened since the last test. */
let requests: string[] = []
let messages: string[] = []

beforeAll(async () => {
  writeFileSync(file, reportPage(outcome, 'reports/out/latest', new Date(0), inlined()))
  // The sandbox of Chromium does not start for root, which containers often are.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  browser = await chromium.launch({ executablePath: chromiumPath(), args })
})
afterAll(() => browser?.close())
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
  const seen = { requests, messages }
  requests = []
  messages = []
  // Whatever a test does, the page asks nobody for anything and complains about nothing.
  expect(seen.requests.filter((each) => !each.startsWith(url) && each !== 'data:,')).toEqual([])
  expect(seen.messages).toEqual([])
})

async function opened(hash = '', options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  context.setDefaultTimeout(10_000)
  const page = await context.newPage()
  page.on('request', (request) => requests.push(request.url()))
  page.on('console', (message) => messages.push(message.text()))
  page.on('pageerror', (error) => messages.push(error.message))
  await page.goto(url + hash)
  return page
}

const hashOf = (page: Page): Promise<string> => page.evaluate(() => location.hash)
const shown = (page: Page, selector: string): Promise<number> =>
  page.evaluate((of) => [...document.querySelectorAll(of)].filter((each) => each.checkVisibility()).length, selector)

it('opens from a file, asks nobody for anything, and has a row for every verdict', async () => {
  const page = await opened()
  expect(requests).toEqual([url])
  expect(await shown(page, '.evidence tbody tr')).toBe(outcome.result.table.length)
  expect(await shown(page, '.matrix td.cell')).toBe(outcome.result.table.length)
  expect(await shown(page, 'article.run')).toBe(1)
})

it('is whole without its script', async () => {
  const page = await opened('', { javaScriptEnabled: false })
  const visible = async (selector: string) => {
    const all = await page.locator(selector).all()
    return (await Promise.all(all.map((each) => each.isVisible()))).filter((each) => each).length
  }
  expect(await visible('article.run svg')).toBe(outcome.traces.length)
  expect(await visible('.matrix')).toBeGreaterThan(0)
  expect(await visible('#filters, .controls')).toBe(0)
})

describe('filters', () => {
  const { table } = outcome.result
  it.each([
    [
      'Design',
      'hashSetTransient',
      '#design=hashSetTransient',
      table.filter(({ design }) => design === 'hashSetTransient'),
    ],
    ['Guarantee', 'S7', '#guarantee=S7', table.filter(({ guarantee }) => guarantee === 'S7')],
    ['Workload', 'append', '#workload=append', table.filter(({ workload }) => workload === 'append')],
    ['Verdict', 'unknown', '#verdict=unknown', table.filter(({ verdict }) => verdict === 'unknown')],
    ['Fault class', 'F2f', '#fault=F2f', table.filter(({ faults }) => faults.flat().includes('F2f'))],
  ] as const)('by %s', async (label, value, hash, left) => {
    const page = await opened()
    expect(left.length).toBeGreaterThan(0)
    expect(left.length).toBeLessThan(table.length)
    await page.getByRole('combobox', { name: label }).selectOption(value)
    const rows = await page.locator('.evidence tbody tr:visible th').allTextContents()
    expect(rows).toEqual(left.map(({ design }) => design))
    expect(await page.locator('.matrix td.cell:not(.out):visible').count()).toBe(left.length)
    expect(await page.locator('#filters output').textContent()).toBe(
      `${left.length} verdict${left.length === 1 ? '' : 's'}`,
    )
    expect(await hashOf(page)).toBe(hash)
    await page.getByRole('button', { name: 'Clear' }).click()
    expect(await shown(page, '.evidence tbody tr')).toBe(table.length)
  })

  it('together, from the address, down to nothing', async () => {
    const page = await opened('#design=hashSetTransient&verdict=falls')
    expect(await page.getByRole('combobox', { name: 'Design' }).inputValue()).toBe('hashSetTransient')
    const both = table.filter(({ design, verdict }) => design === 'hashSetTransient' && verdict === 'falls')
    expect(await shown(page, '.evidence tbody tr')).toBe(both.length)
    await page.getByRole('combobox', { name: 'Guarantee' }).selectOption('S6')
    expect(await shown(page, '.evidence tbody tr')).toBe(0)
    expect(await page.getByText('No verdict passes these filters.').isVisible()).toBe(true)
  })
})

describe('steps', () => {
  const now = (page: Page) => page.getByRole('status').filter({ hasText: /^S(tep|tart)/ })
  const current = (page: Page) => page.locator(`#run-${S7} .steps [aria-current=step]`)

  it('an address with a step lands there', async () => {
    const page = await opened(`#trace=${S7}&step=5`)
    expect(await now(page).textContent()).toBe(
      'Step 5 of 9: receive(0), sink takes barrier 1: snapshot without record 1 (k0 v1)',
    )
    expect(await now(page).getAttribute('aria-live')).toBe('polite')
    expect(await current(page).count()).toBe(1)
    expect(await current(page).getAttribute('data-step')).toBe('5')
    expect(await page.locator(`#run-${S7}`).isVisible()).toBe(true)
    expect(
      await page.locator('#counterexamples').evaluate((each) => Math.abs(each.getBoundingClientRect().top)),
    ).toBeLessThan(100)
  })

  it('arrow keys move the step and the address, and stop at both ends', async () => {
    const page = await opened(`#trace=${S7}&step=${STEPS - 1}`)
    for (const [key, step] of [
      ['ArrowRight', STEPS],
      ['ArrowRight', STEPS],
      ['ArrowLeft', STEPS - 1],
    ] as const) {
      await page.keyboard.press(key)
      expect(await hashOf(page)).toBe(`#trace=${S7}&step=${step}`)
      expect(await page.locator('#where').textContent()).toBe(`${step} of ${STEPS}`)
    }
    for (let i = 0; i < STEPS + 1; i++) await page.keyboard.press('ArrowLeft')
    expect(await hashOf(page)).toBe(`#trace=${S7}&step=0`)
    expect(await now(page).textContent()).toMatch(/^Start/)
  })

  it('leaves the arrow keys to a field that has the focus', async () => {
    const page = await opened(`#trace=${S7}&step=5`)
    await page.getByRole('combobox', { name: 'Fault class' }).focus()
    await page.keyboard.press('ArrowRight')
    expect(await hashOf(page)).toContain('step=5')
  })

  it('buttons, by their names, and by the keyboard alone', async () => {
    const page = await opened(`#trace=${S7}`)
    for (const [name, where] of [
      ['Start', 0],
      ['Next', 1],
      ['Next', 2],
      ['Back', 1],
      ['End', STEPS],
    ] as const) {
      await page.getByRole('button', { name, exact: true }).press('Enter')
      expect(await page.locator('#where').textContent()).toBe(`${where} of ${STEPS}`)
    }
    expect(await page.getByRole('button', { name: 'Next', exact: true }).isDisabled()).toBe(true)
  })

  it('a step in the list is a link to it, a cell of the table one to its counterexample', async () => {
    const page = await opened()
    await page.getByRole('link', { name: 'Counterexample of hashSetTransient S7, 9 steps' }).click()
    expect(await page.locator(`#run-${S7}`).isVisible()).toBe(true)
    await page.locator(`#run-${S7} .steps`).getByRole('link', { name: 'trigger' }).click()
    expect(await hashOf(page)).toBe(`#trace=${S7}&step=3`)
    expect(await current(page).getAttribute('data-step')).toBe('3')
  })

  it('every run shows the state after every step, and marks what the step changed', async () => {
    const page = await opened()
    for (const each of drawn) {
      const data = traceData(each)
      await page.getByRole('combobox', { name: 'Counterexample' }).selectOption(each.name)
      await page.getByRole('button', { name: 'Start', exact: true }).click()
      for (let step = 0; step <= data.steps.length; step++) {
        if (step > 0) await page.keyboard.press('ArrowRight')
        const [whole, difference] = await page.evaluate(
          (id) =>
            ['.whole', '.difference'].map((table) =>
              [...document.querySelectorAll(`#run-${id} ${table} tbody tr`)].map((row) =>
                [...row.children].map((cell) => cell.textContent ?? ''),
              ),
            ),
          each.name,
        )
        const state = stateAfter(data, step)
        const said = Object.fromEntries((whole ?? []).map(([name = '', text = '']) => [name.replace(' *', ''), text]))
        expect(said).toEqual(Object.fromEntries(Object.entries(state).filter(([, text]) => text !== '')))
        const changed = Object.keys(data.steps[step - 1]?.changes ?? {})
        expect((difference ?? []).map(([name]) => name)).toEqual(changed)
        const marked = (whole ?? []).map(([name = '']) => name).filter((name) => name.endsWith(' *'))
        expect(marked).toEqual(
          changed
            .filter((name) => state[name] !== '')
            .map((name) => `${name} *`)
            .sort(bySchema(state)),
        )
      }
    }
  })

  const bySchema = (state: object) => (a: string, b: string) =>
    Object.keys(state).indexOf(a.replace(' *', '')) - Object.keys(state).indexOf(b.replace(' *', ''))

  it.each(['#trace=toString&step=3', '#trace=__proto__', '#trace=%3Cimg%3E&design=%3Cb%3E', `#trace=${S7}&step=99999`])(
    'an address that names nothing does no harm: %s',
    async (hash) => {
      const page = await opened(hash)
      expect(await shown(page, 'article.run')).toBe(1)
      expect(await now(page).textContent()).toMatch(/^Step \d+ of \d+/)
    },
  )
})

describe('the diagram', () => {
  it('says in text which attempt is dead, which fault struck, which request is late', async () => {
    const page = await opened()
    for (const { name, diagram } of drawn) {
      const texts = await page.locator(`#run-${name} svg text`).allTextContents()
      const dead = diagram.lanes.filter(({ died }) => died !== null)
      expect(texts.filter((text) => text === 'dead').length).toBe(dead.length)
      expect(texts.filter((text) => text.startsWith('dead at ')).length).toBe(dead.length)
      const struck = diagram.events.flatMap(({ fault }) => (fault === null ? [] : [fault]))
      expect(texts.filter((text) => /^F\d/.test(text))).toEqual(struck)
    }
    const all = drawn.flatMap(({ diagram }) => diagram.lanes)
    expect(all.filter(({ died }) => died !== null).length).toBeGreaterThan(2)
  })

  it('has its rows beside their words', async () => {
    const page = await opened(`#trace=${drawn.at(-1)?.name}`)
    for (const { name } of drawn) {
      await page.getByRole('combobox', { name: 'Counterexample' }).selectOption(name)
      const apart = await page.evaluate((id) => {
        const middles = (selector: string) =>
          [...document.querySelectorAll(`#run-${id} ${selector}`)].map((each) => {
            const { top, height } = each.getBoundingClientRect()
            return top + height / 2
          })
        const words = middles('.steps li')
        return middles('.row rect').map((middle, i) => Math.abs(middle - (words[i] ?? Number.NaN)))
      }, name)
      for (const each of apart) expect(each).toBeLessThan(3)
    }
  })

  it('has a name, a description and no id twice', async () => {
    const page = await opened()
    expect(await page.getByRole('img', { name: /^Space-time diagram: / }).count()).toBe(1)
    const ids = await page.evaluate(() => [...document.querySelectorAll('[id]')].map(({ id }) => id))
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([])
    const broken = await page.evaluate(() =>
      [...document.querySelectorAll('[aria-labelledby]')].flatMap((each) =>
        (each.getAttribute('aria-labelledby') ?? '').split(' ').filter((id) => document.getElementById(id) === null),
      ),
    )
    expect(broken).toEqual([])
  })
})

it('prints every table and the chosen run, and all runs where all are shown', async () => {
  const page = await opened(`#trace=${S7}&step=3`)
  await page.emulateMedia({ media: 'print' })
  const tables = await page.locator('section > .scroll > table').count()
  expect(tables).toBeGreaterThan(4)
  expect(await shown(page, 'section > .scroll > table')).toBe(tables)
  expect(await shown(page, '.evidence tbody tr')).toBe(outcome.result.table.length)
  expect(await shown(page, 'form, .controls, nav')).toBe(0)
  expect(await shown(page, 'article.run')).toBe(1)
  const faint = await page.evaluate(
    () => [...document.querySelectorAll('.later')].filter((each) => getComputedStyle(each).opacity !== '1').length,
  )
  expect(faint).toBe(0)
  await page.emulateMedia({ media: 'screen' })
  await page.getByRole('button', { name: 'Show all' }).click()
  await page.emulateMedia({ media: 'print' })
  expect(await shown(page, 'article.run svg.diagram')).toBe(outcome.traces.length)
  expect((await page.pdf({ format: 'A4' })).byteLength).toBeGreaterThan(10_000)
})

it.each([360, 768, 1280])('is not wider than %i pixels, whichever run is shown', async (width) => {
  const page = await opened('', { viewport: { width, height: 800 } })
  const overflowing = () =>
    page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - innerWidth)
  expect(await overflowing()).toBeLessThanOrEqual(0)
  for (const { name } of drawn) {
    await page.getByRole('combobox', { name: 'Counterexample' }).selectOption(name)
    await page.getByRole('button', { name: 'Back', exact: true }).click()
    expect(await overflowing()).toBeLessThanOrEqual(0)
  }
  await page.getByRole('button', { name: 'Show all' }).click()
  expect(await overflowing()).toBeLessThanOrEqual(0)
})

it.each(['light', 'dark'] as const)('can be read in %s: every text has a contrast of 4.5', async (colorScheme) => {
  const page = await opened(`#trace=${S7}&step=9`, { colorScheme })
  const faint = await page.evaluate(() => {
    const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number)
    const luminance = (colour: string) => {
      const [r = 0, g = 0, b = 0] = channels(colour).map((each) => {
        const share = each / 255
        return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const background = (of: Element): string => {
      const colour = getComputedStyle(of).backgroundColor
      const { parentElement } = of
      return channels(colour)[3] === 0 && parentElement !== null ? background(parentElement) : colour
    }
    return [
      ...document.querySelectorAll('h1, h2, p, td, th, a, dt, dd, label, button:enabled, select, li, .head, .sub'),
    ]
      .filter((each) => each.checkVisibility() && (each.textContent ?? '').trim() !== '')
      .flatMap((each) => {
        const { color, fill } = getComputedStyle(each)
        const [a, b] = [luminance(each instanceof SVGElement ? fill : color), luminance(background(each))]
        const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
        return contrast < 4.5 ? [`${each.tagName} ${each.className} ${contrast.toFixed(1)}`] : []
      })
  })
  expect([...new Set(faint)]).toEqual([])
  const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  expect(dark === 'rgb(253, 253, 251)').toBe(colorScheme === 'light')
})
