// One call at a time, mails inside waits, the innermost wait first, and nothing after a death.
// Read next: taskMailbox.ts.
import { describe, expect, it } from 'vitest'
import { TaskMailbox } from './taskMailbox.ts'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

function mailbox() {
  const failures: string[] = []
  const log: string[] = []
  const box = new TaskMailbox(({ message }) => void failures.push(message))
  /** A call that yields until it is told that it may end, and says when it goes on. */
  const waiting = (name: string) => {
    let done = false
    const ended = Promise.resolve(
      box.call(async () => {
        while (!done) {
          await box.yield()
          log.push(`${name} goes on`)
        }
      }),
    ).then(() => void log.push(`${name} ends`))
    return {
      ended,
      end: () => {
        done = true
      },
    }
  }
  return { box, failures, log, waiting }
}

describe('a mail', () => {
  it('runs at once in an idle task', () => {
    const { box, log } = mailbox()
    box.execute(() => void log.push('mail'))
    expect([log, box.yielding]).toEqual([['mail'], false])
  })

  it('waits while a call is busy with something else than a wait, and runs when it has ended', async () => {
    const { box, log } = mailbox()
    let finish = () => {}
    const call = box.call(() => new Promise<void>((resolve) => (finish = resolve)))
    box.execute(() => void log.push('mail'))
    expect([log, box.yielding]).toEqual([[], false])
    finish()
    await call
    expect(log).toEqual(['mail'])
  })

  it('runs inside a wait and ends it, once', async () => {
    const { box, log, waiting } = mailbox()
    const call = waiting('call')
    expect(box.yielding).toBe(true)
    box.execute(() => void log.push('mail'))
    await turn()
    expect(log).toEqual(['mail', 'call goes on'])
    expect(box.yielding).toBe(true)
    call.end()
    box.execute(() => {})
    await call.ended
    expect([log.at(-1), box.yielding]).toEqual(['call ends', false])
  })

  it('that came to a busy call runs when that call begins to wait', async () => {
    const { box, log } = mailbox()
    const call = box.call(async () => {
      box.execute(() => void log.push('mail'))
      log.push('still busy')
      await box.yield()
    })
    await call
    expect(log).toEqual(['still busy', 'mail'])
  })

  it('that throws fails the task, and ends the wait that it ran in', async () => {
    const { box, failures, log, waiting } = mailbox()
    waiting('call')
    box.execute(() => {
      throw new Error('broken')
    })
    await turn()
    expect([failures, log]).toEqual([['broken'], ['call goes on']])
  })
})

it('a call inside the wait of another waits on top of it: mails go to the innermost, and its end to the outer', async () => {
  const { box, log, waiting } = mailbox()
  const outer = waiting('outer')
  const inner = waiting('inner')
  box.execute(() => {})
  await turn()
  expect(log).toEqual(['inner goes on'])
  inner.end()
  box.execute(() => {})
  await inner.ended
  await turn()
  expect(log.slice(1).toSorted()).toEqual(['inner ends', 'inner goes on', 'outer goes on'])
  outer.end()
  box.execute(() => {})
  await outer.ended
  expect(log.at(-1)).toBe('outer ends')
})

it('after a death no wait ends and no mail runs', async () => {
  const { box, log, waiting } = mailbox()
  waiting('call')
  box.cutOff()
  box.execute(() => void log.push('mail'))
  await turn()
  expect([log, box.yielding]).toEqual([[], false])
})
