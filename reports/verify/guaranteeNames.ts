// The guarantees by id, as a table's heading and as the end of a sentence "... falls: ". Their full statements, reasons
// and what breaks them are in the catalogue, properties/guarantees. Read next: table.ts.

export interface GuaranteeName {
  readonly id: string
  readonly name: string
  readonly means: string
}

export const GUARANTEE_NAMES: readonly GuaranteeName[] = [
  { id: 'S1', name: 'no loss', means: 'in the end every record, or a newer one of its key, is written' },
  { id: 'S2', name: 'final table', means: 'in the end the table is what one clean run makes of it' },
  { id: 'S3', name: 'no regression', means: 'a reader never sees a key go back to an older version' },
  { id: 'S4', name: 'no repeat', means: "no record's write changes the table twice" },
  { id: 'S5', name: 'epoch isolation', means: 'nothing is visible before a checkpoint with it is complete' },
  { id: 'S6', name: 'consistent cut', means: 'source and sink cut every channel at the same record' },
  { id: 'S7', name: 'durable', means: 'what a complete checkpoint covers is in the store or its state' },
  { id: 'S8', name: 'notify in order', means: 'notified checkpoint ids only rise' },
  { id: 'S9', name: 'newest restore', means: 'a restore is from the newest complete checkpoint' },
  { id: 'S10', name: 'attempts apart', means: 'no acknowledgement of a dead attempt counts' },
  { id: 'S11', name: 'abort keeps', means: 'an aborted checkpoint loses nothing of the stream' },
  { id: 'S12', name: 'redistribution', means: 'rescaling gives every element of state to one subtask' },
  { id: 'L1', name: 'no hang', means: 'every pending checkpoint completes or aborts' },
  { id: 'L2', name: 'drains', means: 'when faults stop, the pipeline comes to its end' },
]

export const guaranteeName = (id: string): string => GUARANTEE_NAMES.find((row) => row.id === id)?.name ?? id
