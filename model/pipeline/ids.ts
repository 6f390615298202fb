// Branded numbers: ids that are all small integers and must not be mixed (a checkpoint id is not an attempt, an offset
// is not a version). A value gets its brand once, at the edge where it enters; inside, the compiler keeps them apart.
// Read next: vocabulary.ts.

declare const brand: unique symbol
type Branded<Name extends string> = number & { readonly [brand]: Name }

/** Checkpoint id: from 1, rising, may have gaps, never reused within a run (Flink: CheckpointIDCounter). */
export type CheckpointId = Branded<'CheckpointId'>
/** Execution attempt of the whole job: 0 for the first start, one more at each restore. */
export type Attempt = Branded<'Attempt'>
/** Index of a parallel subtask of the sink, 0 .. parallelism - 1. */
export type SubtaskIndex = Branded<'SubtaskIndex'>
/** Index of a source, 0 .. S - 1. */
export type SourceIndex = Branded<'SourceIndex'>
/** Position in a source's log: number of records before it. */
export type Offset = Branded<'Offset'>

export const checkpointId = (value: number): CheckpointId => value as CheckpointId
export const attempt = (value: number): Attempt => value as Attempt
export const subtaskIndex = (value: number): SubtaskIndex => value as SubtaskIndex
export const sourceIndex = (value: number): SourceIndex => value as SourceIndex
export const offset = (value: number): Offset => value as Offset
