// Runs the tours in a second thread, so that two cores are used: searches in one, the real pipeline's tours in the other.
// Read next: tourThread.ts.
import { Worker } from 'node:worker_threads'
import type { RunTours } from './tourStage.ts'
import type { ThreadMessage } from './tourThread.ts'

/** `script` is tourThread in a form that Node runs as it is. */
export const toursInThread =
  (script: URL): RunTours =>
  (request, onProgress) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(script, { workerData: request })
      worker.on('message', (message: ThreadMessage) => {
        if (message.type === 'progress') onProgress(message.executed)
        else if (message.type === 'done') resolve(message.results)
        else reject(Object.assign(new Error(message.message), { name: message.name }))
      })
      worker.on('error', reject)
      worker.on('exit', (code) =>
        reject(new Error(`the tours' thread ended with code ${code} before its results came`)),
      )
    })
