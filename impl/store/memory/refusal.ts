// How the memory store says no: a thrown answer, caught once in execute. Not an Error, because it is an ordinary
// outcome and taking a stack for each would cost more than the request. Unsupported is the other kind: a caller asks
// for something the memory store does not do at all, which is a mistake of the caller's and never an answer.
import { errorResponse, type WireResponse } from '../wire.ts'

export class Refusal {
  readonly response: WireResponse
  constructor(response: WireResponse) {
    this.response = response
  }
}

export function validation(message: string): Refusal {
  return new Refusal(errorResponse('ValidationException', message))
}

/** The JSON had another type than the API declares; the service spells `Message` with a capital here. */
export function serialization(message: string): Refusal {
  return new Refusal({
    status: 400,
    body: { __type: 'com.amazon.coral.service#SerializationException', Message: message },
  })
}

export class UnsupportedByMemoryStore extends Error {
  override readonly name = 'UnsupportedByMemoryStore'
  constructor(what: string) {
    super(`the memory store does not implement ${what}; leave it out or use the embedded dynalite (dynalite.ts)`)
  }
}
