// What the checkpoint suite's figures say: every serialiser against structured clone, for the time the task is blocked.
// Read next: checkpoint.ts.
import type { MeasuredCase } from '../method/benchCase.ts'
import { find, sentence } from '../method/summary.ts'
import { SERIALISERS } from './checkpoint.ts'

export function checkpointSummary(cases: readonly MeasuredCase[]): string[] {
  const settings = new Map(
    cases.map(({ result: { parameters } }) => {
      const { records, bytes } = parameters as { records: number; bytes: number }
      return [`${records}/${bytes}`, { records, bytes }]
    }),
  )
  return [...settings.values()].flatMap((on) => {
    const said = SERIALISERS.filter(({ name }) => name !== 'structuredClone').flatMap(
      ({ name: left }) =>
        sentence(cases, {
          left,
          right: 'structuredClone',
          toDo: 'to have a snapshot',
          parameters: { ...on, operation: 'block' },
        }) ?? [],
    )
    const bytes = SERIALISERS.flatMap(({ name }) => {
      const written = find(cases, name, { ...on, operation: 'block' })?.result.work.bytes
      return written === undefined ? [] : `${name} ${Math.round(written / on.records)}`
    })
    return [`${on.records} records of ${on.bytes} B:`, ...said, `bytes written a record: ${bytes.join(', ')}`]
  })
}
