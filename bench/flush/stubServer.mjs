// A store that answers every request at once with "all written", in a process of its own: what is measured against it is
// the client. It reads just enough HTTP to find the end of a body. Its parent asks it over the channel for what came:
// requests, bytes of their bodies and, where it is told to look inside, records. Read next: stub.ts.
import { createServer } from 'node:net'

const BODY = '{"UnprocessedItems":{}}'
const ANSWER = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`,
)
const HEAD_END = Buffer.from('\r\n\r\n')
const RECORD = Buffer.from('"PutRequest"')
let looking = false
let came = { requests: 0, bytes: 0, records: 0 }

const server = createServer({ noDelay: true }, (socket) => {
  let rest = Buffer.alloc(0)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (let end = requestEnd(rest); end > 0; end = requestEnd(rest)) {
      rest = rest.subarray(end)
      socket.write(ANSWER)
    }
  })
})

/** Where the first request of `bytes` ends, or 0 where it is not all there yet. Counts a whole one. */
function requestEnd(bytes) {
  const head = bytes.indexOf(HEAD_END)
  if (head < 0) return 0
  const length = Number(/^content-length:\s*(\d+)\s*$/im.exec(bytes.toString('latin1', 0, head))?.[1] ?? 0)
  const start = head + HEAD_END.length
  if (bytes.length < start + length) return 0
  came.requests++
  came.bytes += length
  if (looking) came.records += count(bytes.subarray(start, start + length))
  return start + length
}

function count(body) {
  let found = 0
  for (let at = body.indexOf(RECORD); at >= 0; at = body.indexOf(RECORD, at + RECORD.length)) found++
  return found
}

process.on('message', (ask) => {
  process.send(came)
  came = { requests: 0, bytes: 0, records: 0 }
  looking = ask.looking
})
process.on('disconnect', () => process.exit(0))
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
