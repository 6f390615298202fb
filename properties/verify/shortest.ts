// Of all findings of a cell the simplest: fewer kinds of fault first, then fewer steps. What needs no fault teaches most.
// Read next: verify.ts, workloadStage.ts.
import { faultSet } from '../../model/pipeline/vocabulary.ts'
import type { Finding } from './modelStage.ts'

const simpler = (a: Finding, b: Finding): boolean => {
  const [fewer, more] = [faultSet(a.faults).length, faultSet(b.faults).length]
  return fewer === more ? a.steps < b.steps : fewer < more
}

/** Every finding, marked where it is the shortest of its cell: that one is executed and becomes a trace. */
export function shortestOfEach(
  findings: readonly Finding[],
  cellOf: (finding: Finding) => string,
): { readonly finding: Finding; readonly shortest: boolean }[] {
  const best = new Map<string, Finding>()
  for (const finding of findings) {
    const cell = `${cellOf(finding)}/${finding.guarantee}`
    const known = best.get(cell)
    if (known === undefined || simpler(finding, known)) best.set(cell, finding)
  }
  return findings.map((finding) => ({
    finding,
    shortest: best.get(`${cellOf(finding)}/${finding.guarantee}`) === finding,
  }))
}
