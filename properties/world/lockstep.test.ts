// Model and real pipeline side by side along random runs, on memory and on dynalite under the real SDK client; and the
// proof that the comparison looks: whatever single field of the real side is changed, the run stops.
import { describe, expect, it } from 'vitest'
import type { PendingCheckpoint } from '../../impl/runtime/coordination/state.ts'
import type { Acknowledgement } from '../../impl/runtime/messages.ts'
import { SINK_DESIGNS } from '../../impl/sinks/designs.ts'
import type { StagedInsight } from '../../impl/sinks/staged/insight.ts'
import { stagingTableOf } from '../../impl/sinks/staged/staged.ts'
import { type Bounds, SMALL } from '../../model/pipeline/bounds.ts'
import { checkpointId } from '../../model/pipeline/ids.ts'
import { designNamed } from '../../model/pipeline/sinks/designs.ts'
import { GHOSTS, pipelineVariables } from '../../model/pipeline/variables.ts'
import { compareReadout, LockstepError, same, shapeOf, takesNoRoom } from './compare.ts'
import { Lockstep } from './lockstep.ts'
import { randomSchedule } from './randomRun.ts'
import { type Readout, readout } from './readout.ts'
import { recordRun } from './recordRun.ts'
import { runSchedule } from './schedule.ts'
import { stream } from './seeds.ts'
import { dynaliteWorldStore, memoryWorldStore, TABLE, type WorldStore } from './store.ts'
import { readRows } from './table.ts'
import { World } from './world.ts'

const BOUNDS: Bounds = { ...SMALL, sources: 2, records: 2, keys: 1, checkpoints: 2, others: 2 }

/** Judged of a whole run; the model reports what a step breaks. */
const AT_THE_END: readonly string[] = ['S1', 'S2', 'L2']

async function lockstepRuns(design: string, store: WorldStore, runs: number): Promise<number> {
  const lockstep = new Lockstep({ design, bounds: BOUNDS })
  let actions = 0
  for (let number = 0; number < runs; number++) {
    const hashOrder = lockstep.walker.roots > 1 ? number % 2 : 0
    const world = new World({ design, bounds: BOUNDS, store: store.kind, hashOrder }, store)
    const result = await runSchedule(world, randomSchedule(world, 400, stream('lockstep', design, number)), lockstep)
    // A sink that sends a key twice may fail for ever.
    expect(result.quiescent || (world.limits.mayFail && world.failures > 0)).toBe(true)
    // What the real run's judge and the model's step reports accuse must be the same guarantees.
    const judged = new Set(result.violations.map(({ guarantee }) => guarantee).filter((g) => !AT_THE_END.includes(g)))
    expect([...judged].sort()).toEqual([...new Set(lockstep.reported)].sort())
    actions += result.actions.length
  }
  return actions
}

describe('lockstep', () => {
  it.each(SINK_DESIGNS.map(({ name }) => name))('%s agrees on the memory store', async (design) => {
    expect(await lockstepRuns(design, memoryWorldStore(), 150)).toBeGreaterThan(150 * 20)
  })

  it('every design agrees on dynalite', async () => {
    const store = await dynaliteWorldStore()
    for (const { name } of SINK_DESIGNS) expect(await lockstepRuns(name, store, 4)).toBeGreaterThan(4 * 20)
  })
})

it.each(['aligned', 'atLeastOnce'] as const)(
  '%s: with two pending a task remembers aborts in the order of telling on both sides',
  async (alignment) => {
    const change = { alignment, concurrency: 2, checkpoints: 4, records: 1, crashes: 0, others: 4, budgets: { F6: 4 } }
    const configuration = { design: 'listStateBuffer', bounds: { ...BOUNDS, ...change }, store: 'memory', hashOrder: 0 }
    const lockstep = new Lockstep(configuration)
    let falling = 0
    for (let number = 0; number < 400; number++) {
      const world = new World({ ...configuration, store: 'memory' }, memoryWorldStore())
      const random = stream('aborts', alignment, number)
      await world.start()
      await lockstep.start(world)
      for (let taken = 0; taken < 60; taken++) {
        const enabled = world.steps.flatMap((step, index) => (step.enabled() ? [index] : []))
        const index = enabled[Math.floor(random() * enabled.length)]
        if (index === undefined) break
        await lockstep.perform(world, index)
        const [first = 0, second = first] = world.job.subtasks[0]?.checkpoints.abortedIds ?? []
        if (second < first) falling++
      }
    }
    // The higher id was told first, and would be the one that a memory of the highest keeps.
    expect(falling).toBeGreaterThan(5)
  },
)

it('a capture that the end of a newer checkpoint cuts short is given up on both sides', async () => {
  const bounds: Bounds = { ...BOUNDS, alignment: 'unaligned', budgets: { F6: 2 }, crashes: 0 }
  const configuration = { design: 'listStateBuffer', bounds, store: 'memory', hashOrder: 0 } as const
  const lockstep = new Lockstep(configuration)
  const begin = [
    'emit(1)',
    'trigger',
    'barrier(0)',
    'receive(0)',
    'expire',
    'cancel(1)',
    'trigger',
    'expire',
    'cancel(0)',
  ]
  const run = await recordRun(configuration, [...begin, 'receive(0)'], memoryWorldStore(), lockstep)
  expect(run.actions.at(-1)?.changes).toMatchObject({ acking0: [], capturing: [0, 0] })
})

/** One change to the real side for each variable that is compared; `when` says in which runs it shows. */
const CORRUPTIONS: Readonly<Record<string, (world: World) => void>> = {
  job: (w) => Object.assign(w.job, { phase: 'down' }),
  offset: (w) => Object.assign(w.job.sources[0] ?? {}, { offset: 2 }),
  ended: (w) => Object.assign(w.job.sources[0] ?? {}, { ended: true }),
  rpc: (w) =>
    Object.assign(w.job.sources[1] ?? {}, { triggered: { id: checkpointId(2), kind: 'checkpoint', atMs: 0 } }),
  channel0: (w) => w.job.send(0, 0, { type: 'endOfData' }),
  channel1: (w) => w.job.send(1, 0, w.job.barrierElement({ id: checkpointId(1), kind: 'checkpoint', atMs: 0 })),
  latest: (w) => gate(w, { latest: 2 }),
  over: (w) => gate(w, { over: 2 }),
  target: (w) => gate(w, { target: 1 }),
  aligned: (w) => gate(w, { aligned: [0, 1] }),
  closed: (w) => subtask(w, { closed: true }),
  savepoints: (w) => Object.assign(w.budgets, { savepoints: 1 }),
  overdue: (w) => Object.assign(w, { overdue: 1 }),
  blocked: (w) => gate(w, { blocked: [0, 1] }),
  endReceived: (w) => subtask(w, { endReceived: [true, true] }),
  finished: (w) => checkpoints(w, { finished: true }),
  doing: (w) => subtask(w, { mail: { kind: 'receive', id: null } }),
  doingId: (w) => subtask(w, { mail: { kind: 'checkpoint', id: checkpointId(2) } }),
  acking0: (w) =>
    checkpoints(w, {
      snapshots: [{ id: checkpointId(2), state: {}, persisted: false, channelState: 'none' }],
    }),
  notified: (w) => checkpoints(w, { latestReported: 3 }),
  lastBarrier: (w) => checkpoints(w, { lastCheckpoint: 3 }),
  abortedIds0: (w) => checkpoints(w, { abortedIds: [checkpointId(3)] }),
  maxAborted: (w) => checkpoints(w, { maxAborted: 3 }),
  finalId: (w) => checkpoints(w, { finalCheckpoint: 3 }),
  bufferList0: (w) => void buffer(w)?.clear(),
  bufferSet0: (w) => void buffer(w)?.clear(),
  hashOrder: (w) => Object.assign(w.configuration, { hashOrder: 1 }),
  armed: (w) => void timeOf(w).registerTimer(1, () => {}),
  batch0: (w) => insight(w, { writing: [] }),
  backoff: (w) => insight(w, { backoffLevel: 2 }),
  sleeping: (w) => void timeOf(w).sleep(1),
  staged0: (w) => staging(w, () => ({ staged: [] })),
  closedEpochs0: (w) => staging(w, () => ({ closed: [] })),
  closedBy: (w) =>
    staging(w, ({ closed }) => ({ closed: closed.map((each) => ({ ...each, checkpointId: checkpointId(3) })) })),
  publishing0: (w) => staging(w, () => ({ publishing: [] })),
  opening: (w) => staging(w, ({ call }) => ({ call: call === 'open' ? 'write' : call })),
  sending: (w) => staging(w, () => ({ request: null })),
  stagedRows: (w) => {
    const pk = { S: w.stagedRows?.rowOf(1) ?? '' }
    void w.store.backend.execute({
      operation: 'DeleteItem',
      input: { TableName: stagingTableOf(TABLE), Key: { pk } },
    })
  },
  nextId: (w) => coordinator(w, { nextId: w.job.coordinator.nextId + 1 }),
  pending: (w) =>
    coordinator(w, {
      pending: [{ ...pendingOf(w), id: checkpointId(3) }],
    }),
  pendingOffset: (w) => acknowledgement(w, { source: { offset: 2, finished: false } }),
  pendingBuffer0: (w) => acknowledgement(w, { sink: {} }),
  waiting: (w) =>
    coordinator(w, {
      pending: w.job.coordinator.pending.map((each) => ({ ...each, collected: [null, null, null] })),
    }),
  acks0: (w) => void w.job.acknowledgements[0]?.pop(),
  acks1: (w) => void w.job.acknowledgements[1]?.pop(),
  acks2: (w) => void w.job.acknowledgements[2]?.pop(),
  notices0: (w) => void w.job.notices[0]?.push({ type: 'complete', id: checkpointId(1) }),
  completed: (w) => storage(w, { checkpointId: 3 }),
  completedOffset: (w) =>
    storage(w, {
      sources: [
        { offset: 2, finished: false },
        { offset: 2, finished: false },
      ],
    }),
  completedBuffer0: (w) => storage(w, { operatorState: [{}] }),
  request: (w) =>
    void (w.store.gate.requests[0]?.phase === 'sent' && w.store.gate.apply(w.store.gate.requests[0], { kind: 'ok' })),
  answer: (w) => Object.assign(w.store.gate.requests[0] ?? {}, { answer: 'refused' }),
  handedBack0: (w) => Object.assign(w.store.gate.requests[0] ?? {}, { unprocessed: [] }),
  table: (w) =>
    void w.store.backend.execute({
      operation: 'PutItem',
      input: { TableName: TABLE, Item: { pk: { S: 'k0' }, id: { S: '4' } } },
    }),
  zombies: (w) => {
    for (const zombie of [...w.store.gate.zombies]) w.store.gate.dropZombie(zombie)
  },
  usedF1: (w) => w.budgets.spend('F1'),
  usedF2d: (w) => w.budgets.spend('F2d'),
  usedF2f: (w) => w.budgets.spend('F2f'),
  usedF3: (w) => w.budgets.spend('F3'),
  usedF4: (w) => w.budgets.spend('F4'),
  usedF5: (w) => w.budgets.spend('F5'),
  usedF6: (w) => w.budgets.spend('F6'),
  usedF7: (w) => w.budgets.spend('F7'),
  usedF8: (w) => w.budgets.spend('F8'),
  usedF9: (w) => w.budgets.spend('F9'),
  usedF10: (w) => w.budgets.spend('F10'),
}

/** The design whose runs have what is corrupted, where it is another one. */
const SHOWN_BY: Readonly<Record<string, string>> = {
  bufferSet0: 'hashSetTransient',
  hashOrder: 'hashSetTransient',
  staged0: 'staged',
  closedEpochs0: 'staged',
  closedBy: 'staged',
  publishing0: 'staged',
  opening: 'staged',
  sending: 'staged',
  stagedRows: 'staged',
}

const subtask = (w: World, change: object) => Object.assign(w.job.subtasks[0] ?? {}, change)
const checkpoints = (w: World, change: object) =>
  subtask(w, { checkpoints: { ...w.job.subtasks[0]?.checkpoints, ...change } })
const gate = (w: World, change: object) => {
  const task = w.job.subtasks[0]
  if (task !== undefined) task.gate = { ...task.gate, handler: { ...task.gate.handler, ...change } }
}
const pendingOf = (w: World): PendingCheckpoint<Acknowledgement> => ({
  id: checkpointId(1),
  kind: 'checkpoint',
  request: null,
  attempt: w.job.coordinator.attempt,
  plan: [0, 1, 2],
  collected: [null, null, null],
  phase: 'collecting',
})
const coordinator = (w: World, change: object) => {
  w.job.coordinator = { ...w.job.coordinator, ...change }
}
const buffer = (w: World) => (hostOf(w)?.sink as { format?: { buffer: { clear(): void } } } | undefined)?.format?.buffer
const timeOf = (w: World) => hostOf(w).time
/** The embedded host keeps what it was given in private fields; a test reaches them through what the world handed in. */
const hostOf = (w: World) => {
  const handed = w.handed.at(-1)
  if (handed === undefined) throw new Error('expected a host')
  return handed
}
const insight = (w: World, change: object) => {
  const host = w.job.subtasks[0]?.host
  const before = host?.insight()
  if (host !== undefined && before) Object.assign(host, { insight: () => ({ ...before, ...change }) })
}
const staging = (w: World, change: (before: StagedInsight) => Partial<StagedInsight>) => {
  const before = w.job.subtasks[0]?.host.insight()?.staging
  if (before) insight(w, { staging: { ...before, ...change(before) } })
}
const acknowledgement = (w: World, change: object) => {
  for (const queue of w.job.acknowledgements)
    for (const [i, message] of queue.entries()) queue[i] = { ...message, ...change }
}
const storage = (w: World, change: object) => {
  const newest = w.job.options.storage.newest()
  if (newest !== null && !(newest instanceof Promise))
    Object.assign(w.job.options.storage, { newest: () => ({ ...newest, ...change }) })
}

describe('the comparison looks at every field', () => {
  it('there is a corruption for every variable of the model but its ghosts', () => {
    const names = ['hashSetTransient', 'listStateBuffer', 'staged'].flatMap((design) => {
      const variables = pipelineVariables(BOUNDS, designNamed(design))
      return Object.entries(variables).flatMap(([name, declared]) => (takesNoRoom(declared) ? [] : [name]))
    })
    const compared = new Set(names.filter((name) => !(GHOSTS as readonly string[]).includes(name)))
    expect([...compared].filter((name) => CORRUPTIONS[name] === undefined)).toEqual([])
  })

  it.each(Object.entries(CORRUPTIONS))('%s', async (name, corrupt) => {
    const design = SHOWN_BY[name] ?? 'listStateBuffer'
    const lockstep = new Lockstep({ design, bounds: BOUNDS })
    const store = memoryWorldStore()
    const shape = shapeOf({ design, bounds: BOUNDS })
    for (let number = 0; number < 2_000; number++) {
      const world = new World({ design, bounds: BOUNDS, store: 'memory', hashOrder: 0 }, store)
      const stop = 1 + (number % 40)
      const random = stream('corrupt', name, number)
      await world.start()
      await lockstep.start(world)
      for (let taken = 0; taken < stop; taken++) {
        const enabled = world.steps.flatMap((step, index) => (step.enabled() ? [index] : []))
        const index = enabled[Math.floor(random() * enabled.length)]
        if (index !== undefined) await lockstep.perform(world, index)
      }
      const before = readout(world, shape, await readRows(world))
      corrupt(world)
      const after = readout(world, shape, await readRows(world))
      // Not every moment has what this changes (no request, no timer): then another run is taken.
      if (same(before[name], after[name])) continue
      const model = lockstep.walker.dump() as unknown as Readout
      expect(() => compareReadout(model, after, world.log)).toThrow(LockstepError)
      expect(() => compareReadout(model, after, world.log)).toThrow(new RegExp(`${name}: model`))
      return
    }
    expect.fail(`${name}: no run in which its corruption changes anything`)
  })
})
