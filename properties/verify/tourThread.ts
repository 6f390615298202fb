// The thread that tours run in: takes one request, reports progress, answers with the results or the error's text.
// Started by tourWorker.ts of the command line; nothing else imports it.
import { parentPort, workerData } from 'node:worker_threads'
import { runTours, type TourRequest } from './tourStage.ts'

export type ThreadMessage =
  | { readonly type: 'progress'; readonly executed: number }
  | { readonly type: 'done'; readonly results: Awaited<ReturnType<typeof runTours>> }
  | { readonly type: 'failed'; readonly name: string; readonly message: string }

const post = (message: ThreadMessage) => parentPort?.postMessage(message)

try {
  const results = await runTours(workerData as TourRequest, (executed) => post({ type: 'progress', executed }))
  post({ type: 'done', results })
} catch (error) {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  post({ type: 'failed', name, message })
}
