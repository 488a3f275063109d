// Two whole servers and people at both: what they say to each other, see of each other, and find again.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { child, type Element, elements, textOf } from '../src/xml/element.ts'
import { type Client } from './client/client.ts'
import { archiveWith, federation, until } from './support/federation.ts'

const body = (element: Element): string => textOf(child(element, 'body', 'jabber:client'))
const isMessage = (element: Element): boolean => element.name === 'message'
const isPresence =
  (from: string, type?: string) =>
  ({ name, attrs }: Element): boolean =>
    name === 'presence' && attrs['from'] === from && attrs['type'] === type

function say(client: Client, to: string, text: string, id = text): void {
  client.send(
    `<message xmlns='jabber:client' type='chat' id='${id}' to='${to}'><body>${text}</body></message>`,
  )
}

async function refusal(client: Client): Promise<string> {
  const { children } = await until(client, ({ attrs }) => attrs['type'] === 'error')
  const error = children.find((node) => typeof node !== 'string' && node.name === 'error')
  return typeof error === 'object' ? (elements(error)[0]?.name ?? '') : ''
}

test('people at two servers talk, and both archives have it', async (t) => {
  const { here, there } = await federation(t)
  const anna = await here.comeOnline('anna', 'phone')
  const zoe = await there.comeOnline('zoe', 'desk')
  say(anna, 'zoe@there.example', 'hello')
  const heard = await until(zoe, isMessage)
  assert.equal(body(heard), 'hello')
  assert.equal(heard.attrs['from'], anna.jid)
  say(zoe, anna.jid, 'welcome')
  assert.equal(body(await until(anna, isMessage)), 'welcome')

  for (const [client, other] of [
    [anna, 'zoe@there.example'],
    [zoe, 'anna@here.example'],
  ] as const) {
    assert.deepEqual(await archiveWith(client, other), ['hello', 'welcome'])
  }
})

test('a message waits for who is away at the other server', async (t) => {
  const { here, there } = await federation(t)
  const anna = await here.comeOnline('anna', 'phone')
  const before = there.records()
  say(anna, 'zoe@there.example', 'for later')
  while (there.records() === before) await new Promise((again) => setImmediate(again))
  const zoe = await there.comeFor('zoe', 'desk')
  assert.equal(body(await until(zoe, isMessage)), 'for later')
})

test('contacts at two servers see each other come and go', async (t) => {
  const { here, there } = await federation(t)
  const anna = await here.comeOnline('anna', 'phone')
  const zoe = await there.comeOnline('zoe', 'desk')
  anna.send(`<presence xmlns='jabber:client' type='subscribe' to='zoe@there.example'/>`)
  await until(zoe, isPresence('anna@here.example', 'subscribe'))
  zoe.send(`<presence xmlns='jabber:client' type='subscribed' to='anna@here.example'/>`)
  await until(anna, isPresence(zoe.jid))
  zoe.send(`<presence xmlns='jabber:client' type='unavailable'/>`)
  await until(anna, isPresence(zoe.jid, 'unavailable'))
})

test('who is not there is answered for by his own server', async (t) => {
  const { here } = await federation(t)
  const anna = await here.comeOnline('anna', 'phone')
  say(anna, 'nobody@there.example', 'hello')
  assert.equal(await refusal(anna), 'service-unavailable')
})

test('a domain that is not allowed is refused with a reason, and the message is on record', async (t) => {
  const { here, there } = await federation(t, { ONRECORD_S2S_ALLOW: 'other.example' })
  const anna = await here.comeOnline('anna', 'phone')
  const zoe = await there.comeOnline('zoe', 'desk')
  const before = here.records()
  say(anna, 'zoe@there.example', 'hello')
  assert.equal(await refusal(anna), 'not-allowed')
  assert.equal(here.records(), before + 1)
  anna.send(`<presence xmlns='jabber:client' to='zoe@there.example/desk'/>`)
  assert.equal(await refusal(anna), 'not-allowed')
  say(zoe, 'anna@here.example', 'hello')
  assert.equal(await refusal(zoe), 'remote-server-not-found')
})

test('a domain that is for some people is forbidden to others, both ways, and on record', async (t) => {
  const { here, there } = await federation(t, {
    ONRECORD_S2S_PEOPLE: 'there.example=anna@here.example',
  })
  const anna = await here.comeOnline('anna', 'phone')
  const ben = await here.comeOnline('ben', 'phone')
  const zoe = await there.comeOnline('zoe', 'desk')
  say(anna, 'zoe@there.example', 'allowed')
  assert.equal(body(await until(zoe, isMessage)), 'allowed')
  const before = here.records()
  say(ben, 'zoe@there.example', 'forbidden')
  assert.equal(await refusal(ben), 'forbidden')
  say(zoe, 'ben@here.example', 'forbidden')
  assert.equal(await refusal(zoe), 'forbidden')
  assert.equal(here.records(), before + 2)
  zoe.send(`<presence xmlns='jabber:client' type='subscribe' to='ben@here.example'/>`)
  assert.equal(await refusal(zoe), 'forbidden')
})

test('when a server is given up its people are shown as gone, and who has sent something there is told, on record first', async (t) => {
  const { here, there } = await federation(t)
  const anna = await here.comeOnline('anna', 'phone')
  const zoe = await there.comeOnline('zoe', 'desk')
  anna.send(`<presence xmlns='jabber:client' type='subscribe' to='zoe@there.example'/>`)
  await until(zoe, isPresence('anna@here.example', 'subscribe'))
  zoe.send(`<presence xmlns='jabber:client' type='subscribed' to='anna@here.example'/>`)
  await until(anna, isPresence(zoe.jid))
  await there.stop()
  say(anna, 'zoe@there.example', 'hello')
  await anna.ask('get', `<ping xmlns='urn:xmpp:ping'/>`, here.domain)
  here.pass(300_000)
  const gone = isPresence('zoe@there.example', 'unavailable')
  const told: Element[] = []
  while (told.length < 2) {
    const next = await anna.next()
    if (gone(next) || (isMessage(next) && next.attrs['type'] === 'error')) told.push(next)
  }
  const error = told.find(isMessage)
  assert.equal(error?.attrs['id'], 'hello')
  assert.ok(child(error, 'stanza-id', 'urn:xmpp:sid:0'), 'it has a place on record')
  assert.ok(told.some(gone))
})
