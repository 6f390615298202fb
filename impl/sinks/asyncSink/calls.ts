// How a call of the writer goes on from a wait, as data: each is a loop that waits for a mail while something is in
// flight, or sends a batch (and waits while it may not be sent), and then ends. A wait lasts for one mail, whichever
// it is; so a call that has waited always goes on behind its wait, without a look at the loop's condition.
// Source followed: Flink's AsyncSinkWriter (write, flush(boolean), the timer's callback). Read next: writer.ts.
import type { AsyncSinkWriterConfiguration } from './configuration.ts'
import type { Call, Stepped, WriterRules, WriterState } from './protocol.ts'
import { addEntry, andThen, sendBatch, sendBlocked, sendFullBatches, unchanged } from './sending.ts'

interface Loop {
  readonly goesOn: (configuration: AsyncSinkWriterConfiguration, state: WriterState<unknown>) => boolean
  readonly waitsForMail: boolean
  readonly sends: boolean
}

const buffered = (state: WriterState<unknown>): boolean => state.buffer.entries.length > 0
const flying = (state: WriterState<unknown>): boolean => state.inFlight.length > 0

const LOOPS: Readonly<Record<Call<unknown>['type'], Loop>> = {
  write: {
    goesOn: ({ maxBufferedRequests }, { buffer }) => buffer.entries.length >= maxBufferedRequests,
    waitsForMail: false,
    sends: true,
  },
  timer: { goesOn: (_, state) => buffered(state), waitsForMail: false, sends: true },
  checkpoint: { goesOn: (_, state) => flying(state), waitsForMail: true, sends: false },
  endInput: { goesOn: (_, state) => flying(state) || buffered(state), waitsForMail: true, sends: true },
}

/** The call runs until it waits (then it is the innermost of `waiting`) or ends. */
export function run<Entry>(
  rules: WriterRules<Entry>,
  state: WriterState<Entry>,
  call: Call<Entry>,
  behindItsWait = false,
): Stepped<Entry> {
  const { goesOn, waitsForMail, sends } = LOOPS[call.type]
  let stepped = unchanged(state)
  let inside = behindItsWait
  while (inside || goesOn(rules, stepped.state)) {
    if (!inside && waitsForMail && flying(stepped.state)) return andThen(stepped, (now) => waits(now, call))
    if (sends) {
      if (sendBlocked(rules, stepped.state)) return andThen(stepped, (now) => waits(now, call))
      stepped = andThen(stepped, (now) => sendBatch(rules, now))
    }
    inside = false
  }
  return andThen(stepped, (now) => ends(rules, now, call))
}

/** A mail has run: the innermost call goes on; where it ends, its own mail is over for the call that it ran inside of. */
export function carryOn<Entry>(rules: WriterRules<Entry>, state: WriterState<Entry>): Stepped<Entry> {
  let stepped = unchanged(state)
  for (let depth = state.waiting.length; depth > 0 && stepped.state.failure === null; depth--) {
    stepped = andThen(stepped, (now) => {
      const call = now.waiting.at(-1) as Call<Entry>
      return run(rules, { ...now, waiting: now.waiting.slice(0, -1) }, call, true)
    })
    if (stepped.state.waiting.length === depth) break
  }
  return stepped
}

const waits = <Entry>(state: WriterState<Entry>, call: Call<Entry>): Stepped<Entry> =>
  unchanged({ ...state, waiting: [...state.waiting, call] })

function ends<Entry>(rules: WriterRules<Entry>, state: WriterState<Entry>, call: Call<Entry>): Stepped<Entry> {
  switch (call.type) {
    case 'write':
      return andThen(addEntry(rules, state, call.added), (now) =>
        now.failure === null ? sendFullBatches(rules, now) : unchanged(now),
      )
    case 'checkpoint':
      return { state, effects: [{ type: 'snapshot', id: call.id, entries: state.buffer.entries }] }
    case 'timer':
    case 'endInput':
      return unchanged(state)
  }
}
