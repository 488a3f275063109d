// Other people's clients against a real server: slixmpp over STARTTLS and direct TLS, and a browser's own WebSocket.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { resolve } from 'node:path'
import { chromium } from 'playwright-core'
import { options } from './options.ts'
import { testServer, type TestServer } from './server.ts'

const smoke = resolve(import.meta.dirname, '../interop/slixmpp-smoke.py')
const python = '/usr/bin/python3'

let server: TestServer

before(async () => {
  server = await testServer({ ONRECORD_RELAYS: 'stun:relay.example.org:3478' })
  await server.start()
})

after(async () => {
  await server.remove()
})

function slixmpp(port: number, extra: readonly string[]): string {
  const create = `printf %s %p | ${resolve('bin/onrecord')} user add %u@${server.domain} --password-stdin`
  const run = spawnSync(
    python,
    [
      smoke,
      ...options({ domain: server.domain, host: '127.0.0.1', port, 'create-user': create }),
      '--strict',
      ...extra,
    ],
    { env: { ...server.env }, encoding: 'utf8' },
  )
  assert.equal(run.status, 0, `${run.stdout}\n${run.stderr}`)
  return run.stdout
}

test('slixmpp finds everything in order over STARTTLS', () => {
  assert.match(slixmpp(server.ports.xmpp, []), / 0 failed, 0 n\/a/)
})

test('slixmpp finds everything in order over direct TLS', () => {
  assert.match(slixmpp(server.ports.xmpps, ['--direct-tls']), / 0 failed, 0 n\/a/)
})

test('two browser pages talk over their own WebSockets', async () => {
  server.addUser('wanda', 'wordpass')
  server.addUser('walter', 'password')
  const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) =>
    existsSync(path),
  )
  assert.ok(executablePath, 'chromium is installed (apt-get install chromium)')
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage()
    const url = `ws://127.0.0.1:${server.ports.http}/xmpp`
    const source = readFileSync(resolve(import.meta.dirname, 'talk-in-browser.js'), 'utf8')
    const received: unknown = await page.evaluate(
      `(${source})(${JSON.stringify({ url, domain: server.domain })})`,
    )
    assert.equal(received, 'hello from a browser ☃')
  } finally {
    await browser.close()
  }
})
