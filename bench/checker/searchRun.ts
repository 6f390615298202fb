// One measured search in a process of its own: JIT warm-up included, nothing left over from another model.
// Run as `node searchRun.mjs MODEL`, bundled; prints one line of JSON. Read next: kernelEngine.ts, which starts it.
import { search } from '../../model/kernel/index.ts'
import { modelNamed } from './models.ts'

const [name = ''] = process.argv.slice(2)
const { states, transitions, depth, seconds, bytesPerState, exhausted } = search(modelNamed(name).spec(), {
  onViolation: 'collect',
  clock: () => performance.now(),
})
if (!exhausted) throw new Error(`${name}: expected an exhausted search, got ${states} states`)
const peakBytes = process.resourceUsage().maxRSS * 1024
console.log(JSON.stringify({ states, transitions, depth, seconds, peakBytes, bytesPerState }))
