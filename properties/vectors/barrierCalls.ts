// How a recording of Flink's barrier handlers writes elements, calls and states, and the runtime's events and effects in
// those words.
// Read next: barriersRuntime.ts (the replay).
import type { BarrierEvent, BarrierKind } from '../../impl/runtime/barriers/handler.ts'
import type { GateEffect, GateElement } from '../../impl/runtime/barriers/inputGate.ts'
import { checkpointId } from '../../model/pipeline/ids.ts'

/** An element as its sender sent it. Format barriers/1 says neither kind nor time: all are the plain ones of the job. */
export type SentElement =
  | readonly ['record', channel: number, value: number]
  | readonly ['barrier', channel: number, id: number, kind?: BarrierKind, createdAtMs?: number]
  | readonly ['cancel', channel: number, id: number]
  | readonly ['eop', channel: number]

export type GateAction =
  | readonly ['arrive', 'record', channel: number, value: number]
  | readonly ['arrive', 'barrier', channel: number, id: number, kind: BarrierKind, createdAtMs: number]
  | readonly ['arrive', 'cancel', channel: number, id: number]
  | readonly ['arrive', 'eop', channel: number]
  | readonly ['poll', channel: number]
  | readonly ['time', ms: number]

export type Call = readonly (string | number | readonly number[])[]

/** After a step; of these a format names some, and a step that ended in an error none. */
export interface GateView {
  readonly blocked: readonly number[]
  readonly latest: number
  readonly pending: boolean
  readonly aligned: readonly number[]
  readonly open: number
  readonly pendingIds: readonly number[]
  readonly senderBlocked: readonly number[]
  readonly capturing: readonly number[]
  readonly timers: readonly number[]
}

export type BarrierStep<Event> = Partial<GateView> & {
  readonly event: Event
  readonly out: readonly Call[]
  readonly error?: string | undefined
}

export interface BarrierCase<Event> {
  readonly name: string
  readonly channels: number
  readonly config: {
    readonly checkpointsAfterTasksFinish: boolean
    readonly alignedCheckpointTimeoutMs?: number | undefined
  }
  readonly steps: readonly BarrierStep<Event>[]
  /** Per channel, what its sender never got to send. */
  readonly left?: readonly (readonly SentElement[])[] | undefined
}

export function asElement(sent: SentElement): GateElement<number> {
  switch (sent[0]) {
    case 'record':
      return { type: 'record', record: sent[2] }
    case 'barrier': {
      const [, , id, kind = 'aligned', createdAtMs = 0] = sent
      return { type: 'barrier', checkpointId: checkpointId(id), kind, createdAtMs }
    }
    case 'cancel':
      return { type: 'cancel', checkpointId: checkpointId(sent[2]) }
    case 'eop':
      return { type: 'endOfPartition' }
  }
}

export function asCallOfHandler(event: BarrierEvent): Call {
  switch (event.type) {
    case 'barrier':
      return ['in', 'barrier', event.channel, event.checkpointId, event.kind === 'unaligned' ? 'unaligned' : 'aligned']
    case 'announcement':
      return ['in', 'announce', event.channel, event.checkpointId]
    case 'cancel':
      return ['in', 'cancel', event.channel, event.checkpointId]
    case 'endOfPartition':
      return ['in', 'eop', event.channel]
    case 'timer':
      return ['timer']
  }
}

export function asCall(effect: GateEffect<number>): Call {
  switch (effect.type) {
    case 'emit':
      return ['emit', effect.channel, effect.record]
    case 'captured':
      return ['capture', effect.checkpointId, effect.channel, effect.records]
    case 'resume':
      return ['resume', effect.channels]
    case 'trigger':
      return ['trigger', effect.checkpointId, effect.how]
    case 'abort':
      return ['abort', effect.checkpointId, effect.reason]
    case 'init':
    case 'start':
    case 'stop':
      return [effect.type, effect.checkpointId]
    case 'prioritize':
    case 'endOfData':
      return [effect.type, effect.channel]
    case 'fail':
      return ['fail', effect.error]
  }
}

/** Neighbouring resumes are one, sorted: Flink resumes in hash order. */
export function merged(calls: readonly Call[]): readonly Call[] {
  const out: Call[] = []
  for (const call of calls) {
    const last = out.at(-1)
    if (call[0] !== 'resume') out.push(call)
    else {
      const before = last?.[0] === 'resume' ? (out.pop()?.[1] as readonly number[]) : []
      out.push(['resume', [...before, ...(call[1] as readonly number[])].sort((a, b) => a - b)])
    }
  }
  return out
}
