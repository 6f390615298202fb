// The grammar of ConditionExpression as far as the memory store has it: tokens, a recursive descent, a small tree.
// Checks are collected while parsing and reported in dynalite's order of precedence, not in order of appearance.
// Read next: condition.ts (placeholders, evaluation), reservedWords.ts.
import type { AttributeValue } from '../wire.ts'
import { ExpressionParser } from './expressionParser.ts'
import { UnsupportedByMemoryStore, validation } from './refusal.ts'

export type Operand =
  | { readonly kind: 'attribute'; readonly attribute: string }
  | { readonly kind: 'value'; readonly value: AttributeValue }

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly inner: Condition }
  | { readonly kind: 'exists'; readonly attribute: string; readonly expected: boolean }
  | { readonly kind: 'compare'; readonly operator: string; readonly left: Operand; readonly right: Operand }

type Problem = 'parens' | 'unknownFunction' | 'reserved' | 'undefined' | 'operand' | 'distinct' | 'function'
const PRECEDENCE: readonly Problem[] = [
  'parens',
  'unknownFunction',
  'reserved',
  'undefined',
  'operand',
  'distinct',
  'function',
]

const COMPARISONS = new Set(['=', '<>', '<', '<=', '>', '>='])
const OTHER_FUNCTIONS = new Set(['attribute_type', 'begins_with', 'contains', 'size'])

export function parseCondition(
  text: string,
  names: Readonly<Record<string, string>>,
  values: Readonly<Record<string, AttributeValue>>,
  used: Set<string>,
): Condition {
  if (text === '') throw refuse('The expression can not be empty;')
  const parser = new Parser(text, names, values, used)
  const condition = parser.or()
  parser.end()
  for (const problem of PRECEDENCE) {
    const message = parser.problems.get(problem)
    if (message !== undefined) throw refuse(message)
  }
  return condition
}

function refuse(message: string): unknown {
  return validation(`Invalid ConditionExpression: ${message}`)
}

class Parser extends ExpressionParser<Problem> {
  or(): Condition {
    const left = this.and()
    return this.word('OR') ? { kind: 'or', left, right: this.or() } : left
  }

  end(): void {
    if (this.at < this.list.length) throw this.syntax()
  }

  private and(): Condition {
    const left = this.not()
    return this.word('AND') ? { kind: 'and', left, right: this.and() } : left
  }

  private not(): Condition {
    return this.word('NOT') ? { kind: 'not', inner: this.parenthesised() } : this.parenthesised()
  }

  private parenthesised(): Condition {
    if (this.peek() !== '(') return this.simple()
    this.at++
    const doubled = this.peek() === '('
    const inner = this.or()
    if (this.peek() !== ')') throw this.syntax()
    if (doubled && this.closesAt(this.at - 1)) this.problem('parens', 'The expression has redundant parentheses;')
    this.at++
    return inner
  }

  /** Whether the parenthesis that opened right after ours is the one closing at `end`. */
  private closesAt(end: number): boolean {
    let depth = 0
    for (let i = end; i >= 0; i--) {
      const token = this.list[i]
      if (token === ')') depth++
      else if (token === '(') depth--
      else if (i === end) return false
      if (depth === 0) return this.list[i - 1] === '('
    }
    return false
  }

  private simple(): Condition {
    const token = this.peek()
    if (token !== undefined && this.list[this.at + 1] === '(' && /^[a-zA-Z_]/.test(token)) return this.call(token)
    const left = this.operand()
    const operator = this.peek()
    if (operator === undefined || !COMPARISONS.has(operator)) {
      if (operator !== undefined && /^(between|in)$/i.test(operator)) throw new UnsupportedByMemoryStore(operator)
      throw this.syntax()
    }
    this.at++
    const right = this.operand()
    if (left.kind === 'attribute' && right.kind === 'attribute' && left.attribute === right.attribute) {
      this.problem(
        'distinct',
        'The first operand must be distinct from the remaining operands for this operator or function; ' +
          `operator: ${operator}, first operand: [${left.attribute}]`,
      )
    }
    return { kind: 'compare', operator, left, right }
  }

  private call(name: string): Condition {
    if (OTHER_FUNCTIONS.has(name)) throw new UnsupportedByMemoryStore(`the function ${name} in conditions`)
    this.at += 2
    const operands = [this.operand()]
    while (this.peek() === ',') {
      this.at++
      operands.push(this.operand())
    }
    if (this.peek() !== ')') throw this.syntax()
    this.at++
    if (name !== 'attribute_exists' && name !== 'attribute_not_exists') {
      this.problem('unknownFunction', `Invalid function name; function: ${name}`)
    } else if (operands.length !== 1) {
      this.problem(
        'operand',
        'Incorrect number of operands for operator or function; ' +
          `operator or function: ${name}, number of operands: ${operands.length}`,
      )
    } else if (operands[0]?.kind === 'value') {
      this.problem('function', `Operator or function requires a document path; operator or function: ${name}`)
    }
    const first = operands[0]
    return {
      kind: 'exists',
      attribute: first?.kind === 'attribute' ? first.attribute : '',
      expected: name === 'attribute_exists',
    }
  }

  private operand(): Operand {
    const token = this.peek()
    if (token === '(') throw new UnsupportedByMemoryStore('parentheses around an operand in conditions')
    if (token === undefined || !/^[#:a-zA-Z_]/.test(token) || /^[#:]$/.test(token)) throw this.syntax()
    this.at++
    if (token[0] === ':') return this.placeholderValue(token)
    const attribute = this.attributeName(token, 'undefined')
    const next = this.peek()
    if (next === '.' || next === '[') throw new UnsupportedByMemoryStore('nested paths in conditions')
    return { kind: 'attribute', attribute }
  }

  private placeholderValue(token: string): Operand {
    const value = this.valueOf(token, 'undefined')
    if (value === null) return { kind: 'value', value: {} }
    if (!this.problems.has('undefined')) this.used.add(token)
    return { kind: 'value', value }
  }

  private peek(): string | undefined {
    return this.list[this.at]
  }

  private word(keyword: string): boolean {
    if (this.peek()?.toUpperCase() !== keyword) return false
    this.at++
    return true
  }

  private syntax(): unknown {
    return refuse(this.unexpected(this.at))
  }
}
