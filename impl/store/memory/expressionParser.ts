// What the grammars of conditions and updates share: tokens, names and placeholders, and problems that are collected while
// parsing, of each kind the first. Which kind is reported, the grammar decides by dynalite's order of precedence.
// Read next: conditionSyntax.ts, updateSyntax.ts.
import type { AttributeValue } from '../wire.ts'
import { isReserved } from './reservedWords.ts'

const TOKEN = /\s*(<=|>=|<>|[=<>()[\].,]|[#:][0-9a-zA-Z_]+|[a-zA-Z_][0-9a-zA-Z_]*|\S)/y
const NOT_THERE = 'An expression attribute'

function tokens(text: string): string[] {
  const found: string[] = []
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) found.push(match[1] as string)
  return found
}

export class ExpressionParser<Problem extends string> {
  readonly problems = new Map<Problem | 'reserved', string>()
  protected readonly list: readonly string[]
  protected readonly names: Readonly<Record<string, string>>
  protected readonly values: Readonly<Record<string, AttributeValue>>
  /** Placeholders that were met: the others are refused in the end. */
  protected readonly used: Set<string>
  protected at = 0

  constructor(
    text: string,
    names: Readonly<Record<string, string>>,
    values: Readonly<Record<string, AttributeValue>>,
    used: Set<string>,
  ) {
    this.list = tokens(text)
    this.names = names
    this.values = values
    this.used = used
  }

  /** The attribute that a name or `#placeholder` stands for; one that is not defined is a problem of that kind. */
  protected attributeName(token: string, unknown: Problem): string {
    if (token[0] !== '#') {
      if (isReserved(token))
        this.problem('reserved', `Attribute name is a reserved keyword; reserved keyword: ${token}`)
      return token
    }
    if (this.problems.has(unknown)) return ''
    const name = this.names[token]
    if (!name) {
      this.problem(unknown, `${NOT_THERE} name used in the document path is not defined; attribute name: ${token}`)
      return ''
    }
    this.used.add(token)
    return name
  }

  /** Null, and a problem of that kind, where it is not defined. */
  protected valueOf(token: string, unknown: Problem): AttributeValue | null {
    const value = this.values[token]
    if (value !== undefined) return value
    this.problem(unknown, `${NOT_THERE} value used in expression is not defined; attribute value: ${token}`)
    return null
  }

  protected problem(kind: Problem | 'reserved', message: string): void {
    if (!this.problems.has(kind)) this.problems.set(kind, message)
  }

  /** What stands where something else was expected, as the refusal spells it. */
  protected unexpected(at: number): string {
    const found = this.list[at]
    return `Syntax error; unexpected ${found === undefined ? 'end of the expression' : JSON.stringify(found)}`
  }
}
