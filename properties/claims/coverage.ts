// The notes bullet by bullet, and the table "state API or your own data structure" row by row, with the claims that
// judge each: what is not covered has to say why. Read next: claims.test.ts, which holds this complete.

export interface Covered {
  /** Where in the notes, and what it is about, in our words. */
  readonly bullet: string
  readonly claims: readonly string[]
  /** Why no claim, where there is none. */
  readonly why?: string
}

export const NOTES: readonly Covered[] = [
  { bullet: 'Why: when to implement CheckpointedFunction', claims: ['C01', 'C02', 'C03'] },
  { bullet: 'Why: checkpoints make state fault tolerant', claims: ['C04'] },
  { bullet: 'Why: a checkpoint is global, from the sources to the nodes downstream', claims: ['C05', 'C06', 'C07'] },
  { bullet: 'If we do not: the output format buffers in order to batch', claims: ['C08'] },
  { bullet: 'If we do not: a crash empties the buffer and the records are lost', claims: ['C09', 'C10', 'C11', 'C16'] },
  { bullet: 'If we do not: the store is temporarily unavailable', claims: ['C12', 'C16'] },
  {
    bullet: 'If we do not: a code update loses records in flight and in the buffer',
    claims: ['C13', 'C14', 'C15', 'C17', 'C62', 'C63', 'C64'],
  },
  { bullet: 'The question: a sink without CheckpointedFunction in a global checkpoint', claims: ['C18', 'C19', 'C20'] },
  { bullet: 'How: events in flight, different times up- and downstream', claims: ['C21', 'C22'] },
  { bullet: 'How: barriers enter at the sources and reach the sinks', claims: ['C23', 'C24'] },
  { bullet: 'How: barriers divide the stream into epochs', claims: ['C25', 'C26', 'C27', 'C28', 'C29', 'C65'] },
  { bullet: 'Complete: all tasks have finished their snapshots and reported', claims: ['C30', 'C31'] },
  { bullet: 'Complete: metadata written, then all participants notified', claims: ['C32', 'C33', 'C34'] },
  {
    bullet: 'Complete: the cited question, before or after the sink function',
    claims: ['C35', 'C59', 'C60', 'C61', 'C66'],
  },
  { bullet: 'Diagram (1) the barrier is injected', claims: ['C36'] },
  { bullet: 'Diagram (2) the source snapshots and forwards', claims: ['C37'] },
  { bullet: 'Diagram (3) the sink snapshots', claims: ['C38'] },
  { bullet: 'Diagram (4) both have reported', claims: ['C39'] },
  { bullet: 'Diagram (5) metadata and notification', claims: ['C40'] },
  { bullet: 'Diagram (6) the next barrier', claims: ['C41'] },
  { bullet: 'State: transient HashSet or ListState', claims: ['C42', 'C43', 'C44', 'C54'] },
  { bullet: 'Reference: from aligned to unaligned checkpoints', claims: ['C55', 'C56', 'C57', 'C58'] },
]

/** The rows of facts/flink.md 3.5. */
export const STATE_TABLE: readonly Covered[] = [
  { bullet: 'survives failure', claims: ['C04', 'C42'] },
  { bullet: 'cut consistency', claims: ['C43'] },
  { bullet: 'snapshot isolation', claims: ['C44'] },
  { bullet: 'duplicates', claims: ['C45', 'C67', 'C68'] },
  { bullet: 'key-equal updates', claims: ['C46'] },
  { bullet: 'order', claims: ['C47'] },
  { bullet: 'mutability', claims: ['C48'] },
  { bullet: 'rescale', claims: ['C49'] },
  { bullet: 'schema and upgrade', claims: ['C15', 'C50'] },
  { bullet: 'exactly-once bookkeeping', claims: ['C53'] },
  { bullet: 'visibility', claims: ['C51'] },
  {
    bullet: 'threading and lifecycle',
    claims: [],
    why: 'a task here is one mailbox: no second thread could reach the list',
  },
  { bullet: 'cost', claims: ['C52'] },
]
