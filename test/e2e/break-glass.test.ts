// Sealed access at a running server: those whom it concerns are told while it is opened, by message and by mail, and it outlives a kill.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { SMTPServer } from 'smtp-server'
import { bodyOf, comeOnline, nextMessage } from './people.ts'
import { testServer, type TestServer } from './server.ts'

type Mails = { readonly port: number; readonly next: () => Promise<string> }

async function mailServer(t: TestContext): Promise<Mails> {
  const [mails, waiting]: [string[], ((mail: string) => void)[]] = [[], []]
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, taken) {
      let text = ''
      stream.on('data', (piece: Buffer) => (text += piece.toString()))
      stream.on('end', () => {
        const next = waiting.shift()
        if (next) next(text)
        else mails.push(text)
        taken()
      })
    },
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  t.after(async () => await new Promise<void>((closed) => server.close(closed)))
  const address = server.server.address()
  assert.ok(address !== null && typeof address === 'object')
  return {
    port: address.port,
    next: async () => mails.shift() ?? (await new Promise((heard) => void waiting.push(heard))),
  }
}

function done(server: TestServer, args: readonly string[], input = ''): string {
  const { status, out, err } = server.run(args, input)
  assert.equal(status, 0, `${args.join(' ')}: ${err}`)
  return out
}

async function search(server: TestServer, token: string): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${server.ports.http}/api/v1/searches`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ purpose: 'the undertaking', query: 'anything' }),
  })
  return answer.status
}

test('who opens an envelope is told of to everybody whom it concerns, reads until it ends, and no kill keeps it quiet', async (t) => {
  const mails = await mailServer(t)
  const server = await testServer({
    ONRECORD_SMTP_URL: `smtp://127.0.0.1:${mails.port}`,
    ONRECORD_ALARM_MAIL: 'ops@chat.example',
  })
  t.after(async () => await server.remove())
  await server.start()
  const lea = ['user', 'add', 'lea@chat.example', '--password-stdin', '--role', 'legal']
  done(server, lea, 'a long enough password')
  server.addUser('ada', 'a long enough password')
  const seal = ['break-glass', 'seal', 'ada@chat.example', '--reason', 'the undertaking']
  const [, id = ''] = /envelope ([0-9a-f]{32}) is prepared/.exec(done(server, seal)) ?? []
  const printed = done(server, ['break-glass', 'print', id])
  const words = [...printed.matchAll(/^ {4}([a-z].*)$/gm)].map(([, line = '']) => line).join('\n')
  const open = ['break-glass', 'open', id, '--purpose', 'the company does not answer']

  const there = await comeOnline(server, 'lea')
  assert.equal(server.run(open, words.replace(/^\w+/, 'zoo')).status, 1)
  assert.match(await mails.next(), /break-glass\.refused/)
  const token = done(server, open, words).trim().split('\n').at(-1) ?? ''
  assert.match(bodyOf(await nextMessage(there)), /^Sealed access was opened for ada@chat\.example/)
  assert.match(await mails.next(), /break-glass\.opened/)
  assert.equal(await search(server, token), 200)

  await server.kill()
  await server.start()
  assert.equal(await search(server, token), 200)
  const again = await comeOnline(server, 'lea')
  done(server, ['break-glass', 'end', id, '--as', 'lea@chat.example', '--reason', 'seen'])
  for (let said = ''; !said.startsWith('The sealed access of ada@chat.example is over');)
    said = bodyOf(await nextMessage(again))
  assert.equal(await search(server, token), 401)
  assert.equal(server.run(open, words).status, 1)
  const trail = done(server, ['audit', 'list', '--kind', 'break-glass'])
  assert.ok([...trail.matchAll(/sealed access|envelope/g)].length >= 4, trail)
  done(server, ['verify'])
})
