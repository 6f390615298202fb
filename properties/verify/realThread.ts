// The thread that the real pipeline's part runs in: takes one request, reports progress, answers with the results or the
// error's text. The command line starts it where it is bundled; nothing else imports it.
import { parentPort, workerData } from 'node:worker_threads'
import { type RealRequest, type RealStage, runReal } from './realStage.ts'
import type { VerifyProgress } from './result.ts'

export type ThreadMessage =
  | { readonly type: 'progress'; readonly progress: VerifyProgress }
  | { readonly type: 'done'; readonly results: RealStage }
  | { readonly type: 'failed'; readonly name: string; readonly message: string }

const post = (message: ThreadMessage) => parentPort?.postMessage(message)

try {
  const results = await runReal(workerData as RealRequest, (progress) => post({ type: 'progress', progress }))
  post({ type: 'done', results })
} catch (error) {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  post({ type: 'failed', name, message })
}
