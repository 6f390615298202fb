// Traces: written, read back, replayed byte for byte on the model, on memory and on dynalite; bad files are refused with
// one line that says what was expected. The corpus is replayed first.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { SMALL } from '../../model/pipeline/bounds.ts'

import { executeCounterexample } from '../verify/counterexample.ts'
import { searchDesign } from '../verify/modelStage.ts'
import { keep, readCorpus } from './corpus.ts'
import { ActionNotEnabledError } from './recordRun.ts'
import { replay } from './replay.ts'
import { memoryWorldStore } from './store.ts'
import { parseTrace, type Trace, TraceFormatError, traceText } from './trace.ts'

describe('corpus', () => {
  it.each(readCorpus().map((entry) => [entry.name, entry.trace] as const))('%s', async (_, trace) => {
    for (const on of ['model', 'memory', 'dynalite'] as const)
      expect(await replay(trace, on)).toMatchObject({ confirmed: true, difference: null })
  })
})

describe('a trace', () => {
  const none = { ...SMALL, crashes: 0, others: 0, budgets: {} }
  let trace: Trace
  beforeAll(async () => {
    const { findings } = searchDesign(
      'hashSetTransient',
      { fair: [none], poisoned: none, safety: [] },
      { clock: () => 0, timeMs: 10_000 },
    )
    const finding = findings.find(({ guarantee }) => guarantee === 'S7')
    if (finding === undefined) throw new Error('expected S7 to fall')
    trace = await executeCounterexample(finding, memoryWorldStore())
  })

  it('reads back as it was written', () => {
    expect(parseTrace(traceText(trace), 'x.json')).toEqual(trace)
  })

  it.each(['model', 'memory', 'dynalite'] as const)('replays on %s', async (on) => {
    const result = await replay(trace, on)
    expect(result.confirmed).toBe(true)
    expect(result.violations.map(({ guarantee }) => guarantee)).toContain('S7')
  })

  it.each(['model', 'memory'] as const)('%s: a change that does not come about is named', async (on) => {
    const changed = structuredClone(trace) as Trace
    const first = changed.actions[0]
    if (first !== undefined) first.changes.offset = [2]
    const result = await replay(changed, on)
    expect(result.confirmed).toBe(false)
    expect(result.difference).toMatchObject({ step: 1, action: trace.actions[0]?.action, expected: 'offset = [2]' })
  })

  it.each(['model', 'memory'] as const)('%s: an action that is not enabled is named with what is', async (on) => {
    const changed = { ...trace, actions: [{ action: 'complete', changes: {} }, ...trace.actions] }
    await expect(replay(changed, on)).rejects.toThrow(ActionNotEnabledError)
    await expect(replay(changed, on)).rejects.toThrow(/action 1, complete, is not enabled; enabled are .*emit\(0\)/)
  })

  it('a trace that shows less than it says is not confirmed', async () => {
    const result = await replay({ ...trace, actions: trace.actions.slice(0, -1) }, 'memory')
    expect(result.confirmed).toBe(false)
  })

  it.each([
    ['no JSON', (text: string) => text.slice(0, 40), /expected a trace file in JSON/],
    ['another file', () => '{"a":1}', /expected format "sinkproof-trace"/],
    [
      'a later version',
      (text: string) => text.replace('"version": 2', '"version": 3'),
      /reads traces of version 2, got 3/,
    ],
    ['a missing part', (text: string) => text.replace('"origin"', '"orign"'), /origin|orign/],
    [
      'a fault class that is none',
      (text: string) => text.replace('"faults": []', '"faults": ["F99"]'),
      /verdict\.faults/,
    ],
  ])('%s is refused in one line', (_, change, message) => {
    const text = change(traceText(trace))
    expect(() => parseTrace(text, 'x.json')).toThrow(TraceFormatError)
    expect(() => parseTrace(text, 'x.json')).toThrow(message)
  })

  it('bounds and designs that do not exist are refused', async () => {
    const { configuration } = trace
    await expect(replay({ ...trace, configuration: { ...configuration, design: 'none' } }, 'memory')).rejects.toThrow(
      /no sink design "none"/,
    )
    await expect(
      replay(
        { ...trace, configuration: { ...configuration, bounds: { ...configuration.bounds, sources: 99 } } },
        'model',
      ),
    ).rejects.toThrow(/bounds\.sources: expected a whole number from 1 to 4/)
  })

  it('a corpus keeps it under a name that stays in its folder', () => {
    const folder = mkdtempSync(join(tmpdir(), 'corpus-'))
    expect(keep('../../etc/S7 of mine', trace, folder)).toBe(join(folder, 'S7_of_mine.json'))
    expect(readCorpus(folder)).toEqual([{ name: 'S7_of_mine.json', trace }])
  })
})
