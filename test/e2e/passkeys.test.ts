// Passkeys with a real browser and its virtual authenticator, and a real server.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core'
import { testServer, type TestServer } from './server.ts'

const password = 'a long enough password'
const script = readFileSync(join(import.meta.dirname, 'passkey-in-browser.js'), 'utf8')

let server: TestServer
let browser: Browser
let page: Page
let devices: CDPSession
let authenticatorId = ''

before(async () => {
  server = await testServer()
  server.addUser('ann', password)
  await server.start()
  const found = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path))
  assert.ok(found, 'chromium is installed (apt-get install chromium)')
  browser = await chromium.launch({ executablePath: found, args: ['--no-sandbox'] })
  page = await (await browser.newContext()).newPage()
  const address = `http://localhost:${server.ports.http}/page-of-the-test`
  await page.route(address, async (route) => {
    await route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>x</title>' })
  })
  await page.goto(address)
  await page.evaluate(script)
  devices = await page.context().newCDPSession(page)
  await devices.send('WebAuthn.enable')
  ;({ authenticatorId } = await devices.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  }))
})

after(async () => {
  await browser.close()
  await server.remove()
})

type Said = { readonly status: number; readonly [name: string]: unknown }

async function run(call: string): Promise<Said> {
  return await page.evaluate(call)
}

const byPassword = `signInWithPassword('ann', '${password}')`

test('a passkey is made, is the second step after a password, and signs in alone', async () => {
  assert.equal((await run(byPassword)).status, 201)
  const added = await run(`addPasskey('this laptop')`)
  assert.deepEqual([added.status, added['kind'], added['name']], [201, 'passkey', 'this laptop'])
  const first = await run(byPassword)
  assert.deepEqual([first.status, first['code']], [401, 'session.second-factor'])
  assert.equal((await run(`giveFactor(${JSON.stringify(first)})`)).status, 201)
  assert.equal((await run('signInWithPasskey()')).status, 201)
  const { person }: { readonly [name: string]: unknown } = await run(`see('/v1/session')`)
  assert.match(JSON.stringify(person), /"ann@chat\.example"/)
  assert.equal((await run('proveAgain()')).status, 200)
})

test('a browser makes no second passkey where there is one, and none of its user unknown is enough alone', async () => {
  await assert.rejects(run(`addPasskey('again')`), /InvalidStateError/)
  await devices.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
  await assert.rejects(run('signInWithPasskey()'), /NotAllowedError/)
  await devices.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
})

test('passkeys outlive a stop; the command line lists them, and takes them when they were lost', async () => {
  await server.stop()
  await server.start()
  assert.equal((await run('signInWithPasskey()')).status, 201)
  const listed = server.run(['user', 'factors', 'ann@chat.example'])
  assert.match(listed.out, /^[0-9a-f]{32}\tpasskey\tthis laptop\t/)
  assert.equal(server.run(['user', 'factors', 'ann@chat.example', '--reset']).status, 0)
  assert.equal((await run(`see('/v1/session')`)).status, 401)
  assert.equal((await run('signInWithPasskey()')).status, 401)
  assert.equal((await run(byPassword)).status, 201)
  await server.stop()
  const verified = server.run(['verify'])
  assert.equal(verified.status, 0, verified.out + verified.err)
})
