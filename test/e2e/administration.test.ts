// An administrator at a client, somebody who comes with an invitation, and a server that is killed in between.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { child, type Element, elements } from '../../src/xml/element.ts'
import { Client } from '../client/client.ts'
import { foundIn } from './in-clear.ts'
import { bodyOf, comeOnline, nextMessage } from './people.ts'
import { testServer, type TestServer } from './server.ts'

const NS = 'http://jabber.org/protocol/commands'
const NS_ADMIN = 'http://jabber.org/protocol/admin'
const password = 'a long enough password'
const words = { motd: 'canarymotd-5510', announcement: 'canaryannounce-9921' }

/** Runs a command with one field. @returns the status */
async function run(
  admin: Client,
  to: string,
  name: string,
  field: [string, string],
): Promise<string> {
  const node = `${NS_ADMIN}#${name}`
  const begun = commandIn(await admin.ask('set', `<command xmlns='${NS}' node='${node}'/>`, to))
  const id = begun.attrs['sessionid'] ?? ''
  const value = `<field var='${field[0]}'><value>${field[1]}</value></field>`
  const form = `<x xmlns='jabber:x:data' type='submit'>${value}</x>`
  const goOn = `<command xmlns='${NS}' node='${node}' sessionid='${id}'>${form}</command>`
  return commandIn(await admin.ask('set', goOn, to)).attrs['status'] ?? ''
}

function commandIn(iq: Element): Element {
  return child(iq, 'command', NS) ?? assert.fail(elements(iq)[0]?.name ?? 'no answer')
}

/** Before sign-in. @returns the type of the last answer */
async function register(server: TestServer, token: string): Promise<string> {
  const { domain, ports } = server
  const client = await Client.connect({
    user: '',
    password: '',
    domain,
    port: ports.xmpp,
    over: 'starttls',
  })
  const shown = `<preauth xmlns='urn:xmpp:pars:0' token='${token}'/>`
  const first = await client.ask('set', shown, domain)
  if (first.attrs['type'] === 'error') return 'error'
  const account = `<username>carla</username><password>${password}</password>`
  const asked = await client.ask('set', `<query xmlns='jabber:iq:register'>${account}</query>`)
  return asked.attrs['type'] ?? ''
}

test('what an administrator sets stands after a kill, and an invitation is good once', async () => {
  const server = await testServer()
  try {
    await server.start()
    server.addUser('ann', password)
    const boss = ['user', 'add', `boss@${server.domain}`, '--role', 'admin', '--password-stdin']
    assert.equal(server.run(boss, password).status, 0)
    const invited = server.run(['invite', 'create', '--name', 'carla'])
    const token = /preauth=([0-9a-f]+)/.exec(invited.out)?.[1] ?? assert.fail(invited.err)

    const [admin, ann] = [await comeOnline(server, 'boss'), await comeOnline(server, 'ann')]
    const said = ['announcement', words.announcement] satisfies [string, string]
    assert.equal(await run(admin, server.domain, 'announce', said), 'completed')
    assert.equal(bodyOf(await nextMessage(ann)), words.announcement)
    assert.equal(await run(admin, server.domain, 'set-motd', ['motd', words.motd]), 'completed')
    assert.equal(bodyOf(await nextMessage(ann)), words.motd)

    await server.kill()
    await server.start()
    assert.equal(await register(server, token), 'result')
    assert.equal(await register(server, token), 'error')
    const carla = await Client.signIn({
      user: 'carla',
      password,
      domain: server.domain,
      port: server.ports.xmpp,
      over: 'starttls',
    })
    carla.send(`<presence xmlns='jabber:client'/>`)
    assert.equal(bodyOf(await nextMessage(carla)), words.motd)
    assert.doesNotMatch(server.run(['invite', 'list']).out, /carla/)
    await server.stop()
    assert.deepEqual(foundIn(server.dir, [...Object.values(words), token]), [])
    assert.doesNotMatch(server.log(), new RegExp(`canary|${token}`))
    assert.equal(server.run(['verify']).status, 0)
  } finally {
    await server.remove()
  }
})
