// Answers as DynamoDB words them, for the faults that need one. Texts from AWS's API reference, "Common Errors" and
// BatchWriteItem. Read next: faultProxy.ts.

export interface Answer {
  readonly status: number
  readonly body: string
}

const failure = (status: number, type: string, message: string): Answer => ({
  status,
  body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message }),
})

export const THROTTLED_TABLE = failure(
  400,
  'ProvisionedThroughputExceededException',
  'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
)
export const THROTTLED_RATE = failure(400, 'ThrottlingException', 'Rate of requests exceeds the allowed throughput.')
export const SERVER_ERROR = failure(500, 'InternalServerError', 'Internal server error')

export const unprocessed = (heldBack: object): Answer => ({
  status: 200,
  body: JSON.stringify({ UnprocessedItems: heldBack }),
})
