// What a search can be asked, and what it answers. search.ts does the searching.

import type { Violation } from './violations.ts'

export interface Progress {
  readonly states: number
  readonly transitions: number
  readonly depth: number
  /** States found but not expanded yet. */
  readonly frontier: number
  readonly statesPerSecond: number
}
export interface SearchOptions {
  /** 'stop' (default) ends at the first violation (others of equal length may stand beside it); 'collect' goes on and keeps the first of every property and class. */
  readonly onViolation?: 'stop' | 'collect'
  /** Bounds of the search itself. States and time are looked at between slices, so they may be overrun a little. */
  readonly limits?: { readonly states?: number; readonly depth?: number; readonly timeMs?: number }
  /** Milliseconds from any fixed point, such as performance.now. Without one, `seconds` is 0 and time cannot be a limit. */
  readonly clock?: () => number
  readonly onProgress?: (progress: Progress) => void
  /** States between two calls of `onProgress`. Default 200,000. */
  readonly progressEvery?: number
  /** Keeps every edge, for graph.ts and liveness.ts: about 5 more bytes a transition. */
  readonly keepGraph?: boolean
  /**
   * Takes a rule that is safe alone (`Rule.safe`): fewer states, the same violations by property and class, but longer
   * traces perhaps, and fewer states in which a `sometimes` holds. Default false.
   */
  readonly reduce?: boolean
}
export interface SearchResult {
  readonly states: number
  readonly transitions: number
  /** Steps from the initial states to the farthest state found. */
  readonly depth: number
  readonly seconds: number
  /** Whether every reachable state was found and expanded. Only then does "no violation" mean anything. */
  readonly exhausted: boolean
  readonly limit?: 'states' | 'depth' | 'time'
  readonly violations: readonly Violation[]
  /** Of each `sometimes`: in how many states it holds, and the steps to the first of them (-1: never). */
  readonly witnesses: Readonly<Record<string, { readonly count: number; readonly firstStep: number }>>
  /** How many transitions each rule made. */
  readonly ruleCounts: Readonly<Record<string, number>>
  /** Rows in use (words, parent, rule) and the whole index as allocated; without a kept graph. */
  readonly bytesPerState: number
}
