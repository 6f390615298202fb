// Work in a thread of its own, so that two cores are used: one request in, progress meanwhile, the results or the error's
// text out. Both ends are here. Read next: realThread.ts, wideThread.ts.
import { parentPort, Worker, workerData } from 'node:worker_threads'
import type { VerifyProgress } from './result.ts'

type Message<Results> =
  | { readonly type: 'progress'; readonly progress: VerifyProgress }
  | { readonly type: 'done'; readonly results: Results }
  | { readonly type: 'failed'; readonly name: string; readonly message: string }

export type Work<Request, Results> = (
  request: Request,
  onProgress: (progress: VerifyProgress) => void,
) => Promise<Results>

/** `script` answers with `answerWith`, in a form that Node runs as it is. */
export const inThread =
  <Request, Results>(script: URL): Work<Request, Results> =>
  (request, onProgress) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(script, { workerData: request })
      worker.on('message', (message: Message<Results>) => {
        if (message.type === 'progress') onProgress(message.progress)
        else if (message.type === 'done') resolve(message.results)
        else reject(Object.assign(new Error(message.message), { name: message.name }))
      })
      worker.on('error', reject)
      worker.on('exit', (code) => reject(new Error(`a thread ended with code ${code} before its results came`)))
    })

/** In the thread. */
export async function answerWith<Request, Results>(work: Work<Request, Results>): Promise<void> {
  const post = (message: Message<Results>) => parentPort?.postMessage(message)
  try {
    const results = await work(workerData as Request, (progress) => post({ type: 'progress', progress }))
    post({ type: 'done', results })
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error))
    post({ type: 'failed', name, message })
  }
}
