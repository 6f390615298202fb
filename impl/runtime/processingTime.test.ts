// Virtual time: what is armed fires in due order and only when told to, the clock moves with it and never back, and
// what is disarmed or cancelled is as if it had never been armed. The tasks of a world share the clock and nothing else.
import { expect, it } from 'vitest'
import { VirtualProcessingTime } from './processingTime.ts'

function time(nowMs = 0) {
  const clock = { nowMs }
  const fired: string[] = []
  const virtual = new VirtualProcessingTime(clock)
  const arm = (delayMs: number, name: string) =>
    virtual.registerTimer(delayMs, () => {
      fired.push(`${name}@${virtual.now()}`)
    })
  return { clock, fired, virtual, arm }
}

it('fires timers in due order, equal ones in the order in which they were armed', () => {
  const { virtual, fired, arm } = time()
  for (const [delay, name] of [
    [30, 'c'],
    [10, 'a'],
    [30, 'd'],
    [20, 'b'],
  ] as const)
    arm(delay, name)
  while (virtual.timers > 0) void virtual.fireTimer()
  expect(fired).toEqual(['a@10', 'b@20', 'c@30', 'd@30'])
})

it('counts a delay from the moment of arming, and never turns the clock back', () => {
  const { virtual, fired, clock, arm } = time(5)
  arm(10, 'late')
  clock.nowMs = 100
  arm(1, 'next')
  void virtual.fireTimer()
  void virtual.fireTimer()
  expect(fired).toEqual(['late@100', 'next@101'])
})

it('does nothing by itself', async () => {
  const { virtual, fired, clock, arm } = time()
  arm(0, 'a')
  let woken = false
  void virtual.sleep(0).then(() => {
    woken = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  expect([fired, woken, clock.nowMs, virtual.timers, virtual.sleeps]).toEqual([[], false, 0, 1, 1])
})

it('disarms exactly the timer that was armed, once, also after it has fired', () => {
  const { virtual, fired, arm } = time()
  const disarm = arm(10, 'a')
  arm(10, 'a')
  disarm()
  disarm()
  expect(virtual.timers).toBe(1)
  void virtual.fireTimer()
  const gone = arm(10, 'b')
  void virtual.fireTimer()
  arm(10, 'c')
  gone()
  expect([fired, virtual.timers]).toEqual([['a@10', 'b@20'], 1])
})

it('wakes sleeps in due order, apart from the timers', async () => {
  const { virtual, clock, arm } = time()
  const woken: string[] = []
  void virtual.sleep(20).then(() => woken.push('second'))
  void virtual.sleep(10).then(() => woken.push('first'))
  arm(5, 'timer')
  void virtual.wake()
  await Promise.resolve()
  expect([woken, virtual.sleeps, virtual.timers, clock.nowMs]).toEqual([['first'], 1, 1, 10])
  void virtual.wake()
  await Promise.resolve()
  expect([woken, virtual.sleeps]).toEqual([['first', 'second'], 0])
})

it('hands back what a timer returns, so that its mail can be waited for', async () => {
  const { virtual } = time()
  let done = false
  virtual.registerTimer(1, async () => {
    await Promise.resolve()
    done = true
  })
  await virtual.fireTimer()
  expect(done).toBe(true)
})

it('a timer may arm the next one', () => {
  const { virtual, fired, arm } = time()
  virtual.registerTimer(10, () => void arm(10, 'next'))
  void virtual.fireTimer()
  void virtual.fireTimer()
  expect(fired).toEqual(['next@20'])
})

it('after a cancel nothing fires and nothing wakes', async () => {
  const { virtual, fired, arm } = time()
  arm(1, 'a')
  let woken = false
  void virtual.sleep(1).then(() => {
    woken = true
  })
  virtual.cancel()
  await Promise.resolve()
  expect([fired, woken, virtual.timers, virtual.sleeps]).toEqual([[], false, 0, 0])
  expect(() => virtual.fireTimer()).toThrow(/expected an armed timer to fire, there is none/)
  expect(() => virtual.wake()).toThrow(/expected an armed timer/)
})

it('two tasks share the clock, not their timers', () => {
  const { clock, virtual, arm } = time()
  const other = new VirtualProcessingTime(clock)
  arm(50, 'a')
  expect(other.timers).toBe(0)
  void virtual.fireTimer()
  expect(other.now()).toBe(50)
  virtual.registerTimer(1, () => {})
  other.cancel()
  expect(virtual.timers).toBe(1)
})
