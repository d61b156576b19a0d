// A chat model on this machine behind the part of OpenAI's protocol that the
// coach uses: streamed answers to POST /v1/chat/completions, one at a time.
// Usage: node server.mjs MODEL.gguf [PORT]
import { createServer } from 'node:http'
import { getLlama, LlamaChatSession } from 'node-llama-cpp'

const [file, port = '8471'] = process.argv.slice(2)
const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true })
const model = await llama.loadModel({ modelPath: file })
let turn = Promise.resolve()

async function answer(call, write) {
  const context = await model.createContext({ contextSize: 4096 })
  try {
    const session = new LlamaChatSession({ contextSequence: context.getSequence() })
    const messages = call.messages.slice(0, -1)
    session.setChatHistory(
      messages.map((m) =>
        m.role === 'system' ? { type: 'system', text: m.content } : m.role === 'user' ? { type: 'user', text: m.content } : { type: 'model', response: [m.content] },
      ),
    )
    const piece = (delta, finish = null) => write({ object: 'chat.completion.chunk', model: call.model, choices: [{ index: 0, delta, finish_reason: finish }] })
    const { stopReason } = await session.promptWithMeta(call.messages.at(-1).content, {
      maxTokens: Math.min(call.max_completion_tokens ?? call.max_tokens ?? 120, 120),
      temperature: 0.7,
      seed: 1,
      onTextChunk: (text) => piece({ content: text }),
    })
    piece({}, stopReason === 'maxTokens' ? 'length' : 'stop')
  } finally {
    await context.dispose()
  }
}

createServer(async (request, response) => {
  let body = ''
  for await (const part of request) body += part
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  turn = turn.then(() => answer(JSON.parse(body), (o) => response.write(`data: ${JSON.stringify(o)}\n\n`))).catch((e) => console.error(e.message))
  await turn
  response.end('data: [DONE]\n\n')
}).listen(Number(port), '127.0.0.1', () => console.log(`OPENAI_BASE_URL=http://127.0.0.1:${port}/v1 OPENAI_MODEL=smollm2-135m`))
