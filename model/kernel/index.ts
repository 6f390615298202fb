// The kernel: how a protocol is written down as guarded commands, searched exhaustively, and stepped by hand.
// Pure: no I/O, no clock but the one passed in, no randomness.
//
//   const counter = defineSpec({
//     name: 'counter',
//     variables: { at: scalar(3), queue0: fifo(2, 5), queue1: fifo(2, 5) },
//     define: (s, report) => {
//       const queues = [s.queue0, s.queue1]
//       return {
//         initial: [() => { s.at = 1 }],
//         rules: [
//           rule('up', 'progress', () => s.at < 3, () => { s.at = s.at + 1 }),
//           ...queues.map((q, i) => rule(`send(${i})`, 'environment', () => q.length < 2, () => q.push(s.at))),
//         ],
//         always: { bounded: () => s.at <= 3 },
//         sometimes: { full: () => s.at === 3 },
//         eventually: [{ name: 'ends', from: () => true, goal: () => s.at === 3 }],
//       }
//     },
//   })
//   const result = search(counter, { onViolation: 'collect', clock: () => performance.now() })
//   result.states; result.violations[0]?.trace()
//
//   const paused = new Search(counter, { clock, keepGraph: true }) // in slices:
//   while (!paused.run(clock() + 10)) await nextTurn()
//   const graph = paused.graph(); graph.edges(0); graph.dump(1); checkEventually(graph)
//
//   const walker = new Walker(counter) // beside a real run:
//   walker.enabled(); walker.take(walker.ruleNumber('up')); walker.check(); walker.dump()
//   machine(counter).step(state, 'up') // the same as a pure function of plain frozen states
//
// parallel.ts divides a search among threads; the workers are the caller's.

export { type Codec, codec } from './codec.ts'
export { type Edge, Graph } from './graph.ts'
export { checkEventually, type Lasso, type LivenessResult } from './liveness.ts'
export type {
  Bag,
  BagDeclaration,
  Declaration,
  Fifo,
  FifoDeclaration,
  ScalarDeclaration,
  Schema,
  Snapshot,
  State,
  Vector,
  VectorDeclaration,
  ViewOf,
} from './schema.ts'
export { bag, fifo, scalar, vector } from './schema.ts'
export { Search, search } from './search.ts'
export type { Progress, SearchOptions, SearchResult } from './searchOptions.ts'
export {
  type Bound,
  type Definition,
  defineSpec,
  type Eventually,
  isFair,
  type Report,
  type Rule,
  type RuleKind,
  rule,
  type Spec,
} from './spec.ts'
export { type Machine, machine, Walker } from './step.ts'
export type { Violation } from './violations.ts'
