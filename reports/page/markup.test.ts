// Nothing that is put into the page is taken for markup.
import { expect, it } from 'vitest'
import { breakable, html, jsonMarkup } from './markup.ts'

it('escapes what is put in, between tags and in attributes', () => {
  const evil = `"><script>alert('x')</script>&`
  const safe = '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;'
  expect(html`<a title="${evil}">${evil}</a>`.text).toBe(`<a title="${safe}">${safe}</a>`)
})

it('leaves markup alone, joins lists, and makes nothing of null', () => {
  expect(html`<ul>${[1, 2].map((n) => html`<li>${n}</li>`)}${null}${['<', '>']}</ul>`.text).toBe(
    '<ul><li>1</li><li>2</li>&lt;&gt;</ul>',
  )
})

it('data cannot end its script element, and reads the same', () => {
  const data = { '</script><!--': ['<', '\u2028', '"'] }
  const { text } = jsonMarkup(data)
  expect(text).not.toContain('<')
  expect(JSON.parse(text)).toEqual(data)
})

it('lets long names break before a capital, and nowhere else', () => {
  expect(breakable('flushOnSnapshot<').text).toBe('flush<wbr>On<wbr>Snapshot&lt;')
})
