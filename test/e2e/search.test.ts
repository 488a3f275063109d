// An officer's search over a real server: what he finds, what goes on record for it, and what lies on disk.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { searchAnswer, type SearchAnswer } from '../../src/api/contract/shared.ts'
import { child } from '../../src/xml/element.ts'
import { serialize } from '../../src/xml/serialize.ts'
import { type Client } from '../client/client.ts'
import { foundIn } from './in-clear.ts'
import { addPeople, bodyOf, comeOnline, nextMessage, say } from './people.ts'
import { testServer, type TestServer } from './server.ts'

const password = 'a long enough password'

function addOfficer(server: TestServer): void {
  const args = ['user', 'add', `olga@${server.domain}`, '--password-stdin', '--role', 'officer']
  const done = server.run(args, password)
  assert.equal(done.status, 0, done.err)
}

function search(server: TestServer, query: string, ...more: readonly string[]): SearchAnswer {
  const who = ['--as', `olga@${server.domain}`, '--purpose', 'an inquiry', '--json']
  const done = server.run(['search', query, ...who, ...more])
  assert.equal(done.status, 0, done.err + done.out)
  return searchAnswer.parse(JSON.parse(done.out))
}

function textsOf(answer: SearchAnswer): string[] {
  return answer.items.map(({ texts }) => texts.map(({ text }) => text).join(' '))
}

test('an officer finds old versions and what was taken back, each search is on record first, and no word lies on disk in clear', async () => {
  const server = await testServer()
  try {
    await server.start()
    addPeople(server, 'ann', 'bo')
    addOfficer(server)
    const ann = await comeOnline(server, 'ann', 'phone')
    const bo = await comeOnline(server, 'bo', 'web')
    const to = `bo@${server.domain}`
    const said = async (body: string, id: string, payload = ''): Promise<void> => {
      ann.send(
        `<message xmlns='jabber:client' type='chat' to='${to}' id='${id}'><body>${body}</body>${payload}</message>`,
      )
      assert.equal(bodyOf(await nextMessage(bo)), body)
    }
    await said('the searchcanary budgets are ready', 'm1')
    await said('the budget is final', 'm2', `<replace xmlns='urn:xmpp:message-correct:0' id='m1'/>`)
    await said('a café in Zürich', 'm3')
    await said('taken back', 'm4', `<retract xmlns='urn:xmpp:message-retract:1' id='m3'/>`)
    const room = `club@conference.${server.domain}`
    const muc = `<x xmlns='http://jabber.org/protocol/muc'/>`
    ann.send(`<presence xmlns='jabber:client' to='${room}/cid'>${muc}</presence>`)
    ann.send(
      `<message xmlns='jabber:client' type='groupchat' to='${room}'><body>members only</body></message>`,
    )
    const owner = `<query xmlns='http://jabber.org/protocol/muc#owner'><destroy/></query>`
    await ann.ask('set', owner, room)
    assert.equal(await server.stop(), 0)
    // What is on disk at rest, with the index of all of it.
    assert.deepEqual(foundIn(server.dir, ['searchcanary', 'budgets are ready']), [])
    assert.ok(readdirSync(join(server.data, 'search')).length > 1)

    await server.start()
    assert.deepEqual(textsOf(search(server, 'budget')), [
      'the budget is final',
      'the searchcanary budgets are ready',
    ])
    const highlighted = search(server, 'budget is:edited').items[0]?.texts[0]
    assert.deepEqual(highlighted?.highlights, [{ from: 17, to: 24 }])
    assert.deepEqual(textsOf(search(server, `from:ann@${server.domain} is:retracted`)), [
      'a café in Zürich',
    ])
    assert.equal(search(server, `zurich to:bo@${server.domain} kind:message`).total, 1)
    assert.equal(search(server, `from:bo@${server.domain}`).total, 0)
    const gone = search(server, `in:${room} kind:message`).items.map(({ to: where }) => where)
    assert.deepEqual(gone, [room], 'of a room that is destroyed, under its address')
    assert.equal(await server.stop(), 0)

    // With the server stopped the same command opens the folder by itself.
    const searches = search(server, 'kind:search', '--order', 'oldest')
    assert.equal(searches.total, 6)
    assert.ok(searches.items.every(({ from }) => from === `olga@${server.domain}`))
    const [first] = search(server, 'kind:search', '--order', 'oldest', '--limit', '1').items
    assert.equal(first?.position, searches.items[0]?.position)
    const again = search(server, 'kind:search', '--size', String(searches.head.size))
    assert.equal(again.total, 6, 'the answer of that head, whatever came after it')
    assert.deepEqual(again.head, searches.head)
    const verified = server.run(['verify'])
    assert.equal(verified.status, 0, verified.err)
    assert.deepEqual(foundIn(server.dir, ['searchcanary', 'budgets are ready']), [])
    assert.doesNotMatch(server.log(), /canary|budget/)
  } finally {
    await server.remove()
  }
})

test('who is no officer, gives no purpose, or asks what is no question, is told so', async () => {
  const server = await testServer()
  try {
    await server.start()
    addPeople(server, 'ann')
    addOfficer(server)
    const asked = (query: string, ...args: readonly string[]): string => {
      const { status, err } = server.run(['search', query, ...args])
      assert.equal(status, 1)
      return err
    }
    const [ann, olga] = [`ann@${server.domain}`, `olga@${server.domain}`]
    assert.match(
      asked('x', '--as', ann, '--purpose', 'why'),
      /is member: this takes the role officer or examiner, which/,
    )
    assert.equal(server.run(['search', 'x', '--as', olga]).status, 2)
    assert.match(asked('x', '--as', olga, '--purpose', ' '), /for what purpose/)
    const broken = asked('budget (from:ann', '--as', olga, '--purpose', 'why')
    assert.match(broken, /\n {7}\^\n.*column 8: this bracket is not closed/)
    assert.match(
      asked('from:nobody@chat.example', '--as', olga, '--purpose', 'why'),
      /column 6: nobody has, or had/,
    )
  } finally {
    await server.remove()
  }
})

test('after kill -9 everything that was delivered is found', async () => {
  const server = await testServer()
  try {
    await server.start()
    addPeople(server, 'ann', 'bo')
    addOfficer(server)
    let sent = 0
    for (let round = 0; round < 3; round++) {
      const ann = await comeOnline(server, 'ann')
      const bo = await comeOnline(server, 'bo')
      for (let i = 0; i < 40; i++)
        say(ann, `bo@${server.domain}`, `persistent ${++sent}`, `m${sent}`)
      // What was delivered just before a kill may come once more.
      while (bodyOf(await nextMessage(bo)) !== `persistent ${sent}`);
      if (round === 1) await server.stop()
      else await server.kill()
      await server.start()
    }
    assert.equal(await server.stop(), 0)
    assert.equal(search(server, 'persistent').total, sent)
    assert.equal(search(server, `"persistent ${sent}"`).total, 1)
  } finally {
    await server.remove()
  }
})

/** Bodies that a person's client finds with these words in the own archive. */
async function found(client: Client, words: string): Promise<string[]> {
  const form = `<field var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field><field var='{urn:xmpp:fulltext:0}fulltext'><value>${words}</value></field>`
  const query = `<query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' type='submit'>${form}</x></query>`
  client.send(`<iq xmlns='jabber:client' type='set' id='words'>${query}</iq>`)
  const bodies: string[] = []
  for (;;) {
    const stanza = await client.next()
    if (stanza.attrs['id'] === 'words') {
      assert.equal(stanza.attrs['type'], 'result', serialize(stanza))
      return bodies
    }
    const result = child(stanza, 'result', 'urn:xmpp:mam:2')
    const forwarded = result && child(result, 'forwarded', 'urn:xmpp:forward:0')
    const message = forwarded && child(forwarded, 'message', 'jabber:client')
    if (message) bodies.push(bodyOf(message))
  }
}

test('people find words in their own archives alone, in the newest version, and nothing that was taken back', async () => {
  const server = await testServer()
  try {
    await server.start()
    addPeople(server, 'ann', 'bo', 'cy')
    const ann = await comeOnline(server, 'ann')
    const bo = await comeOnline(server, 'bo')
    const cy = await comeOnline(server, 'cy')
    const tell = async (body: string, id: string, payload = ''): Promise<void> => {
      ann.send(
        `<message xmlns='jabber:client' type='chat' to='bo@${server.domain}' id='${id}'><body>${body}</body>${payload}</message>`,
      )
      await nextMessage(bo)
    }
    await tell('the first budget', 'e1')
    await tell('the final budget', 'e2', `<replace xmlns='urn:xmpp:message-correct:0' id='e1'/>`)
    await tell('a secret budget', 'e3')
    await tell('taken back', 'e4', `<retract xmlns='urn:xmpp:message-retract:1' id='e3'/>`)
    await tell('other words', 'e5')
    for (const client of [ann, bo]) {
      assert.deepEqual(await found(client, 'budgets'), ['the final budget'])
      assert.deepEqual(await found(client, 'first'), [])
      assert.deepEqual(await found(client, '/budget/ from:ann (('), [])
      assert.deepEqual(await found(client, '"other words"'), ['other words'])
    }
    assert.deepEqual(await found(cy, 'budget'), [])
  } finally {
    await server.remove()
  }
})
