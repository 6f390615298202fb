// Bugs that the campaign must notice, each a replacement in the text of one module when the program is bundled. Without
// them a campaign that finds nothing would say nothing.
// A rename that is not preceded by fsync is not among them: SIGKILL leaves the page cache, so that no kill can show it.
// Read next: programs.ts, campaign.test.ts.

export interface PlantedBug {
  readonly name: string
  /** From the package's root. */
  readonly module: string
  /** Each text must occur exactly once. */
  readonly replace: readonly (readonly [from: string, to: string])[]
}

export const PLANTED_BUGS = {
  /** A kill in between leaves an empty file of the newest checkpoint. */
  renamedBeforeWritten: {
    name: 'renamedBeforeWritten',
    module: 'impl/runtime/durableWrite.ts',
    replace: [
      ['await orRemove(path, temporary, () => file.writeFile(bytes))', 'await rename(temporary, path)'],
      ['await orRemove(path, temporary, () => file.sync())', 'await file.writeFile(bytes)'],
      ['await orRemove(path, temporary, () => rename(temporary, path))', ''],
    ],
  },
  /** What Flink once did (FLINK-22502): the newest cannot be read, so the one before it is taken without a word. */
  olderTakenSilently: {
    name: 'olderTakenSilently',
    module: 'impl/runtime/fileCheckpointStorage.ts',
    replace: [
      [
        "return newest === undefined ? null : this.#read('checkpoint', newest)",
        "return newest === undefined ? null : this.#read('checkpoint', newest).catch(() => this.#read('checkpoint', newest - 1))",
      ],
    ],
  },
  /** What the store hands back is taken for written. */
  unprocessedDropped: {
    name: 'unprocessedDropped',
    module: 'impl/sinks/batchWriter.ts',
    replace: [
      [
        'this.current = unprocessed(sent, requests, Object.values(answer.UnprocessedItems ?? {}).flat())',
        'this.current = unprocessed(sent, requests, Object.values(answer.UnprocessedItems ?? {}).flat()).slice(0, 0)',
      ],
    ],
  },
} as const satisfies Readonly<Record<string, PlantedBug>>
