// Which fault classes suffice: of all sets under which a guarantee falls, those that have no smaller one inside them.

/** A finding with the bit set of fault classes its run used. */
export interface Used {
  readonly faults: number
  readonly steps: number
}

/** The minimal sets, smallest first, each with the shortest finding that needs no more than it. */
export function minimalSets<F extends Used>(findings: readonly F[]): F[] {
  const shortest = new Map<number, F>()
  for (const finding of findings) {
    const known = shortest.get(finding.faults)
    if (known === undefined || finding.steps < known.steps) shortest.set(finding.faults, finding)
  }
  const within = (small: number, large: number) => (small & large) === small && small !== large
  return [...shortest.values()]
    .filter((finding) => ![...shortest.keys()].some((other) => within(other, finding.faults)))
    .sort((a, b) => size(a.faults) - size(b.faults) || a.steps - b.steps || a.faults - b.faults)
}

function size(bits: number): number {
  let n = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) n++
  return n
}
