// Bytes a record costs: allocated on the way (what the collector will have to look at) and retained in the end. Retained
// is exact to a page or so; allocated is V8's sampling profiler's estimate, collected garbage included.
// Read next: ../suites/buffer.ts.
import { Session } from 'node:inspector'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

export interface RecordMemory {
  readonly allocatedBytesPerRecord: number
  readonly retainedBytesPerRecord: number
}

interface ProfileNode {
  readonly selfSize: number
  readonly children: readonly ProfileNode[]
}

/** `hold` makes what is to be weighed and returns it; it is called twice. */
export function memoryOf(records: number, hold: () => unknown): RecordMemory {
  const collect = collector()
  collect()
  const before = heldBytes()
  const held = hold()
  collect()
  const retained = heldBytes() - before
  if (held === undefined) throw new Error('expected something that is held')
  return { retainedBytesPerRecord: perRecord(retained, records), allocatedBytesPerRecord: allocated(records, hold) }
}

const perRecord = (bytes: number, records: number): number => Math.max(0, Math.round(bytes / records))

function allocated(records: number, hold: () => unknown): number {
  const session = new Session()
  session.connect()
  try {
    session.post('HeapProfiler.startSampling', {
      // Some thousands of samples, whatever the number of records: each of them takes a stack.
      samplingInterval: Math.max(2_048, Math.round(records / 8)),
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    } as never)
    const buffersBefore = process.memoryUsage().arrayBuffers
    const held = hold()
    const buffers = process.memoryUsage().arrayBuffers - buffersBefore
    let bytes = 0
    session.post('HeapProfiler.stopSampling', (error, answer) => {
      if (error !== null) throw error
      bytes = sizeOf(answer.profile.head)
    })
    if (held === undefined) throw new Error('expected something that is held')
    return perRecord(bytes + Math.max(0, buffers), records)
  } finally {
    session.disconnect()
  }
}

const sizeOf = ({ selfSize, children }: ProfileNode): number =>
  children.reduce((sum, child) => sum + sizeOf(child), selfSize)

function heldBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** A full collection on demand, without a flag on the command line. */
function collector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}
