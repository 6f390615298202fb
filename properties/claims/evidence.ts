// Collects what a claim's run saw. Every line is also a check: a line that is not as expected says so and the claim
// is not shown. Lines are written for a reader who has not seen the code. Read next: claim.ts.
import type { ClaimResult } from './claim.ts'

type Plain = number | string | boolean | null | readonly Plain[]

export class Evidence {
  readonly #lines: string[] = []
  #shown = true
  #runs = 0
  readonly #searches: string[] = []

  /** One more run of the real pipeline went into this. */
  ran(): void {
    this.#runs++
  }

  /** An exhaustive search of the model went into this. */
  searched(what: string): void {
    if (!this.#searches.includes(what)) this.#searches.push(what)
  }

  /** `what` was seen; it has to equal `expected`. */
  same(what: string, seen: Plain, expected: Plain): void {
    const equal = JSON.stringify(seen) === JSON.stringify(expected)
    this.#line(equal ? `${what}: ${text(seen)}` : `${what}: EXPECTED ${text(expected)}, SEEN ${text(seen)}`, equal)
  }

  holds(what: string, so: boolean): void {
    this.#line(so ? what : `NOT SO: ${what}`, so)
  }

  /** `call` must throw (or reject), with `part` in its message. */
  async refused(what: string, part: string, call: () => unknown): Promise<void> {
    try {
      await call()
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      return this.holds(`${what}: "${message}"`, message.includes(part))
    }
    this.holds(`${what} is refused`, false)
  }

  result(otherwise = 'the real classes, called directly'): ClaimResult {
    const how = this.#searches.map((search) => `exhaustive model, ${search}`)
    if (this.#runs > 0) how.unshift(`real pipeline, memory store, ${this.#runs} run${this.#runs === 1 ? '' : 's'}`)
    return { shown: this.#shown, evidence: this.#lines, how: how.join('; ') || otherwise }
  }

  #line(line: string, so: boolean): void {
    this.#lines.push(line)
    if (!so) this.#shown = false
  }
}

function text(value: Plain): string {
  if (typeof value !== 'object' || value === null) return String(value)
  return value.length === 0
    ? 'none'
    : value.map((part) => (Array.isArray(part) ? `(${text(part)})` : text(part))).join(' ')
}
