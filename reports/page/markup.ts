// HTML as tagged templates: whatever is put in is escaped, unless it is markup itself. Lists are joined, null is nothing.
// Read next: report.ts (the page).

/** Text that is markup already. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type Piece = Markup | string | number | null | readonly Piece[]

export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(strings.reduce((text, string, i) => `${text}${markupOf(pieces[i - 1] ?? null)}${string}`))
}

function markupOf(piece: Piece): string {
  if (piece === null) return ''
  if (piece instanceof Markup) return piece.text
  if (typeof piece === 'object') return piece.map(markupOf).join('')
  return escaped(String(piece))
}

/** Safe between tags and in a quoted attribute. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (each) => ENTITIES[each] as string)

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** `hashSetTransient` may be broken before each capital, where there is no room for it. */
export const breakable = (name: string): Markup =>
  html`${name.split(/(?=[A-Z])/).map((part, i) => html`${i === 0 ? null : html`<wbr>`}${part}`)}`

/** Data for a script element: no text inside can end it. */
export const jsonMarkup = (value: unknown): Markup => new Markup(JSON.stringify(value).replaceAll('<', '\\u003c'))
