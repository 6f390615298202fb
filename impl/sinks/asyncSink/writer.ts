// The async sink writer as a pure step: several requests in flight, failed entries back at the head of the buffer, a
// checkpoint that waits until nothing is in flight and keeps the remainder. Held to Flink's own AsyncSinkWriter by
// recorded cases (properties/vectors/asyncSinkRuntime.ts).
// Source followed: Flink's AsyncSinkWriter, 1.19 and the request timeouts of 1.20. Read next: asyncSink.ts.
import { emptyBuffer, type Sized } from './batching.ts'
import { carryOn, run } from './calls.ts'
import { type AsyncSinkWriterConfiguration, checkConfiguration } from './configuration.ts'
import type { Answer, InFlight, Stepped, WriterEvent, WriterRules, WriterState } from './protocol.ts'
import { initialRateLimit } from './rateLimiting.ts'
import { addEntry, andThen, completeRequest, failed, unchanged } from './sending.ts'

/** @throws RangeError for settings that Flink refuses. */
export function initialWriter<Entry>(configuration: AsyncSinkWriterConfiguration): WriterState<Entry> {
  checkConfiguration(configuration)
  return {
    buffer: emptyBuffer,
    inFlight: [],
    rate: initialRateLimit(configuration),
    nextRequest: 1,
    timerArmed: false,
    waiting: [],
    failure: null,
  }
}

/** @throws RangeError for an event that cannot happen in this state. A writer that has failed takes no more. */
export function stepWriter<Entry>(
  rules: WriterRules<Entry>,
  state: WriterState<Entry>,
  event: WriterEvent<Entry>,
): Stepped<Entry> {
  if (state.failure !== null) return unchanged(state)
  switch (event.type) {
    case 'restore':
      idle(state, event.type)
      return event.entries.reduce<Stepped<Entry>>(
        (stepped, entry) => andThen(stepped, (now) => addEntry(rules, now, entry)),
        unchanged(state),
      )
    case 'write':
    case 'checkpoint':
    case 'endInput':
      idle(state, event.type)
      return run(rules, state, event)
    case 'timer': {
      if (!state.timerArmed) throw new RangeError('expected an armed timer to fire, there is none')
      const fired = run(rules, { ...state, timerArmed: false }, event)
      return fired.state.waiting.length > state.waiting.length ? fired : mailOver(rules, fired)
    }
    case 'answer':
      return answered(rules, state, event.request, event.answer)
    case 'timeout':
      return timedOut(rules, state, event.request)
    case 'mail':
      return carryOn(rules, state)
  }
}

function answered<Entry>(
  rules: WriterRules<Entry>,
  state: WriterState<Entry>,
  number: number,
  answer: Answer,
): Stepped<Entry> {
  const request = inFlight(state, number)
  // The answer to a request that has timed out: not even a mail.
  if (request === undefined) return unchanged(state)
  if (answer.type === 'fatal') return failed(state, answer.error)
  return mailOver(rules, completeRequest(rules, state, request, handedBack(request, answer)))
}

function timedOut<Entry>(rules: WriterRules<Entry>, state: WriterState<Entry>, number: number): Stepped<Entry> {
  const request = inFlight(state, number)
  if (request === undefined) return unchanged(state)
  if (rules.failOnTimeout)
    return failed(state, new Error(`request ${number} had no answer for ${rules.requestTimeoutMs} ms`))
  return mailOver(rules, completeRequest(rules, state, request, request.entries))
}

const mailOver = <Entry>(rules: WriterRules<Entry>, stepped: Stepped<Entry>): Stepped<Entry> =>
  andThen(stepped, (now) => carryOn(rules, now))

function handedBack<Entry>(
  { request, entries }: InFlight<Entry>,
  answer: Exclude<Answer, { type: 'fatal' }>,
): readonly Sized<Entry>[] {
  if (answer.type === 'ok') return []
  if (answer.type === 'retryable') return entries
  return answer.places.map((place, index) => {
    const entry = entries[place]
    if (entry === undefined || answer.places.indexOf(place) !== index)
      throw new RangeError(
        `request ${request}: expected distinct places from 0 to ${entries.length - 1}, got ${answer.places.join(', ')}`,
      )
    return entry
  })
}

function inFlight<Entry>(state: WriterState<Entry>, number: number): InFlight<Entry> | undefined {
  if (!Number.isInteger(number) || number < 1 || number >= state.nextRequest)
    throw new RangeError(`expected a request from 1 to ${state.nextRequest - 1}, got ${number}`)
  return state.inFlight.find(({ request }) => request === number)
}

function idle(state: WriterState<unknown>, what: string): void {
  const innermost = state.waiting.at(-1)
  if (innermost !== undefined) throw new RangeError(`${what}: expected an idle task, it waits in ${innermost.type}`)
}
