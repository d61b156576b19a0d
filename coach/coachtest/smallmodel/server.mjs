// A chat model on this machine behind the part of OpenAI's protocol that the
// coach uses: streamed answers to POST /v1/chat/completions, one at a time.
// Usage: node server.mjs MODEL.gguf [PORT]
import { createServer } from 'node:http'
import { availableParallelism } from 'node:os'
import { getLlama, LlamaChatSession } from 'node-llama-cpp'

const [file, port = '8471'] = process.argv.slice(2)
// More threads than cores wait for each other in turns: a hundred times slower.
const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, maxThreads: availableParallelism() })
const model = await llama.loadModel({ modelPath: file })
// One sequence for all: what a prompt begins with like the one before is not read again.
const context = await model.createContext({ contextSize: 4096 })
const sequence = context.getSequence()
let turn = Promise.resolve()

async function answer(call, gone, write) {
  const session = new LlamaChatSession({ contextSequence: sequence, autoDisposeSequence: false })
  try {
    session.setChatHistory(
      call.messages.slice(0, -1).map((m) => (m.role === 'assistant' ? { type: 'model', response: [m.content] } : { type: m.role, text: m.content })),
    )
    const piece = (delta, finish = null) => write({ object: 'chat.completion.chunk', model: call.model, choices: [{ index: 0, delta, finish_reason: finish }] })
    const { stopReason } = await session.promptWithMeta(call.messages.at(-1).content, {
      maxTokens: Math.min(call.max_completion_tokens ?? call.max_tokens ?? 120, 120),
      temperature: 0.7,
      seed: 1,
      signal: gone,
      onTextChunk: (text) => piece({ content: text }),
    })
    piece({}, stopReason === 'maxTokens' ? 'length' : 'stop')
  } finally {
    session.dispose()
  }
}

createServer(async (request, response) => {
  let body = ''
  for await (const part of request) body += part
  const gone = new AbortController() // nobody waits any more, so nothing is said
  response.on('close', () => gone.abort())
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  turn = turn.then(() => answer(JSON.parse(body), gone.signal, (o) => response.write(`data: ${JSON.stringify(o)}\n\n`)))
  turn = turn.then(
    () => response.end('data: [DONE]\n\n'),
    (e) => {
      if (!gone.signal.aborted) console.error(e.message)
      response.destroy() // cut off, and not as if it had finished
    },
  )
  await turn
}).listen(Number(port), '127.0.0.1', () => console.log(`OPENAI_BASE_URL=http://127.0.0.1:${port}/v1 OPENAI_MODEL=smollm2-135m`))
