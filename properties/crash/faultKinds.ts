// What can happen to a write between the program and its store, one row each, with the class of the vocabulary that the
// table of guarantees knows it by. The campaign counts each; a kind that was asked for and never struck is a failure.
// Read next: faultPlan.ts (when), faultProxy.ts (how).
import type { FaultId } from '../../model/pipeline/vocabulary.ts'

export interface FaultKindRow {
  readonly name: string
  /** Classes that a round uses where it struck. None: nothing that any guarantee depends on. */
  readonly classes: readonly FaultId[]
  readonly what: string
}

export const FAULT_KINDS = [
  { name: 'throttledTable', classes: ['F1'], what: 'ProvisionedThroughputExceededException, nothing applied' },
  { name: 'throttledRate', classes: ['F1'], what: 'ThrottlingException, nothing applied' },
  { name: 'serverError', classes: ['F1'], what: 'InternalServerError, nothing applied' },
  { name: 'unprocessed', classes: ['F1'], what: 'a part of the batch comes back in UnprocessedItems' },
  { name: 'torn', classes: ['F1'], what: 'a part of the batch is applied, the answer is InternalServerError' },
  { name: 'lostRequest', classes: ['F1'], what: 'the connection is reset, the store saw nothing' },
  { name: 'lostResponse', classes: ['F4'], what: 'applied, then the connection is reset' },
  { name: 'slowResponse', classes: [], what: 'applied, the answer comes late but within the timeout' },
  { name: 'lateResponse', classes: ['F4'], what: 'applied, the client gave up before the answer' },
  { name: 'lateRequest', classes: ['F3', 'F4'], what: 'the client gave up, and it is applied after all' },
] as const satisfies readonly FaultKindRow[]

export type FaultKind = (typeof FAULT_KINDS)[number]['name']

export const faultKind = (name: FaultKind): FaultKindRow => FAULT_KINDS.find((row) => row.name === name) as FaultKindRow
