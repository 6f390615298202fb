// One measured search in a process of its own: JIT warm-up included, nothing left over from another model. With several
// threads each is a worker that runs this same file; their start is part of the time.
// Run as `node searchRun.mjs MODEL THREADS`, bundled; prints one line of JSON. Read next: kernelEngine.ts, which starts it.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { type SearchResult, search } from '../../model/kernel/index.ts'
import { combined, Shard, type ShardResult, type SharedMemory, sharedMemory } from '../../model/kernel/parallel.ts'
import { modelNamed } from './models.ts'

interface Part {
  readonly name: string
  readonly memory: SharedMemory
  readonly shard: number
}

const OPTIONS = { onViolation: 'collect' } as const

if (isMainThread) await main(process.argv[2] ?? '', Number(process.argv[3] ?? 1))
else {
  const { name, memory, shard } = workerData as Part
  parentPort?.postMessage(new Shard(modelNamed(name).spec(), memory, shard, OPTIONS).run())
}

async function main(name: string, threads: number): Promise<void> {
  const run = threads === 1 ? onOneThread(name) : await onThreads(name, threads)
  const { states, transitions, depth, seconds, bytesPerState, exhausted } = run
  if (!exhausted) throw new Error(`${name}: expected an exhausted search, got ${states} states`)
  const peakBytes = process.resourceUsage().maxRSS * 1024
  console.log(JSON.stringify({ states, transitions, depth, seconds, peakBytes, bytesPerState }))
}

function onOneThread(name: string): SearchResult {
  return search(modelNamed(name).spec(), { ...OPTIONS, clock: () => performance.now() })
}

async function onThreads(name: string, threads: number): Promise<SearchResult> {
  const spec = modelNamed(name).spec()
  const began = performance.now()
  const memory = sharedMemory(spec, threads)
  const parts = await Promise.all(Array.from({ length: threads }, (_, shard) => partOf({ name, memory, shard })))
  return combined(spec, parts, (performance.now() - began) / 1000)
}

/** Where one thread fails the process ends, and the others with it. */
function partOf(part: Part): Promise<ShardResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: part })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}
