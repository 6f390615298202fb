// SINKPROOF_KILL=request:7 makes the process end itself with SIGKILL at the seventh request, answer:3:SIGINT makes it
// press its own Ctrl-C at the third answer, temporaryWritten:2:ENOSPC finds the disk full at the second checkpoint; several
// are separated by commas. Tests count events and not milliseconds. Off unless the variable is set.
// Read next: ../../properties/kill/, ../../properties/crash/.
import { CheckpointFolderUnusableError } from '../../impl/runtime/checkpointErrors.ts'
import { type OnRunEvent, RUN_MOMENTS } from '../../impl/runtime/pipelineEvents.ts'
import { UsageError } from '../exit.ts'

const SIGNALS = ['SIGKILL', 'SIGINT', 'SIGTERM']
/** No signal: the write of the checkpoint fails with this code, as a full disk makes it fail. */
const DISK_FULL = { event: 'temporaryWritten', code: 'ENOSPC' }

/** Throws UsageError. `raise` is called at the event; default: this process sends the signal to itself. */
export function killSwitch(setting: string | undefined, raise: (signal: string) => void = raiseHere): OnRunEvent {
  if (setting === undefined || setting === '') return () => {}
  const switches = setting.split(',').map((one) => oneSwitch(one, raise))
  return (seen) => {
    for (const each of switches) each(seen)
  }
}

function oneSwitch(setting: string, raise: (signal: string) => void): OnRunEvent {
  const [event = '', count = '', signal = 'SIGKILL'] = setting.split(':')
  const isDiskFull = event === DISK_FULL.event && signal === DISK_FULL.code
  const known = (RUN_MOMENTS as readonly string[]).includes(event) && (isDiskFull || SIGNALS.includes(signal))
  if (!known || !/^[1-9]\d*$/.test(count)) {
    const expected = `EVENT:N or EVENT:N:SIGNAL with EVENT of ${RUN_MOMENTS.join(', ')}, SIGNAL of ${SIGNALS.join(', ')} (${DISK_FULL.event} also ${DISK_FULL.code})`
    throw new UsageError(`SINKPROOF_KILL: expected ${expected}, got ${setting}`)
  }
  let left = Number(count)
  return (seen) => {
    if (seen !== event) return
    left -= 1
    if (left !== 0) return
    if (isDiskFull) throw new CheckpointFolderUnusableError('SINKPROOF_KILL', 'write', { code: signal })
    // A request needs a turn or two of the event loop to be on its way; then its fate is the store's.
    if (event === 'request') setImmediate(() => setImmediate(raise, signal))
    else raise(signal)
  }
}

const raiseHere = (signal: string): void => {
  process.kill(process.pid, signal)
}
