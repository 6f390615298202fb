// The mailbox of a sink's task: one call runs at a time, a call that yields lets others run inside its wait, and what
// comes while the task is busy waits for its turn. No queue of its own in the world: there nothing comes to a busy task.
// Source followed: Flink's MailboxProcessor and MailboxExecutor (yield runs mails until one has ended).
// Read next: embeddedHost.ts (every call of a sink goes through here).
import type { Mailbox } from '../sinks/interfaces.ts'

export class TaskMailbox implements Mailbox {
  readonly #fail: (error: Error) => void
  readonly #mails: (() => void)[] = []
  /** Calls that yield, the innermost last: each is settled by the end of a mail that ran inside it. */
  readonly #waits: (() => void)[] = []
  /** Calls that have not ended, those that yield included. */
  #calls = 0
  #dead = false

  /** `fail`: a mail threw, and nobody waits for it. */
  constructor(fail: (error: Error) => void) {
    this.#fail = fail
  }

  /** The innermost call waits for a mail: one may run inside it. */
  get yielding(): boolean {
    return this.#calls > 0 && this.#free
  }

  /** Runs a call of the task: on an idle task, or inside the wait of one that yields. */
  call<Result>(work: () => Result | Promise<Result>): Result | Promise<Result> {
    this.#calls++
    let result: Result | Promise<Result>
    try {
      result = work()
    } catch (error) {
      this.#ended()
      throw error
    }
    if (result instanceof Promise) return result.finally(() => this.#ended())
    this.#ended()
    return result
  }

  execute(mail: () => void): void {
    if (this.#dead) return
    if (this.#free) this.#run(mail)
    else this.#mails.push(mail)
  }

  yield(): Promise<void> {
    return new Promise((resolve) => {
      this.#waits.push(resolve)
      this.#next()
    })
  }

  /** The attempt is over: no wait ends any more, no mail runs. What is called from here on is a task of its own. */
  cutOff(): void {
    this.#dead = true
    this.#mails.length = 0
    this.#waits.length = 0
    this.#calls = 0
  }

  get #free(): boolean {
    return this.#calls === this.#waits.length
  }

  #run(mail: () => void): void {
    try {
      this.call(mail)
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #ended(): void {
    if (this.#calls > 0) this.#calls--
    if (this.#waits.length > 0 && this.#free) this.#waits.pop()?.()
    this.#next()
  }

  #next(): void {
    if (!this.#free) return
    const mail = this.#mails.shift()
    if (mail !== undefined) this.#run(mail)
  }
}
