// When and where a published file was made: the one line of it that a second run may change.
import { cpus } from 'node:os'

export function madeAt(now: Date): string {
  const processors = cpus()
  const machine = `${processors.length} x ${processors[0]?.model.trim() ?? 'unknown processor'}`
  return `${now.toISOString().slice(0, 10)}, Node ${process.version}, ${machine}`
}
