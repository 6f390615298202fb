// Runs the real pipeline's part in a second thread, so that two cores are used: searches in one, sinks in the other.
// Read next: realThread.ts.
import { Worker } from 'node:worker_threads'
import type { RunReal } from './realStage.ts'
import type { ThreadMessage } from './realThread.ts'

/** `script` is realThread in a form that Node runs as it is. */
export const realInThread =
  (script: URL): RunReal =>
  (request, onProgress) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(script, { workerData: request })
      worker.on('message', (message: ThreadMessage) => {
        if (message.type === 'progress') onProgress(message.progress)
        else if (message.type === 'done') resolve(message.results)
        else reject(Object.assign(new Error(message.message), { name: message.name }))
      })
      worker.on('error', reject)
      worker.on('exit', (code) =>
        reject(new Error(`the sinks' thread ended with code ${code} before its results came`)),
      )
    })
