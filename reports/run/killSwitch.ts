// SINKPROOF_KILL=request:7 makes the process end itself with SIGKILL at the seventh request: a kill test that counts
// events and not milliseconds. Off unless the variable is set. Tests only.
// Read next: ../../properties/kill/.
import type { OnRunEvent, RunEvent } from '../../impl/runtime/pipelineEvents.ts'
import { UsageError } from '../exit.ts'

export const KILL_EVENTS = [
  'request',
  'answer',
  'snapshot',
  'temporaryWritten',
  'beforeRename',
  'renamed',
  'stored',
  'notify',
] as const satisfies readonly RunEvent[]

/** `kill` is called at the event; default: this process ends itself at once. */
export function killSwitch(setting: string | undefined, kill: () => void = killSelf): OnRunEvent {
  if (setting === undefined || setting === '') return () => {}
  const [event, count = ''] = setting.split(':')
  if (!(KILL_EVENTS as readonly string[]).includes(event ?? '') || !/^[1-9]\d*$/.test(count)) {
    throw new UsageError(`SINKPROOF_KILL: expected EVENT:N with EVENT of ${KILL_EVENTS.join(', ')}, got ${setting}`)
  }
  let left = Number(count)
  return (seen) => {
    if (seen !== event) return
    left -= 1
    if (left !== 0) return
    // A request needs a turn or two of the event loop to be on its way; then its fate is the store's.
    if (event === 'request') setImmediate(() => setImmediate(kill))
    else kill()
  }
}

const killSelf = (): void => {
  process.kill(process.pid, 'SIGKILL')
}
