// The thread that takes its share of the wide searches. The command line starts it where it is bundled; nothing else
// imports it.
import { answerWith } from './inThread.ts'
import { runWide } from './wideStage.ts'

await answerWith(runWide)
