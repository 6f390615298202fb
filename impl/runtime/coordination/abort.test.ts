// Acknowledgements and declines that come too late, twice, or from an attempt that is over, and what ends a checkpoint:
// what CheckpointCoordinatorTest says of messages and the recorded cases do not reach, above all attempts.
// Read next: acknowledge.ts, abort.ts.
import { describe, expect, it } from 'vitest'
import { lines, Run } from './run.fixture.ts'

const started = (config = {}) => {
  const run = new Run(config)
  run.request(1)
  return run
}

describe('an acknowledgement', () => {
  it('counts for its attempt alone: one of another loses its own state and nothing else', () => {
    const run = started()
    run.restart(null)
    run.request(2)
    const before = run.state
    const late = run.ack(0, 2, 'old', 0)
    expect(late.answer).toEqual({ outcome: 'unknown', associated: true })
    expect(lines(late.effects)).toEqual(['discard 0 2 old'])
    expect(run.state).toEqual(before)
    expect(run.ack(0, 2).answer?.outcome).toBe('success')
  })
  it('counts for its id alone, also where a resubmission uses ids again', () => {
    const run = started()
    run.restart(null, {}, 1)
    run.request(2)
    expect(run.pendingIds).toEqual([1])
    expect(run.ack(0, 1, 'old', 0).answer?.outcome).toBe('unknown')
    expect(run.ack(0, 7).answer).toEqual({ outcome: 'discarded', associated: false })
  })
  it('given twice keeps the first state, and discards neither (testStateCleanupForLateOrUnknownMessages)', () => {
    const run = started()
    run.ack(0, 1, 'first')
    const again = run.ack(0, 1, 'second')
    expect(again).toMatchObject({ answer: { outcome: 'duplicate', associated: true }, effects: [] })
    run.ackAll(1)
    expect(lines(run.about('complete', 1), 'store')[0]).toContain('"first"')
  })
  it('without state completes as well, and leaves nothing to discard (testNullSubtaskStateLeadsToStatelessTask)', () => {
    const run = started()
    run.ack(0, 1, null)
    run.ack(1, 1)
    expect(lines(run.decline(2, 1), 'discard')).toEqual(['discard 1 1 1@1'])
    expect(run.ack(2, 1, null).effects).toEqual([])
  })
  it('of one of the last 16 expired ids is told apart', () => {
    const run = new Run({ tolerableFailures: 99 })
    for (let id = 1; id <= 17; id++) {
      run.request(id)
      run.about('expire', id)
    }
    expect(run.ack(0, 1).answer).toEqual({ outcome: 'discarded', associated: false })
    expect(run.ack(0, 2).answer).toEqual({ outcome: 'discarded', associated: true })
    expect(run.ack(0, 17).answer).toEqual({ outcome: 'discarded', associated: true })
  })
  it('makes no difference by its order', () => {
    const [one, other] = [started(), started()]
    for (const task of [0, 1, 2, 3]) one.ack(task, 1)
    for (const task of [2, 3, 1, 0]) other.ack(task, 1)
    expect(one.state).toEqual(other.state)
  })
})

describe('an abort', () => {
  it('stops the watch, fails the request, discards, blames, tells; in this order', () => {
    const run = started()
    run.ack(0, 1)
    run.ack(2, 1)
    expect(lines(run.decline(3, 1))).toEqual([
      'cancelTimeout 1',
      'requestFailed 1 CHECKPOINT_DECLINED',
      'discard 0 1 0@1',
      'discard 2 1 2@1',
      'failJob {"task":3,"attempt":0}',
      ...[0, 1, 2, 3].map((task) => `notifyAbort ${task} 1 0`),
    ])
    expect(run.decline(3, 1)).toEqual([])
  })
  it('by expiry has no watch left to stop', () => {
    expect(lines(started().about('expire', 1), 'cancelTimeout')).toEqual([])
  })
  it('may come from an attempt that is over: declines are not fenced (measured on Flink)', () => {
    const run = new Run()
    run.restart(null)
    run.request(1)
    expect(lines(run.decline(0, 1, 'CHECKPOINT_DECLINED', 0), 'failJob')).toEqual(['failJob {"task":0,"attempt":0}'])
    expect(run.pendingIds).toEqual([])
  })
  it('leaves newer ones alone (testTriggerAndDeclineCheckpointComplex)', () => {
    const run = started({ maxConcurrent: 2, tolerableFailures: 9 })
    run.request(2)
    run.decline(0, 1)
    expect(run.pendingIds).toEqual([2])
  })
  it('still ends one that all have acknowledged, as long as it is not being stored', () => {
    const run = started({ tolerableFailures: 9 })
    run.ackAll(1)
    expect(lines(run.about('expire', 1), 'discard')).toHaveLength(4)
    expect(run.about('complete', 1)).toEqual([])
  })
})
