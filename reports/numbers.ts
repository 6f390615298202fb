// Numbers as a person reads them: 1,745,408 where it counts, 1.7 M where it is a rate.

export const counted = (n: number): string => n.toLocaleString('en-US', { maximumFractionDigits: 0 })

export function amount(n: number): string {
  if (n < 10_000) return counted(n)
  return n < 1_000_000 ? `${counted(n / 1_000)} k` : `${(n / 1_000_000).toFixed(1)} M`
}

export const secondsText = (seconds: number): string => `${seconds < 10 ? seconds.toFixed(1) : seconds.toFixed(0)} s`
