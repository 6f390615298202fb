// Counting failures: Flink's CheckpointFailureManagerTest, and what it leaves to the callers' tests, savepoints.
// Read next: failures.ts.
import { describe, expect, it } from 'vitest'
import { attempt, checkpointId } from '../../../model/pipeline/ids.ts'
import { countFailure, countSuccess, type FailureCount, NO_FAILURES } from './failures.ts'
import type { SnapshotKind } from './kinds.ts'
import { type AbortReason, MEANING } from './reasons.ts'

const BY = { task: 2, attempt: attempt(0) }

function count(tolerable: number) {
  let failures: FailureCount = NO_FAILURES
  return {
    fail(id: number, reason: AbortReason, by: typeof BY | null = BY, kind: SnapshotKind = 'checkpoint') {
      const verdict = countFailure(failures, tolerable, { id: checkpointId(id), kind, reason, by })
      failures = verdict.failures
      return verdict.failJob
    },
    succeed(id: number) {
      failures = countSuccess(failures, checkpointId(id))
    },
  }
}

describe('failures in a row', () => {
  it('fail the job when they are too many; those that do not count do not matter (testContinuousFailure)', () => {
    const { fail } = count(2)
    expect(fail(1, 'CHECKPOINT_DECLINED')).toBeNull()
    expect(fail(2, 'CHECKPOINT_DECLINED')).toBeNull()
    expect(fail(3, 'JOB_FAILOVER_REGION', null)).toBeNull()
    expect(fail(4, 'CHECKPOINT_DECLINED')).toEqual(BY)
    expect(fail(5, 'CHECKPOINT_DECLINED')).toBeNull()
  })
  it('are forgotten after a success (testBreakContinuousFailure)', () => {
    const { fail, succeed } = count(1)
    fail(1, 'CHECKPOINT_EXPIRED', null)
    succeed(2)
    expect(fail(3, 'CHECKPOINT_EXPIRED', null)).toBeNull()
    expect(fail(4, 'CHECKPOINT_EXPIRED', null)).toBe('coordinator')
  })
  it('say nothing below a success (testIgnoresPastCheckpoints)', () => {
    const { fail, succeed } = count(0)
    succeed(5)
    expect(fail(4, 'CHECKPOINT_DECLINED')).toBeNull()
    expect(fail(5, 'CHECKPOINT_DECLINED')).toBeNull()
    succeed(3)
    expect(fail(4, 'CHECKPOINT_DECLINED')).toBeNull()
    expect(fail(6, 'CHECKPOINT_DECLINED')).toEqual(BY)
  })
  it('count once an id (testIgnoreOneCheckpointRepeatedlyCountMultiTimes)', () => {
    const { fail } = count(1)
    for (let again = 0; again < 3; again++) expect(fail(1, 'CHECKPOINT_DECLINED')).toBeNull()
    expect(fail(2, 'CHECKPOINT_DECLINED')).toEqual(BY)
  })
  it('never fail a job that bears any number', () => {
    const { fail } = count(Number.POSITIVE_INFINITY)
    for (let id = 1; id < 50; id++) expect(fail(id, 'CHECKPOINT_DECLINED')).toBeNull()
  })
})

describe('reasons', () => {
  const COUNTED = ['CHECKPOINT_DECLINED', 'CHECKPOINT_ASYNC_EXCEPTION', 'IO_EXCEPTION', 'CHECKPOINT_EXPIRED']
  it.each(Object.keys(MEANING) as AbortReason[])('%s', (reason) => {
    const failed = count(0).fail(1, reason)
    expect(failed !== null).toBe([...COUNTED, 'FINALIZE_CHECKPOINT_FAILURE'].includes(reason))
    expect(failed).toEqual(failed === null ? null : reason === 'IO_EXCEPTION' ? 'coordinator' : BY)
  })
})

describe('savepoints', () => {
  it('count only where a task says so', () => {
    expect(count(0).fail(1, 'CHECKPOINT_DECLINED', BY, 'savepoint')).toEqual(BY)
    expect(count(0).fail(1, 'IO_EXCEPTION', BY, 'savepoint')).toBeNull()
    expect(count(0).fail(1, 'CHECKPOINT_EXPIRED', null, 'savepoint')).toBeNull()
  })
  it.each(['drain', 'suspend'] as const)('of kind %s always fail the job where a task declines', (kind) => {
    const { fail, succeed } = count(9)
    succeed(7)
    expect(fail(1, 'CHECKPOINT_DECLINED', BY, kind)).toBe('coordinator')
    expect(fail(1, 'CHECKPOINT_DECLINED_SUBSUMED', BY, kind)).toBe('coordinator')
    expect(fail(1, 'CHECKPOINT_EXPIRED', null, kind)).toBeNull()
  })
})
