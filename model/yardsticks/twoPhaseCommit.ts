// Lamport's two-phase commit (the TLA+ specification TwoPhase): the model for which every checker publishes its counts.
// One transaction manager, N resource managers; messages are a set, so nothing is consumed and many steps change nothing.
// Counts are held to the published ones in yardsticks.test.ts.

import { defineSpec, rule, type Spec, scalar, vector } from '../kernel/index.ts'

const WORKING = 0
const PREPARED = 1
const COMMITTED = 2
const ABORTED = 3

const INIT = 0

export function twoPhaseCommit(resourceManagers: number): Spec {
  const N = resourceManagers
  return defineSpec({
    name: `two-phase commit, ${N} resource managers`,
    variables: {
      rm: vector(N, ABORTED),
      // the transaction manager: its decision, and whom it knows to be prepared
      tm: scalar(ABORTED),
      tmPrepared: vector(N, 1),
      // messages ever sent
      sentPrepared: vector(N, 1),
      sentCommit: scalar(1),
      sentAbort: scalar(1),
    },
    define: (s) => {
      const each = Array.from({ length: N }, (_, i) => i)
      const count = (state: number) => each.filter((i) => s.rm.at(i) === state).length
      const allPrepared = () => {
        for (let i = 0; i < N; i++) if (s.tmPrepared.at(i) === 0) return false
        return true
      }
      const someIn = (state: number) => {
        for (let i = 0; i < N; i++) if (s.rm.at(i) === state) return true
        return false
      }
      return {
        initial: [() => {}],
        rules: [
          rule(
            'TMCommit',
            'progress',
            () => s.tm === INIT && allPrepared(),
            () => {
              s.tm = COMMITTED
              s.sentCommit = 1
            },
          ),
          rule(
            'TMAbort',
            'progress',
            () => s.tm === INIT,
            () => {
              s.tm = ABORTED
              s.sentAbort = 1
            },
          ),
          ...each.flatMap((i) => [
            rule(
              `TMRcvPrepared(${i})`,
              'progress',
              () => s.tm === INIT && s.sentPrepared.at(i) === 1,
              () => s.tmPrepared.set(i, 1),
            ),
            rule(
              `RMPrepare(${i})`,
              'progress',
              () => s.rm.at(i) === WORKING,
              () => {
                s.rm.set(i, PREPARED)
                s.sentPrepared.set(i, 1)
              },
            ),
            rule(
              `RMChooseToAbort(${i})`,
              'environment',
              () => s.rm.at(i) === WORKING,
              () => s.rm.set(i, ABORTED),
            ),
            rule(
              `RMRcvCommitMsg(${i})`,
              'progress',
              () => s.sentCommit === 1,
              () => s.rm.set(i, COMMITTED),
            ),
            rule(
              `RMRcvAbortMsg(${i})`,
              'progress',
              () => s.sentAbort === 1,
              () => s.rm.set(i, ABORTED),
            ),
          ]),
        ],
        always: { consistent: () => !(someIn(COMMITTED) && someIn(ABORTED)) },
        sometimes: {
          allCommitted: () => s.sentCommit === 1 && count(COMMITTED) === N,
          allAborted: () => s.sentAbort === 1 && count(ABORTED) === N,
        },
        eventually: [{ name: 'decides', from: () => true, goal: () => !someIn(WORKING) && !someIn(PREPARED) }],
      }
    },
  })
}
