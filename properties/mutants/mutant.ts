// A planted bug as data: where it is, who made it in earnest, under which setting it is hunted, and what is put in the
// place of the right part. Nothing here says how it must be noticed: that is what the matrix finds.
// Read next: settings.ts, rows.ts, matrix.ts.
import type { stepWriter } from '../../impl/sinks/asyncSink/writer.ts'
import type { BugName } from '../../model/pipeline/bugs.ts'
import type { Planted } from '../world/planted.ts'
import type { Setting } from './settings.ts'

export type Layer = 'model' | 'runtime' | 'sink' | 'store'

/** Where the mistake is: in a rule of the model, in parts of the real pipeline, or in the async sink's pure writer. */
export type Patch =
  | { readonly model: BugName }
  | { readonly real: Planted }
  | { readonly writer: (right: typeof stepWriter) => typeof stepWriter }

export interface Mutant {
  /** `layer/name`. */
  readonly id: string
  readonly layer: Layer
  /** A bug that was made in earnest (Flink's issue, another project's), or `classic`. */
  readonly source: string
  readonly what: string
  readonly setting: Setting
  readonly patch: Patch
}

/** Rows without their ids: the name is the key, the layer that of the table. */
export type Rows = Readonly<Record<string, Omit<Mutant, 'id' | 'layer'>>>

export const mutantsOf = (layer: Layer, rows: Rows): readonly Mutant[] =>
  Object.entries(rows).map(([name, row]) => ({ id: `${layer}/${name}`, layer, ...row }))
