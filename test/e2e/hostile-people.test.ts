// People with an account who mean harm: what they forge is not believed, what is not theirs they do not get, and the
// others are served on.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { child, type Element, elements, textOf } from '../../src/xml/element.ts'
import { type Client } from '../client/client.ts'
import { conditionIn } from '../client/link.ts'
import { addPeople, bodyOf, comeOnline, nextMessage, say } from './people.ts'
import { testServer, type TestServer } from './server.ts'

const mam = 'urn:xmpp:mam:2'

let server: TestServer
let mallory: Client
let ann: Client
let bo: Client

before(async () => {
  server = await testServer({ ONRECORD_SESSIONS_PER_ACCOUNT: '3' })
  await server.start()
  addPeople(server, 'mallory', 'ann', 'bo', 'crowd')
  mallory = await comeOnline(server, 'mallory')
  ann = await comeOnline(server, 'ann')
  bo = await comeOnline(server, 'bo')
})

after(async () => {
  await server.remove()
})

/** The condition of the stanza error, or `result`. */
async function asked(type: 'get' | 'set', payload: string, to?: string): Promise<string> {
  const answer = await mallory.ask(type, payload, to)
  const error = child(answer, 'error', 'jabber:client')
  return error ? conditionIn(error) : (answer.attrs['type'] ?? '')
}

/** The condition with which the stream of a device of its own ends after what it sent. */
async function streamErrorAfter(xml: string): Promise<string> {
  const client = await comeOnline(server, 'mallory', 'ending')
  client.send(xml)
  for (;;) {
    const element = await client.nextOrEnd()
    if (!element) return 'no stream error'
    if (element.name === 'error') return conditionIn(element)
  }
}

test('a forged from ends the stream', async () => {
  for (const from of ['ann@chat.example', 'ann@chat.example/x', 'chat.example', 'no such @@', ''])
    assert.equal(
      await streamErrorAfter(
        `<message xmlns='jabber:client' from='${from}' to='bo@chat.example'><body>x</body></message>`,
      ),
      'invalid-from',
    )
})

test('forged stanza ids and delays of this server are taken out, and the real id is put in', async () => {
  const forged = `<stanza-id xmlns='urn:xmpp:sid:0' by='bo@chat.example' id='forged'/>`
  const delay = `<delay xmlns='urn:xmpp:delay' from='chat.example' stamp='2001-01-01T00:00:00Z'/>`
  mallory.send(
    `<message xmlns='jabber:client' to='bo@chat.example' type='chat' id='f'><body>x</body>${forged}${delay}</message>`,
  )
  const got = await nextMessage(bo)
  const ids = elements(got).filter(({ name }) => name === 'stanza-id')
  assert.equal(ids.length, 1)
  assert.notEqual(ids[0]?.attrs['id'], 'forged')
  assert.equal(child(got, 'delay', 'urn:xmpp:delay'), undefined)
})

test('what is another’s cannot be read or changed', async () => {
  const other = 'ann@chat.example'
  const attempts: readonly (readonly ['get' | 'set', string])[] = [
    ['get', `<query xmlns='jabber:iq:roster'/>`],
    ['get', `<blocklist xmlns='urn:xmpp:blocking'/>`],
    ['set', `<block xmlns='urn:xmpp:blocking'><item jid='bo@chat.example'/></block>`],
    ['get', `<query xmlns='http://jabber.org/protocol/disco#info'/>`],
  ]
  for (const [type, payload] of attempts)
    assert.equal(await asked(type, payload, other), 'service-unavailable', payload)
  // RFC 6121 section 2.1.5, XEP-0313 section 4.3.2 and XEP-0012 section 4 name the error.
  const named: readonly (readonly ['get' | 'set', string])[] = [
    ['set', `<query xmlns='${mam}'/>`],
    ['set', `<query xmlns='jabber:iq:roster'><item jid='mallory@chat.example'/></query>`],
    ['get', `<query xmlns='jabber:iq:last'/>`],
  ]
  for (const [type, payload] of named)
    assert.equal(await asked(type, payload, other), 'forbidden', payload)
  // XEP-0030 section 8: nothing, whether there is such an account or not.
  for (const account of [other, 'nobody@chat.example']) {
    const items = `<query xmlns='http://jabber.org/protocol/disco#items'/>`
    const answer = await mallory.ask('get', items, account)
    assert.deepEqual(elements(answer).flatMap(elements), [], account)
  }
})

test('an archive query for another’s messages finds one’s own alone', async () => {
  say(ann, 'bo@chat.example', 'between ann and bo', 'secret')
  const message = await nextMessage(bo)
  const id = elements(message).find(({ name }) => name === 'stanza-id')?.attrs['id'] ?? ''
  assert.notEqual(id, '')
  const forms: readonly string[] = [field('ids', id), field('after-id', id), field('before-id', id)]
  for (const form of forms) {
    const query = `<query xmlns='${mam}'><x xmlns='jabber:x:data' type='submit'>${field('FORM_TYPE', mam)}${form}</x></query>`
    const { results, outcome } = await archived(mallory, query)
    assert.deepEqual([results, outcome], [0, 'item-not-found'], form)
  }
})

function field(name: string, value: string): string {
  return `<field var='${name}'><value>${value}</value></field>`
}

/** How many results came, and `result` or the condition of the error. */
async function archived(
  client: Client,
  query: string,
): Promise<{ results: number; outcome: string; fin: Element | undefined }> {
  client.send(`<iq xmlns='jabber:client' type='set' id='mam'>${query}</iq>`)
  let results = 0
  for (;;) {
    const stanza = await client.next()
    if (child(stanza, 'result', mam)) results += 1
    if (stanza.name !== 'iq' || stanza.attrs['id'] !== 'mam') continue
    const error = child(stanza, 'error', 'jabber:client')
    return {
      results,
      outcome: error ? conditionIn(error) : 'result',
      fin: child(stanza, 'fin', mam),
    }
  }
}

test('names that JavaScript knows are names like others', async () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    mallory.send(
      `<message xmlns='jabber:client' to='bo@chat.example' type='chat' id='${name}' ${name}='a'>` +
        `<body xml:lang='${name}'>${name}</body><${name} xmlns='${name}' ${name}='b'/></message>`,
    )
    const got = await nextMessage(bo)
    assert.equal(bodyOf(got), name)
    assert.equal(child(got, name, name)?.attrs[name], 'b')
    assert.equal(await asked('get', `<${name} xmlns='${name}'/>`), 'service-unavailable')
  }
})

test('a stanza as long as may be is delivered, and a longer one ends the stream', async () => {
  const body = 'x'.repeat(200_000)
  say(mallory, 'bo@chat.example', body, 'long')
  assert.equal(bodyOf(await nextMessage(bo)), body)
  const longer = `<message xmlns='jabber:client' to='bo@chat.example'><body>${'x'.repeat(300_000)}</body></message>`
  assert.equal(await streamErrorAfter(longer), 'policy-violation')
})

test('a flood from one client keeps nobody else from talking', async () => {
  const flooding = await comeOnline(server, 'mallory', 'flood')
  const ping = `<iq xmlns='jabber:client' type='get' id='p' to='chat.example'><ping xmlns='urn:xmpp:ping'/></iq>`
  const message = `<message xmlns='jabber:client' type='chat' to='mallory@chat.example/gone'><body>x</body></message>`
  flooding.send(`${ping}${message}`.repeat(5_000))
  for (let i = 0; i < 20; i++) {
    say(ann, 'bo@chat.example', `through the flood ${i}`, `flood-${i}`)
    assert.equal(bodyOf(await nextMessage(bo)), `through the flood ${i}`)
  }
  flooding.cut()
})

test('a client that asks much and reads nothing costs a bounded amount of memory', async () => {
  const bytesBefore = residentBytes()
  const deaf = await comeOnline(server, 'mallory', 'deaf')
  deaf.pause()
  const disco = `<iq xmlns='jabber:client' type='get' id='d' to='chat.example'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>`
  deaf.send(disco.repeat(40_000))
  for (let i = 0; i < 20; i++) {
    say(ann, 'bo@chat.example', `beside the deaf ${i}`, `deaf-${i}`)
    assert.equal(bodyOf(await nextMessage(bo)), `beside the deaf ${i}`)
  }
  const grown = residentBytes() - bytesBefore
  assert.ok(grown < 200_000_000, `grown by ${grown} bytes`)
  deaf.cut()
})

function residentBytes(): number {
  const run = spawnSync('ps', ['-o', 'rss=', '-p', String(server.pid())], { encoding: 'utf8' })
  return Number(run.stdout) * 1_024
}

test('a roster has a bound, and one that is full is still handed out', async () => {
  const crowd = await comeOnline(server, 'crowd')
  const answers = new Map<string, number>()
  const count = 2_001
  for (let i = 0; i < count; i++) {
    const item = `<query xmlns='jabber:iq:roster'><item jid='friend${i}@chat.example' name='Friend ${i}'/></query>`
    crowd.send(`<iq xmlns='jabber:client' type='set' id='r${i}'>${item}</iq>`)
  }
  for (let answered = 0; answered < count;) {
    const stanza = await crowd.next()
    if (stanza.name !== 'iq' || stanza.attrs['type'] === 'set') continue
    const type = stanza.attrs['type'] ?? ''
    answers.set(type, (answers.get(type) ?? 0) + 1)
    answered += 1
  }
  assert.deepEqual(Object.fromEntries(answers), { result: 2_000, error: 1 })
  const answer = await crowd.ask('get', `<query xmlns='jabber:iq:roster'/>`)
  const query = child(answer, 'query', 'jabber:iq:roster')
  assert.equal(query && elements(query).length, 2_000)
  crowd.close()
})

test('a storm of presence reaches the end, and the sender is served on', async () => {
  for (let i = 0; i < 1_000; i++)
    mallory.send(
      `<presence xmlns='jabber:client'><show>${i % 2 ? 'away' : 'dnd'}</show></presence>`,
    )
  for (let i = 0; i < 1_500; i++)
    mallory.send(`<presence xmlns='jabber:client' to='nobody${i}@chat.example'/>`)
  for (let i = 0; i < 500; i++)
    mallory.send(`<presence xmlns='jabber:client' type='subscribe' to='nobody${i}@chat.example'/>`)
  assert.equal(await asked('get', `<ping xmlns='urn:xmpp:ping'/>`, 'chat.example'), 'result')
})

test('a device too many is refused or another one leaves', async () => {
  const devices: Client[] = []
  for (let i = 0; i < 6; i++) {
    const device = await comeOnline(server, 'bo', `device${i}`).catch((error: unknown) => {
      assert.match(String(error), /resource-constraint|conflict|policy-violation/)
      return null
    })
    if (device) devices.push(device)
  }
  assert.ok(devices.length <= 3)
  for (const device of devices) device.close()
})

test('pages of an archive of long messages come whole, however much is asked for', async () => {
  const reader = await comeOnline(server, 'crowd', 'reader')
  const long = 'y'.repeat(200_000)
  for (let i = 0; i < 100; i++) {
    say(ann, 'crowd@chat.example', long, `page-${i}`)
    assert.equal(bodyOf(await nextMessage(reader)).length, long.length)
  }
  let from = ''
  let results = 0
  for (;;) {
    const set = `<set xmlns='http://jabber.org/protocol/rsm'><max>1000000</max>${from}</set>`
    const page = await archived(reader, `<query xmlns='${mam}'>${set}</query>`)
    assert.equal(page.outcome, 'result')
    results += page.results
    if (page.fin?.attrs['complete'] === 'true') break
    assert.ok(page.results > 0)
    const last = page.fin && child(page.fin, 'set', 'http://jabber.org/protocol/rsm')
    from = `<after>${textOf(last && child(last, 'last', 'http://jabber.org/protocol/rsm'))}</after>`
  }
  assert.equal(results, 100)
})
