// The benchmark's page as a person has it: opened from its file in a headless Chromium, on a phone, on paper, with no
// script allowed. What its tables say is held to the figures it was made of. Read next: ../../benchmark/page.ts.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { budgets } from '../../benchmark/budget.ts'
import { chartsOf } from '../../benchmark/charts.ts'
import { factsOf } from '../../benchmark/facts.ts'
import { figuresFixture } from '../../benchmark/figures.fixture.ts'
import { growthOf } from '../../benchmark/growth.ts'
import { benchmarkPage } from '../../benchmark/page.ts'
import { chromiumPath } from './chromium.ts'

const suites = figuresFixture()
const results = suites.flatMap(({ run }) => run?.results ?? [])
const charts = [...suites.flatMap(growthOf), ...suites.flatMap(chartsOf)]
const file = join(mkdtempSync(join(tmpdir(), 'sinkproof-benchmark-')), 'benchmark.html')
const url = pathToFileURL(file).href

let browser: Browser
let requests: string[] = []

beforeAll(async () => {
  writeFileSync(file, benchmarkPage(suites))
  // The sandbox of Chromium does not start for root, which containers often are.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  browser = await chromium.launch({ executablePath: chromiumPath(), args })
})
afterAll(() => browser?.close())
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
  const seen = requests
  requests = []
  expect(seen.filter((each) => each !== url && each !== 'data:,')).toEqual([])
})

async function opened(width = 1_280, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 800 }, offline: true, ...options })
  context.setDefaultTimeout(10_000)
  const page = await context.newPage()
  page.on('request', (request) => requests.push(request.url()))
  await page.goto(url)
  return page
}

const shown = (page: Page, selector: string): Promise<number> =>
  page.evaluate(
    (of) =>
      [...document.querySelectorAll(of)].filter((each) => each.checkVisibility({ contentVisibilityAuto: true })).length,
    selector,
  )

it('opens offline and has every chart, with a title, a text for those who do not see it, and a label for each mark', async () => {
  const page = await opened()
  const seen = await page.evaluate(() =>
    [...document.querySelectorAll('figure.chart > svg')].map((svg) => ({
      title: svg.querySelector('title')?.textContent,
      said: svg.getAttribute('aria-label')?.length ?? 0,
      marks: svg.querySelectorAll('g.mark, g.line').length,
      labels: [...svg.querySelectorAll('text.label')].filter((label) => label.textContent !== '').length,
      width: svg.getBoundingClientRect().width,
    })),
  )
  expect(seen.map(({ title }) => title)).toEqual(
    suites.flatMap((suite) => [...growthOf(suite), ...chartsOf(suite)].map(({ title }) => title)),
  )
  expect(charts.length).toBeGreaterThan(10)
  expect(seen.reduce((sum, { marks }) => sum + marks, 0)).toBe(
    charts.reduce((sum, chart) => sum + ('marks' in chart ? chart.marks : chart.lines).length, 0),
  )
  for (const { said, labels, marks, width, title } of seen) {
    expect(said).toBeGreaterThan(title?.length ?? 0)
    expect(labels === marks || labels === 0).toBe(true)
    expect(width).toBeGreaterThan(300)
  }
})

it('has the figures in its tables, every one of them, and what clients do in trouble', async () => {
  const page = await opened(1_280, { javaScriptEnabled: true })
  const rows = await page.evaluate(() =>
    [...document.querySelectorAll('.figures tbody tr')].map((row) =>
      [...row.querySelectorAll('data')].map((each) => Number(each.getAttribute('value'))),
    ),
  )
  expect(rows).toEqual(
    results.map(({ median, spread, p99, recordsPerSecond }) => [median, ...spread, p99, recordsPerSecond]),
  )
  const cells = await page.evaluate(() =>
    [...document.querySelectorAll('.facts tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent)),
  )
  expect(cells).toEqual(
    suites.flatMap((suite) => (factsOf(suite)?.rows ?? []).map(({ name, cells: seen }) => [name, ...seen])),
  )
  expect(cells.length).toBeGreaterThan(0)
  expect(await shown(page, '.budget tr')).toBe(budgets(suites).flatMap(({ parts }) => parts).length)
})

it.each([360, 768, 1_280])(
  'at %d px nothing reaches beyond the page, and no text is cut or laid over another',
  async (width) => {
    const page = await opened(width)
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true
    })
    const beyond = await page.evaluate(() => ({
      page: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      elements: [...document.querySelectorAll('main *')]
        .filter((each) => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
        .map((each) => `${each.tagName} ${each.textContent?.slice(0, 40)}`),
      overlaps: [...document.querySelectorAll('g.mark')]
        .filter((mark) => {
          const [label, value] = [...mark.querySelectorAll('text')].map((text) => text.getBoundingClientRect())
          return label !== undefined && value !== undefined && label.right > value.left
        })
        .map((mark) => mark.textContent),
    }))
    expect(beyond).toEqual({ page: 0, elements: [], overlaps: [] })
  },
)

it('on paper nothing is folded away', async () => {
  const page = await opened()
  expect(await shown(page, '.figures tbody tr')).toBe(0)
  await page.emulateMedia({ media: 'print' })
  const heights = await page.evaluate(() =>
    [...document.querySelectorAll('.figures tbody tr, details li')].map((row) => row.getBoundingClientRect().height),
  )
  expect(heights.length).toBeGreaterThan(results.length)
  expect(heights.filter((height) => height < 5)).toEqual([])
  expect(await shown(page, '.figures tbody tr')).toBe(results.length)
})

it('is whole without a script', async () => {
  const page = await opened(1_280, { javaScriptEnabled: false })
  expect(await page.locator('figure.chart').count()).toBe(charts.length)
  expect(await page.locator('script').count()).toBe(0)
})
