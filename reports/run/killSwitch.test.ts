// The switch that kills: off without the variable, exact with it. Read next: killSwitch.ts.
import { expect, test } from 'vitest'
import type { RunEvent } from '../../impl/runtime/pipelineEvents.ts'
import { killSwitch } from './killSwitch.ts'

/** Signals raised by the events, each with the number of the event after which it came. */
function raised(setting: string | undefined, events: readonly RunEvent[]): string[] {
  const signals: string[] = []
  let seen = 0
  const onEvent = killSwitch(setting, (signal) => signals.push(`${signal} at ${seen}`))
  for (const event of events) {
    seen += 1
    onEvent(event)
  }
  return signals
}

const EVENTS: readonly RunEvent[] = ['answer', 'snapshot', 'answer', 'renamed', 'answer', 'answer']

test('is off unless it is set', () => {
  for (const setting of [undefined, '']) expect(raised(setting, EVENTS)).toEqual([])
})

test('raises its signal once, at the n-th event of its kind', () => {
  expect(raised('answer:3', EVENTS)).toEqual(['SIGKILL at 5'])
  expect(raised('renamed:1:SIGINT', EVENTS)).toEqual(['SIGINT at 4'])
  expect(raised('snapshot:2', EVENTS)).toEqual([])
  expect(raised('answer:1:SIGINT,renamed:1', EVENTS)).toEqual(['SIGINT at 1', 'SIGKILL at 4'])
})

test('finds the disk full at the n-th checkpoint file', () => {
  expect(() => raised('temporaryWritten:1:ENOSPC', EVENTS)).not.toThrow()
  expect(() => raised('temporaryWritten:2:ENOSPC', ['temporaryWritten', 'temporaryWritten'])).toThrow(
    /no space left \(ENOSPC\)/,
  )
})

test.each(['answer', 'answer:1:ENOSPC', 'answer:0', 'answer:x', 'lunch:1', 'answer:1:SIGWINCH'])(
  'refuses %s',
  (setting) => {
    expect(() => killSwitch(setting)).toThrow(/^SINKPROOF_KILL: expected EVENT:N or EVENT:N:SIGNAL .* got/)
  },
)
