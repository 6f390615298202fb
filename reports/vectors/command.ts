// `sinkproof vectors DIR`: recordings of the released Flink classes, replayed on the runtime and on the model. Exit 1 where
// a case disagrees, 2 where a file is no recording (the others are replayed all the same).
// Read next: ../../properties/vectors/kinds.ts, table.ts.
import { FolderError, type FolderResult, replayFolder } from '../../properties/vectors/replayFolder.ts'
import { EXIT, UsageError } from '../exit.ts'
import type { Io } from '../io.ts'
import { Progress } from '../progress.ts'
import { vectorLines } from './table.ts'

export async function vectorsCommand({ folder, json }: { folder: string; json: boolean }, io: Io): Promise<number> {
  const progress = new Progress(io)
  const result = await replayed(folder, (done, total) =>
    progress.report({ stage: 'vectors', unit: 'cases', done, total }),
  )
  progress.clear()
  if (json) io.out(JSON.stringify(asJson(result), null, 2))
  else for (const line of vectorLines(result)) io.out(line)
  for (const sentence of result.unusable) io.err(`sinkproof: ${sentence}`)
  if (result.files.some(({ disagreed }) => disagreed.length > 0)) return EXIT.surprise
  return result.unusable.length > 0 ? EXIT.usage : EXIT.asExpected
}

async function replayed(folder: string, onProgress: (done: number, total: number) => void): Promise<FolderResult> {
  try {
    return await replayFolder(folder, onProgress)
  } catch (error) {
    if (error instanceof FolderError) throw new UsageError(error.message)
    throw error
  }
}

const asJson = ({ files, unusable }: FolderResult) => ({
  files: files.map(({ file, about, cases, agreed, agreedBy, disagreed, notReplayed }) => ({
    file,
    about,
    cases,
    agreed,
    agreedBy,
    disagreed,
    notReplayed,
  })),
  unusable,
})
