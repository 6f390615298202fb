// A timer that is due waits to be performed; a disarmed one never runs. Read next: systemTime.ts.
import { expect, test } from 'vitest'
import { SystemTime } from './systemTime.ts'

/** Time, and a promise of the next timer that becomes due. */
function time(): { time: SystemTime; due: () => Promise<void> } {
  let tell = () => {}
  const system = new SystemTime(() => tell())
  return {
    time: system,
    due: () =>
      new Promise((resolve) => {
        tell = resolve
      }),
  }
}

test('a timer runs when it is performed, not when it is due', async () => {
  const { time: system, due } = time()
  let ran = 0
  system.registerTimer(1, () => {
    ran += 1
  })
  expect(system.timers).toBe(0)
  await due()
  expect({ ran, timers: system.timers }).toEqual({ ran: 0, timers: 1 })
  system.fireTimer()
  expect({ ran, timers: system.timers }).toEqual({ ran: 1, timers: 0 })
  expect(() => system.fireTimer()).toThrow('expected a timer that is due')
})

test('disarmed before or after it is due, it does not run', async () => {
  const { time: system, due } = time()
  const never = system.registerTimer(1, () => expect.unreachable())
  never()
  const late = system.registerTimer(1, () => expect.unreachable())
  await due()
  late()
  expect(system.timers).toBe(0)
})

test('cancelled, nothing fires and nothing wakes', async () => {
  const { time: system } = time()
  system.registerTimer(1, () => expect.unreachable())
  void system.sleep(1).then(() => expect.unreachable())
  system.cancel()
  // A later timer of the same clock: the cancelled ones would have been due before it.
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect({ timers: system.timers, sleeps: system.sleeps }).toEqual({ timers: 0, sleeps: 0 })
})
