// A write that was serialised before it came here: the JSON text of one element of a BatchWriteItem. Every transport takes
// it for the WriteRequest that it is; the fast client sends the text as it stands.
// Read next: fastClient.ts, ../sinks/encodedRecord.ts.
import type { WriteRequest } from '@aws-sdk/client-dynamodb'

export class EncodedWrite implements WriteRequest {
  /** `{"PutRequest":{"Item":...}}` */
  readonly json: string

  constructor(json: string) {
    this.json = json
  }

  /** For transports that serialise by themselves; parsed anew each time. */
  get PutRequest(): WriteRequest['PutRequest'] {
    return (JSON.parse(this.json) as WriteRequest).PutRequest
  }
}
