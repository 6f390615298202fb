// The elements in an order drawn from `random` (Fisher and Yates). Read next: roundPlan.ts.

export function shuffled<T>(elements: readonly T[], random: () => number): readonly T[] {
  const result = [...elements]
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const [a, b] = [result[last] as T, result[other] as T]
    result[last] = b
    result[other] = a
  }
  return result
}
