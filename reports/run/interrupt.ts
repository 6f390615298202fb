// Ctrl-C and SIGTERM: the first asks for a stop; for the second nobody listens any more, so the system ends the process
// at once. That is as safe as kill -9 is. Read next: run.ts.

export class Interrupt {
  asked = false
  #tell: (() => void) | null = null
  readonly #hear = (): void => {
    this.release()
    this.asked = true
    this.#tell?.()
  }

  constructor() {
    process.on('SIGINT', this.#hear)
    process.on('SIGTERM', this.#hear)
  }

  onAsked(tell: () => void): void {
    this.#tell = tell
    if (this.asked) tell()
  }

  release(): void {
    process.off('SIGINT', this.#hear)
    process.off('SIGTERM', this.#hear)
  }
}
