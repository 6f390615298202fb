// The thread that the real pipeline's part runs in. The command line starts it where it is bundled; nothing else imports it.
import { answerWith } from './inThread.ts'
import { runReal } from './realStage.ts'

await answerWith(runReal)
