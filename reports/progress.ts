// Work under way, on stderr: a live line with rates on a terminal, a plain line every few seconds elsewhere (a log file
// must not fill with control characters). Read next: io.ts.
import type { VerifyProgress } from '../properties/verify/result.ts'
import type { Io } from './io.ts'
import { amount } from './numbers.ts'

const PLAIN_EVERY_MS = 5_000
const LIVE_EVERY_MS = 100

export class Progress {
  private readonly io: Io
  private readonly now: () => number
  private readonly startedMs: number
  private shownMs: number
  /** Where each stage stood when it was first heard of: stages may run side by side. */
  private readonly began = new Map<string, { readonly ms: number; readonly done: number }>()
  private drawn = false

  constructor(io: Io, now: () => number = () => performance.now()) {
    this.io = io
    this.now = now
    this.startedMs = now()
    this.shownMs = this.startedMs
  }

  report({ stage, done, total, unit }: VerifyProgress): void {
    const now = this.now()
    const began = this.began.get(stage) ?? { ms: now, done }
    this.began.set(stage, began)
    if (now - this.shownMs < (this.io.live === null ? PLAIN_EVERY_MS : LIVE_EVERY_MS)) return
    this.shownMs = now
    const perSecond = ((done - began.done) * 1_000) / Math.max(1, now - began.ms)
    const rate = perSecond < 1 ? '' : `, ${amount(perSecond)}/s`
    const of = total === undefined ? '' : ` of ${amount(total)}`
    const line = `${elapsed(now - this.startedMs)}  ${stage}: ${amount(done)}${of} ${unit}${rate}`
    if (this.io.live === null) this.io.err(line)
    else this.io.live(line)
    this.drawn = this.io.live !== null
  }

  /** Before anything else is written to the terminal. */
  clear(): void {
    if (this.drawn) this.io.live?.('')
    this.drawn = false
  }
}

const elapsed = (ms: number): string => `${(ms / 1000).toFixed(0).padStart(3)} s`
