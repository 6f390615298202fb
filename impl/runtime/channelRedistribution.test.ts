// Channel state at a restore with other subtasks: nothing is lost, doubled or put where its key does not belong, and the
// writes of a key stay in order. Each planted bug breaks one of these. Read next: channelState.ts.
import { fc } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import type { SinkRecord } from '../sinks/interfaces.ts'
import { ChannelStateRescaleError, type Rescale, redistributeChannels } from './channelRedistribution.ts'
import type { ChannelState } from './checkpointStorage.ts'
import { subtaskOf } from './keyGroups.ts'

type Redistribute = typeof redistributeChannels

interface Scene {
  readonly sent: readonly (readonly SinkRecord[])[]
  readonly oldParallelism: number
  readonly newParallelism: number
}

/** What each source has sent and nobody has taken: few keys, and the same content more than once. */
const SCENE: fc.Arbitrary<Scene> = fc.record({
  sent: fc.array(
    fc
      .array(fc.constantFrom('a', 'b', 'k0', 'k1', 'k2', '日本語'), { maxLength: 12 })
      .map((keys) => keys.map((key, version) => ({ key, version, id: String(version), value: 'v' }))),
    { minLength: 1, maxLength: 3 },
  ),
  oldParallelism: fc.integer({ min: 1, max: 5 }),
  newParallelism: fc.integer({ min: 1, max: 5 }),
})
const SETTINGS = { seed: 5, numRuns: 1000 }

/** As a checkpoint has it: old subtask after old subtask, no empty channels. */
const stored = ({ sent, oldParallelism }: Scene): ChannelState[] =>
  Array.from({ length: oldParallelism }, (_, subtask) =>
    sent.flatMap((all, source) => {
      const records = all.filter(({ key }) => subtaskOf(key, oldParallelism) === subtask)
      return records.length === 0 ? [] : [{ source, subtask, records }]
    }),
  ).flat()

/** In the order in which the new subtask takes them. */
const flat = (channels: readonly ChannelState[]) =>
  channels.flatMap(({ source, subtask, records }) => records.map((record) => ({ source, subtask, record })))

const CHECKS: Readonly<Record<string, (scene: Scene, redistribute: Redistribute) => void>> = {
  'every record lands exactly once'(scene, redistribute) {
    const name = (each: object) => JSON.stringify(each)
    const channels = stored(scene)
    const restored = redistribute(channels, { ...scene, partitioning: 'keyed' })
    expect(restored).toHaveLength(scene.newParallelism)
    expect(restored.flatMap(flat).map(name).sort()).toEqual(flat(channels).map(name).sort())
  },
  'every record lands on the subtask its key routes to'(scene, redistribute) {
    for (const [subtask, channels] of redistribute(stored(scene), { ...scene, partitioning: 'keyed' }).entries())
      for (const { record } of flat(channels)) expect(subtaskOf(record.key, scene.newParallelism)).toBe(subtask)
  },
  'what one source sent of one key, or to one old subtask, stays in order'(scene, redistribute) {
    for (const channels of redistribute(stored(scene), { ...scene, partitioning: 'keyed' })) {
      const rising = new Map<string, number>()
      for (const { source, subtask, record } of flat(channels))
        for (const group of [`${source} ${record.key}`, `${source} from ${subtask}`]) {
          expect(record.version).toBeGreaterThan(rising.get(group) ?? -1)
          rising.set(group, record.version)
        }
    }
  },
}

const mapRecords = (change: (channel: ChannelState) => readonly SinkRecord[]): Redistribute =>
  function changed(channels, rescale) {
    const restored = redistributeChannels(channels, rescale)
    return restored.map((mine) => mine.map((channel) => ({ ...channel, records: change(channel) })))
  }

const PLANTED: readonly (readonly [string, keyof typeof CHECKS, Redistribute])[] = [
  ['drops a last record', 'every record lands exactly once', mapRecords(({ records }) => records.slice(0, -1))],
  [
    'takes equal keys for one',
    'every record lands exactly once',
    mapRecords(({ records }) => [...new Map(records.map((record) => [record.key, record])).values()]),
  ],
  [
    'gives all to everybody',
    'every record lands exactly once',
    (channels, { newParallelism }) => Array.from({ length: newParallelism }, () => channels),
  ],
  [
    'leaves records at their old subtask',
    'every record lands on the subtask its key routes to',
    (channels, rescale) =>
      Array.from({ length: rescale.newParallelism }, (_, subtask) =>
        channels.filter((channel) => channel.subtask % rescale.newParallelism === subtask),
      ),
  ],
  [
    'turns the order round',
    'what one source sent of one key, or to one old subtask, stays in order',
    mapRecords(({ records }) => records.toReversed()),
  ],
]

const holds = (check: keyof typeof CHECKS, redistribute: Redistribute) =>
  fc.property(SCENE, (scene) => CHECKS[check]?.(scene, redistribute))

describe('channel state of keyed channels', () => {
  it.each(Object.keys(CHECKS))('%s', (check) => fc.assert(holds(check, redistributeChannels), SETTINGS))

  it.each(PLANTED)('a redistribution that %s is caught', (_bug, check, redistribute) => {
    expect(fc.check(holds(check, redistribute), SETTINGS).errorInstance).toMatchObject({ name: 'AssertionError' })
  })

  it('is as it was where nothing changes', () => {
    const same = fc.property(SCENE, (scene) => {
      const channels = stored(scene)
      const { oldParallelism } = scene
      const restored = redistributeChannels(channels, {
        oldParallelism,
        newParallelism: oldParallelism,
        partitioning: 'keyed',
      })
      expect(restored.flat()).toEqual(channels)
    })
    fc.assert(same, SETTINGS)
  })

  it('splits a channel between subtasks, here by the key groups of a, b and k1: 81, 22 and 19 of 128', () => {
    const records = ['a', 'b', 'k1', 'a'].map((key, version) => ({ key, version, id: String(version), value: '' }))
    const rescale: Rescale = { oldParallelism: 1, newParallelism: 2, partitioning: 'keyed' }
    const restored = redistributeChannels([{ source: 0, subtask: 0, records }], rescale)
    expect(restored.map((mine) => flat(mine).map(({ record }) => record.id))).toEqual([
      ['1', '2'],
      ['0', '3'],
    ])
  })
})

describe('channel state of channels that are not keyed', () => {
  const record = { key: 'a', version: 1, id: '1', value: '' }
  const channels: ChannelState[] = [
    { source: 0, subtask: 0, records: [record, record] },
    { source: 1, subtask: 1, records: [record] },
  ]

  it('stays where it was with as many subtasks as before', () => {
    const rescale: Rescale = { oldParallelism: 2, newParallelism: 2, partitioning: 'unkeyed' }
    expect(redistributeChannels(channels, rescale)).toEqual([[channels[0]], [channels[1]]])
  })

  it.each([1, 3])('is refused with %i subtasks instead of 2, and the error says what to do', (newParallelism) => {
    const rescale: Rescale = { oldParallelism: 2, newParallelism, partitioning: 'unkeyed' }
    expect(() => redistributeChannels(channels, rescale)).toThrow(ChannelStateRescaleError)
    expect(() => redistributeChannels(channels, rescale)).toThrow(
      `the checkpoint holds 3 records of channels that are not keyed, which cannot be given from 2 subtasks to ` +
        `${newParallelism}: restart with 2, take a savepoint (it is aligned and holds no channel state), and start from ` +
        'that with the new number',
    )
  })

  it('is no obstacle where there is none', () => {
    const rescale: Rescale = { oldParallelism: 2, newParallelism: 3, partitioning: 'unkeyed' }
    expect(redistributeChannels([], rescale)).toEqual([[], [], []])
  })
})

describe('at the door', () => {
  const a: SinkRecord = { key: 'a', version: 1, id: '1', value: '' }
  const keyed = (oldParallelism: number, newParallelism: number): Rescale => ({
    oldParallelism,
    newParallelism,
    partitioning: 'keyed',
  })

  it.each<[string, readonly ChannelState[], Rescale, RegExp]>([
    ['no subtasks', [], keyed(1, 0), /expected the new parallelism to be 1 or more, got 0/],
    ['no old subtasks', [], keyed(0, 1), /expected the old parallelism to be 1 or more, got 0/],
    [
      'an unknown old subtask',
      [{ source: 0, subtask: 2, records: [a] }],
      keyed(2, 1),
      /one of 2 old subtasks, got source 0 -> subtask 2/,
    ],
    [
      'one channel twice',
      [
        { source: 0, subtask: 1, records: [a] },
        { source: 0, subtask: 1, records: [a] },
      ],
      keyed(2, 1),
      /got two of source 0 -> subtask 1/,
    ],
    [
      'a key that was never routed there',
      [{ source: 0, subtask: 0, records: [a] }],
      keyed(2, 1),
      /got 'a', which belongs to subtask 1/,
    ],
  ])('refuses %s', (_what, channels, rescale, message) => {
    expect(() => redistributeChannels(channels, rescale)).toThrow(message)
    expect(() => redistributeChannels(channels, rescale)).toThrow(RangeError)
  })
})
