// The grammar of UpdateExpression as far as the memory store has it: SET to a value or to another attribute, REMOVE, and
// ADD of a number. Checks are collected while parsing and reported in dynalite's order of precedence.
// Left out on purpose (UnsupportedByMemoryStore): DELETE, arithmetic, functions, nested paths, parentheses, ADD to a set.
// Read next: update.ts (what an update does), conditionSyntax.ts.
import type { AttributeValue } from '../wire.ts'
import type { Operand } from './conditionSyntax.ts'
import { ExpressionParser } from './expressionParser.ts'
import { UnsupportedByMemoryStore, validation } from './refusal.ts'

export type Action =
  | { readonly kind: 'set'; readonly attribute: string; readonly operand: Operand }
  | { readonly kind: 'remove'; readonly attribute: string }
  | { readonly kind: 'add'; readonly attribute: string; readonly amount: string }

type Section = 'SET' | 'REMOVE' | 'ADD' | 'DELETE'
const SECTIONS: readonly string[] = ['SET', 'REMOVE', 'ADD', 'DELETE'] satisfies readonly Section[]

type Problem = 'reserved' | 'section' | 'name' | 'value' | 'overlap' | 'operand'
const PRECEDENCE: readonly Problem[] = ['reserved', 'section', 'name', 'value', 'overlap', 'operand']

const TYPE_WORDS: Readonly<Record<string, string>> = {
  S: 'STRING',
  B: 'BINARY',
  NULL: 'NULL',
  BOOL: 'BOOLEAN',
  L: 'LIST',
  M: 'MAP',
}

/** In the order of the expression. */
export function parseUpdate(
  text: string,
  names: Readonly<Record<string, string>>,
  values: Readonly<Record<string, AttributeValue>>,
  used: Set<string>,
): readonly Action[] {
  if (text === '') throw refuse('The expression can not be empty;')
  const parser = new Parser(text, names, values, used)
  const actions = parser.sections()
  for (const problem of PRECEDENCE) {
    const message = parser.problems.get(problem)
    if (message !== undefined) throw refuse(message)
  }
  return actions
}

const refuse = (message: string): unknown => validation(`Invalid UpdateExpression: ${message}`)

class Parser extends ExpressionParser<Problem> {
  private readonly seen = new Set<string>()
  private readonly paths: string[] = []

  sections(): readonly Action[] {
    const actions: Action[] = []
    do actions.push(...this.section())
    while (this.at < this.list.length)
    return actions
  }

  private section(): readonly Action[] {
    const word = this.next()?.toUpperCase()
    if (word === undefined || !SECTIONS.includes(word)) throw this.syntax()
    if (word === 'DELETE') throw new UnsupportedByMemoryStore('DELETE in updates')
    const actions = [this.action(word as Section)]
    while (this.list[this.at] === ',') {
      this.at++
      actions.push(this.action(word as Section))
    }
    if (this.seen.has(word)) {
      this.problem('section', `The "${word}" section can only be used once in an update expression;`)
    }
    this.seen.add(word)
    return actions
  }

  private action(section: Section): Action {
    const attribute = this.attribute()
    if (section === 'REMOVE') {
      this.path(attribute)
      return { kind: 'remove', attribute }
    }
    if (section === 'ADD') {
      const value = this.value()
      this.path(attribute)
      return { kind: 'add', attribute, amount: this.amount(value) }
    }
    if (this.next() !== '=') throw this.syntax()
    const operand = this.operand()
    this.path(attribute)
    return { kind: 'set', attribute, operand }
  }

  private operand(): Operand {
    const token = this.list[this.at]
    if (token === '(') throw new UnsupportedByMemoryStore('parentheses in updates')
    const operand: Operand =
      token?.[0] === ':' ? { kind: 'value', value: this.value() } : { kind: 'attribute', attribute: this.attribute() }
    const next = this.list[this.at]
    if (next === '+' || next === '-') throw new UnsupportedByMemoryStore('arithmetic in updates')
    return operand
  }

  private attribute(): string {
    const token = this.next()
    if (token === undefined || !/^[#a-zA-Z_]./.test(`${token}.`) || token === '#') throw this.syntax()
    if (SECTIONS.includes(token.toUpperCase())) throw this.syntax()
    const attribute = this.attributeName(token, 'name')
    const next = this.list[this.at]
    if (next === '.' || next === '[') throw new UnsupportedByMemoryStore('nested paths in updates')
    if (next === '(') throw new UnsupportedByMemoryStore(`the function ${token} in updates`)
    return attribute
  }

  private value(): AttributeValue {
    const token = this.next()
    if (token === undefined || !/^:./.test(token)) throw this.syntax()
    if (this.problems.has('value')) return {}
    const value = this.valueOf(token, 'value')
    if (value === null) return {}
    this.used.add(token)
    return value
  }

  private amount(value: AttributeValue): string {
    if (value.N !== undefined) return value.N
    const [type] = Object.keys(value)
    if (type === undefined) return '0'
    const word = TYPE_WORDS[type]
    if (word === undefined) throw new UnsupportedByMemoryStore('ADD to a set')
    this.problem('operand', `Incorrect operand type for operator or function; operator: ADD, operand type: ${word}`)
    return '0'
  }

  private path(attribute: string): void {
    if (this.paths.includes(attribute)) {
      this.problem(
        'overlap',
        'Two document paths overlap with each other; ' +
          `must remove or rewrite one of these paths; path one: [${attribute}], path two: [${attribute}]`,
      )
    }
    this.paths.push(attribute)
  }

  private next(): string | undefined {
    return this.list[this.at++]
  }

  private syntax(): unknown {
    return refuse(this.unexpected(this.at - 1))
  }
}
