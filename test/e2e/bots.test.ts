// Bots as docs/operate/bots.md has them: its examples are run, against a server in a process of its own, and a program that hears of events.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join, resolve } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { freePorts } from '../support/free-ports.ts'
import { testServer, type TestServer } from './server.ts'

const page = resolve(import.meta.dirname, '../../docs/operate/bots.md')
const bot = 'helper@chat.example'
const room = 'builds@conference.chat.example'
const messages = `/api/v1/rooms/${room}/messages`

function exampleOf(language: string, has: string): string {
  const fenced = readFileSync(page, 'utf8').matchAll(/^```(\w+)\n(.*?)^```$/gms)
  const found = [...fenced].find(([, name, text = '']) => name === language && text.includes(has))
  assert.ok(found, `${language} with ${has}`)
  return found[2] ?? ''
}

function done(server: TestServer, ...args: string[]): string {
  const { status, out, err } = server.run(args)
  assert.equal(status, 0, `${args.join(' ')}: ${err}`)
  return out.trim()
}

type World = {
  readonly server: TestServer
  readonly url: string
  readonly anna: string
  readonly token: string
  readonly ask: (token: string, path: string, body?: object) => Promise<Answer>
}

type Answer = { readonly status: number; readonly body: { readonly [name: string]: unknown } }

/** Anna's room with the bot in it. */
async function openWorld(): Promise<World> {
  const server = await testServer({ ONRECORD_WEBHOOK_NETWORKS: '127.0.0.1' })
  await server.start()
  const url = `http://127.0.0.1:${server.ports.http}`
  server.addUser('anna', 'a password of hers')
  done(server, 'bot', 'add', bot)
  const token = done(server, 'bot', 'token', bot, '--name', 'helper')
  const scopes = ['rooms.manage', 'messages.read', 'messages.send'].flatMap((s) => ['--scope', s])
  const anna = done(server, 'token', 'make', 'anna@chat.example', '--name', 'hers', ...scopes)
  const ask: World['ask'] = async (secret, path, body) => {
    const answer = await fetch(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    const said: Answer['body'] = JSON.parse(await answer.text())
    return { status: answer.status, body: said }
  }
  const settings = { local: 'builds', isNonAnonymous: true }
  assert.equal((await ask(anna, '/api/v1/rooms', settings)).status, 201)
  const people = [{ address: bot, affiliation: 'member' }]
  const given = await ask(anna, `/api/v1/rooms/${room}/members`, { people })
  assert.equal(given.status, 200)
  return { server, url, anna, token, ask }
}

async function run(
  { server, url, token }: World,
  command: string,
  args: readonly string[],
  /** Told of all that it has said so far. */
  hears: (out: string) => void = () => {},
): Promise<string> {
  const env = { ...server.env, URL: url, TOKEN: token, ROOM: room }
  const child = spawn(command, args, { cwd: server.dir, env, timeout: 20_000 })
  let out = ''
  child.stdout.on('data', (piece: Buffer) => {
    out += piece.toString()
    hears(out)
  })
  let err = ''
  child.stderr.on('data', (piece: Buffer) => (err += piece.toString()))
  const [status]: unknown[] = await once(child, 'close')
  assert.equal(status, 0, err)
  return out
}

async function newest({ ask, anna }: World): Promise<unknown> {
  const { body } = await ask(anna, `${messages}?limit=1`)
  const [line] = Array.isArray(body['messages']) ? body['messages'] : []
  return [line?.text, line?.from.isBot]
}

let all: World
before(async () => {
  all = await openWorld()
})
after(async () => await all.server.remove())

test('the examples say, read and answer', async () => {
  const { server, anna, ask } = all
  const said = await run(all, 'bash', ['-ec', exampleOf('bash', 'build-4711')])
  assert.match(said, /"repeated":false/)
  assert.match(await run(all, 'bash', ['-ec', exampleOf('bash', 'build-4711')]), /"repeated":true/)
  assert.deepEqual(await newest(all), ['The build is green.', true])
  const python = join(server.dir, 'bot.py')
  writeFileSync(python, exampleOf('python', 'urllib'))
  assert.match(await run(all, 'python3', [python]), /helper The build is green\./)

  const listens = join(server.dir, 'bot.ts')
  writeFileSync(listens, exampleOf('ts', 'events/stream'))
  const listening = Promise.withResolvers<void>()
  const greeting = run(all, process.execPath, [listens], (out) => {
    if (out.includes('listening')) listening.resolve()
  })
  // One that ends before it listens says why.
  await Promise.race([listening.promise, greeting])
  await ask(anna, messages, { text: 'hello' })
  await greeting
  const { body } = await ask(anna, `${messages}?limit=20`)
  assert.match(JSON.stringify(body), /"Good morning\."/)
})

type Program = {
  readonly url: string
  readonly heard: Heard[]
  answer: number
  next(): Promise<Heard>
}
type Heard = {
  readonly headers: { readonly [name: string]: unknown }
  readonly body: string
  readonly event: { readonly type: string; readonly message?: { readonly text: string } }
}

async function program(t: TestContext): Promise<Program> {
  const waiting: ((heard: Heard) => void)[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (piece: Buffer) => (body += piece.toString()))
    request.on('end', () => {
      const heard = { headers: request.headers, body, event: JSON.parse(body) }
      made.heard.push(heard)
      response.writeHead(made.answer, { 'content-type': 'application/json' })
      response.end(heard.event.type === 'command' ? '{"text":"On it."}' : '')
      waiting.shift()?.(heard)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const made: Program = {
    url: `http://127.0.0.1:${address.port}/hook`,
    heard: [],
    answer: 200,
    next: async () => await new Promise((resolve_) => void waiting.push(resolve_)),
  }
  return made
}

test('a webhook hears of what is said, signed, also of what came while it failed and the server was killed', async (t) => {
  const { server, anna, ask } = all
  const there = await program(t)
  const added = done(server, 'webhook', 'add', bot, there.url, '--event', 'message')
  const [id = '', secret = ''] = added.split('\t')
  const first = there.next()
  await ask(anna, messages, { text: 'one' })
  const { headers, body, event } = await first
  assert.equal(event.message?.text, 'one')
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`
  const mac = createHmac('sha256', key).update(signed).digest('base64')
  assert.equal(headers['webhook-signature'], `v1,${mac}`)

  there.answer = 500
  const failing = there.next()
  await ask(anna, messages, { text: 'two' })
  await ask(anna, messages, { text: 'three' })
  await failing
  // It has answered before the server has written down how.
  for (let i = 0; i < 50 && !done(server, 'webhook', 'log', id).includes('refused'); i += 1);
  await server.kill()
  there.answer = 200
  const [two, three] = [there.next(), there.next()]
  await server.start()
  assert.equal((await two).event.message?.text, 'two')
  assert.equal((await three).event.message?.text, 'three')

  const log = done(server, 'webhook', 'log', id)
  assert.match(log, /\trefused\t500\t1/)
  assert.doesNotMatch(log, /two|three/)
  done(server, 'webhook', 'disable', id)
  assert.match(done(server, 'webhook', 'list'), /\toff$/)
  done(server, 'webhook', 'remove', id)
  assert.equal(done(server, 'webhook', 'list'), 'there are no webhooks')
})

test('a slash command is answered by the bot, and what administers cannot do is refused', async (t) => {
  const { server, anna, token, ask } = all
  const there = await program(t)
  done(server, 'webhook', 'add', bot, there.url, '--command', 'deploy')
  const heard = there.next()
  await ask(anna, messages, { text: '/deploy shop' })
  await heard
  let said = await newest(all)
  for (let i = 0; i < 100 && JSON.stringify(said) !== '["On it.",true]'; i += 1) {
    await new Promise((awake) => void setTimeout(awake, 50))
    said = await newest(all)
  }
  assert.deepEqual(said, ['On it.', true])

  // A bot has no password, now or later, and administers nothing.
  assert.equal(server.run(['user', 'passwd', bot, '--password-stdin'], 'a password').status, 1)
  assert.equal(server.run(['user', 'role', bot, 'administrator']).status, 1)
  assert.equal((await ask(token, '/api/v1/people')).status, 403)
  assert.equal(
    server.run(['webhook', 'add', bot, 'https://10.0.0.1/', '--event', 'message']).status,
    1,
  )
})

test('the examples ask with buttons, answer who presses, and see who pressed', async (t) => {
  const { server, anna, ask } = all
  const answers = join(server.dir, 'buttons.ts')
  writeFileSync(answers, exampleOf('ts', 'createServer'))
  const [port = 0] = await freePorts(1)
  const env = { ...server.env, PORT: String(port) }
  const child = spawn(process.execPath, [answers], { cwd: server.dir, env })
  t.after(() => child.kill())
  await once(child.stdout, 'data')
  done(server, 'webhook', 'add', bot, `http://127.0.0.1:${port}/`, '--event', 'press')
  const asked: { readonly id: string } = JSON.parse(
    await run(all, 'bash', ['-ec', exampleOf('bash', 'buttons')]),
  )
  const pressed = await ask(anna, `${messages}/${asked.id}/press`, { value: 'yes' })
  assert.equal(pressed.status, 201, JSON.stringify(pressed.body))
  let said = await newest(all)
  for (let i = 0; i < 100 && !/has decided/.test(JSON.stringify(said)); i += 1) {
    await new Promise((awake) => void setTimeout(awake, 50))
    said = await newest(all)
  }
  assert.deepEqual(said, ['Deploy: anna has decided.', true])
  const python = join(server.dir, 'presses.py')
  writeFileSync(python, exampleOf('python', 'press'))
  const line = `anna pressed yes of ${asked.id}`
  assert.equal((await run(all, 'python3', [python])).trim(), line)
  await server.kill()
  await server.start()
  assert.equal((await ask(anna, `${messages}/${asked.id}/press`, { value: 'yes' })).status, 404)
  assert.equal((await run(all, 'python3', [python])).trim(), line)
})

test('a stream of events ends within 5 s when its token is taken back', async () => {
  const { server, url, token } = all
  const stream = await fetch(`${url}/api/v1/events/stream`, {
    headers: { authorization: `Bearer ${token}` },
  })
  assert.equal(stream.status, 200)
  const [id = ''] = done(server, 'token', 'list')
    .split('\n')
    .find((line) => line.includes(bot))
    ?.split('\t') ?? ['']
  const started = performance.now()
  done(server, 'token', 'revoke', id)
  await stream.text()
  assert.ok(performance.now() - started < 5_000 + 2_000)
})
