// People here and somebody at another domain, both ways.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outsiderId } from '../intake/outsider.ts'
import { elsewhere, type Elsewhere } from '../../test/support/elsewhere.ts'
import { scene, type Scene } from '../../test/support/scene.ts'
import { el } from '../xml/element.ts'
import { serialize } from '../xml/serialize.ts'
import { buildForm } from './wire/data-form.ts'
import { ns } from './wire/names.ts'
import { StanzaError } from './wire/stanza-error.ts'

const zed = 'zed@irc.example'

test('a message to another domain is on record, in the archive of its sender, and handed over', async () => {
  const { s, irc } = await withIrc('ann/phone')
  await s.send('ann/phone', `<message type='chat' id='1' to='${zed}/x'><body>hi</body></message>`)
  assert.deepEqual(irc.got(), [
    `<message type='chat' id='1' to='${zed}/x' from='ann@localhost/phone'><body>hi</body></message>`,
  ])
  const { id } = s.person('ann')
  const [entry] = s.record.entries
  assert.deepEqual(entry?.members, [id, outsiderId(zed)])
  assert.equal(entry?.origin, 'native')
  assert.deepEqual(entry?.views, [
    { owner: id, peer: outsiderId(zed), peerDevice: 'x', incoming: false },
  ])
})

test('a message from another domain is on record as what came through there, and waits for who is away', async () => {
  const { s, irc } = await withIrc('ann/phone')
  await s.send('ann/phone', `<presence type='unavailable'/>`)
  await irc.says(
    `<message type='chat' to='ann@localhost' from='${zed}/x'><body>hi</body></message>`,
  )
  const [entry] = s.record.entries
  assert.equal(entry?.sender, outsiderId(zed))
  assert.equal(entry?.origin, 'component:irc.example')
  assert.deepEqual(entry?.views, [
    { owner: s.person('ann').id, peer: outsiderId(zed), peerDevice: 'x', incoming: true },
  ])
  await s.send('ann/phone', '<presence/>')
  assert.deepEqual(s.inbox('ann/phone'), ['hi'])
})

test('history with an outside address is what was said with it', async () => {
  const { s, irc } = await withIrc('ann/phone')
  await s.say('ann/phone', 'ann', 'a note')
  await s.send('ann/phone', `<message type='chat' to='${zed}'><body>one</body></message>`)
  await irc.says(
    `<message type='chat' to='ann@localhost' from='${zed}/x'><body>two</body></message>`,
  )
  s.got('ann/phone')
  const form = buildForm('submit', ns.mam, [{ name: 'with', type: 'jid-single', values: [zed] }])
  await s.set('ann/phone', serialize(el('query', ns.mam, {}, form)))
  const bodies = s.got('ann/phone').map((page) => serialize(page).match(/<body>(.*)<\/body>/)?.[1])
  assert.deepEqual(bodies, ['one', 'two'])
})

test('a page of an archive elsewhere is on record as what was said before, and in nobody’s archive here', async () => {
  const { s, irc } = await withIrc('ann/phone')
  const forwarded = `<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'><body>old</body></message></forwarded>`
  const result = `<result xmlns='urn:xmpp:mam:2' id='1'>${forwarded}</result>`
  await irc.says(`<message to='ann@localhost/phone' from='${zed}'>${result}</message>`)
  const [entry] = s.record.entries
  assert.deepEqual([entry?.kind, entry?.views], ['history.import', []])
  assert.match(serialize(s.got('ann/phone')[0] ?? el('none', '')), /old/)
})

test('carbons: the other devices see what went out and what came in', async () => {
  const { s, irc } = await withIrc('ann/phone', 'ann/desk')
  await s.set('ann/desk', `<enable xmlns='urn:xmpp:carbons:2'/>`)
  await s.send('ann/phone', `<message type='chat' to='${zed}'><body>out</body></message>`)
  await irc.says(
    `<message type='chat' to='ann@localhost/phone' from='${zed}'><body>in</body></message>`,
  )
  assert.deepEqual(s.inbox('ann/desk'), ['sent: out', 'received: in'])
})

test('what cannot be handed over is refused before it is on record, or told afterwards', async () => {
  const { s, irc } = await withIrc('ann/phone')
  irc.isDown = true
  await s.send('ann/phone', `<message type='chat' to='${zed}'><body>hi</body></message>`)
  assert.deepEqual(s.inbox('ann/phone'), ['error: remote-server-timeout'])
  assert.equal(s.record.size, 0)
  irc.isDown = false
  await s.send('ann/phone', `<message type='chat' to='${zed}'><body>hi</body></message>`)
  irc.parcels[0]?.failed?.(new StanzaError('remote-server-timeout'))
  assert.deepEqual(s.inbox('ann/phone'), ['error: remote-server-timeout'])
})

test('blocked both ways: nothing goes out, nothing comes in, nothing is on record', async () => {
  const { s, irc } = await withIrc('ann/phone')
  await s.set('ann/phone', `<block xmlns='urn:xmpp:blocking'><item jid='irc.example'/></block>`)
  await s.send('ann/phone', `<message type='chat' to='${zed}'><body>hi</body></message>`)
  assert.deepEqual(s.inbox('ann/phone'), ['error: not-acceptable'])
  await irc.says(`<message type='chat' to='ann@localhost' from='${zed}'><body>hi</body></message>`)
  await irc.says(`<presence to='ann@localhost' from='${zed}/x'/>`)
  await irc.says(`<presence type='subscribe' to='ann@localhost' from='${zed}'/>`)
  assert.match(irc.answers().join(), /service-unavailable/)
  assert.deepEqual(s.got('ann/phone'), [])
  assert.deepEqual(irc.got(), [])
  assert.equal(s.record.size, 0)
})

test('only who wrote a message corrects it or takes it back, from outside too', async () => {
  const { s, irc } = await withIrc('ann/phone')
  await s.send('ann/phone', `<message type='chat' id='a' to='${zed}'><body>mine</body></message>`)
  await irc.says(
    `<message type='chat' id='z' to='ann@localhost' from='${zed}'><body>his</body></message>`,
  )
  const retract = (id: string): string =>
    `<message type='chat' to='ann@localhost' from='${zed}'><retract xmlns='urn:xmpp:message-retract:1' id='${id}'/></message>`
  await irc.says(retract('a'))
  assert.match(irc.answers().join(), /not-allowed/)
  await irc.says(retract('z'))
  assert.deepEqual(irc.answers(), [])
  assert.equal(s.record.entries.at(-1)?.kind, 'retraction')
})

test('a retraction that corrects the same message as well is a retraction, and of another it is refused', async () => {
  const { s, irc } = await withIrc('ann/phone')
  const retract = `<retract xmlns='urn:xmpp:message-retract:1' id='ID'/>`
  const replace = `<replace xmlns='urn:xmpp:message-correct:0' id='ID'/>`
  for (const order of [
    [retract, replace],
    [replace, retract],
  ]) {
    await irc.says(
      `<message type='chat' id='z' to='ann@localhost' from='${zed}'><body>his</body></message>`,
    )
    await irc.says(takenBack('z', order))
    assert.deepEqual(irc.answers(), [])
    assert.equal(s.record.entries.at(-1)?.kind, 'retraction')
  }
  await irc.says(takenBack('z', [retract, replace.replace('ID', 'other')]))
  assert.match(irc.answers().join(), /bad-request/)
})

test('marks: what somebody elsewhere has seen is on record', async () => {
  const { s, irc } = await withIrc('ann/phone')
  await s.send('ann/phone', `<message type='chat' id='a' to='${zed}'><body>x</body></message>`)
  await irc.says(
    `<message type='chat' to='ann@localhost' from='${zed}'><displayed xmlns='urn:xmpp:chat-markers:0' id='a'/></message>`,
  )
  s.time.pass(2_000)
  await s.settled()
  const marks = s.record.entries.find(({ kind }) => kind === 'marks')
  assert.deepEqual(JSON.parse(marks?.content ?? '').displayed, { [outsiderId(zed)]: 0 })
})

test('what a room elsewhere says reaches the device that it names, is on record once, and in no archive', async () => {
  const { s, irc } = await withIrc('ann/phone')
  await irc.says(
    `<message type='groupchat' to='ann@localhost/phone' from='#c@irc.example/zed'><body>x</body></message>`,
  )
  await irc.says(
    `<message type='groupchat' to='ann@localhost/gone' from='#c@irc.example/zed'><body>x</body></message>`,
  )
  assert.deepEqual(s.inbox('ann/phone'), ['x'])
  assert.match(irc.answers().join(), /service-unavailable/)
  assert.equal(s.record.entries[0]?.sender, outsiderId('#c@irc.example/zed'))
  assert.deepEqual(s.record.entries[0]?.views, [])
})

test('both ways of a subscription, and presence along it', async () => {
  const { s, irc } = await withIrc('ann/phone')
  await s.send('ann/phone', `<presence type='subscribe' to='${zed}'/>`)
  assert.deepEqual(irc.got(), [`<presence type='subscribe' to='${zed}' from='ann@localhost'/>`])
  await irc.says(`<presence type='subscribed' to='ann@localhost' from='${zed}'/>`)
  await irc.says(`<presence to='ann@localhost' from='${zed}/x'/>`)
  await irc.says(`<presence type='subscribe' to='ann@localhost' from='${zed}'/>`)
  assert.deepEqual(s.presence('ann/phone'), [`available ${zed}/x`, `subscribe ${zed}`])
  await s.send('ann/phone', `<presence type='subscribed' to='${zed}'/>`)
  assert.deepEqual(irc.got(), [
    `<presence type='subscribed' to='${zed}' from='ann@localhost'/>`,
    `<presence to='${zed}' from='ann@localhost/phone'/>`,
  ])
  await s.send('ann/phone', `<presence><show>away</show></presence>`)
  await s.drop('ann/phone')
  assert.deepEqual(irc.got(), [
    `<presence to='${zed}' from='ann@localhost/phone'><show>away</show></presence>`,
    `<presence to='${zed}' type='unavailable' from='ann@localhost/phone'/>`,
  ])
})

test('a device that comes asks for presence, and probes are answered to who has the subscription', async () => {
  const { s, irc } = await subscribed()
  await s.arrive('ann/desk')
  assert.deepEqual(irc.got(), [
    `<presence to='${zed}' from='ann@localhost/desk'/>`,
    `<presence type='probe' from='ann@localhost/desk' to='${zed}'/>`,
  ])
  await irc.says(`<presence type='probe' to='ann@localhost' from='${zed}'/>`)
  await irc.says(`<presence type='probe' to='ann@localhost' from='eve@irc.example'/>`)
  await irc.says(`<presence type='probe' to='nobody@localhost' from='eve@irc.example'/>`)
  assert.deepEqual(irc.answers(), [
    `<presence to='${zed}' from='ann@localhost/phone'/>`,
    `<presence to='${zed}' from='ann@localhost/desk'/>`,
    `<presence type='unsubscribed' from='ann@localhost' to='eve@irc.example'/>`,
    `<presence type='unsubscribed' from='nobody@localhost' to='eve@irc.example'/>`,
  ])
})

test('a subscription that is taken back, by block, roster or answer, ends with the device gone', async () => {
  const gone = `<presence to='${zed}' type='unavailable' from='ann@localhost/phone'/>`
  const { s, irc } = await subscribed()
  const item = `<item jid='${zed}'/>`
  await s.set('ann/phone', `<block xmlns='urn:xmpp:blocking'>${item}</block>`)
  await irc.says(`<presence type='probe' to='ann@localhost' from='${zed}'/>`)
  assert.deepEqual(irc.answers(), [])
  await s.set('ann/phone', `<unblock xmlns='urn:xmpp:blocking'>${item}</unblock>`)
  assert.deepEqual(irc.got(), [gone, `<presence to='${zed}' from='ann@localhost/phone'/>`])
  await s.set(
    'ann/phone',
    `<query xmlns='jabber:iq:roster'><item jid='${zed}' subscription='remove'/></query>`,
  )
  assert.deepEqual(irc.got(), [
    `<presence type='unsubscribe' from='ann@localhost' to='${zed}'/>`,
    `<presence type='unsubscribed' from='ann@localhost' to='${zed}'/>`,
    gone,
  ])
})

test('a gateway may be in a roster as a domain', async () => {
  const { s, irc } = await withIrc('ann/phone')
  await s.send('ann/phone', `<presence type='subscribe' to='irc.example'/>`)
  await irc.says(`<presence type='subscribed' to='ann@localhost' from='irc.example'/>`)
  await irc.says(`<presence to='ann@localhost' from='irc.example'/>`)
  assert.deepEqual(s.presence('ann/phone'), ['available irc.example'])
})

test('joining a room elsewhere, and leaving it with the connection', async () => {
  const { s, irc } = await withIrc('ann/phone')
  const join = `<presence to='#c@irc.example/ann'><x xmlns='http://jabber.org/protocol/muc'/></presence>`
  await s.send('ann/phone', join)
  await irc.says(
    `<presence to='ann@localhost/phone' from='#c@irc.example/ann'><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='participant' jid='ann@localhost/phone'/><status code='110'/></x></presence>`,
  )
  assert.deepEqual(s.presence('ann/phone'), ['available #c@irc.example/ann'])
  await s.drop('ann/phone')
  assert.equal(irc.got().length, 2)
  assert.equal(s.record.size, 0)
})

test('requests go both ways, and an answer that nobody waits for goes nowhere', async () => {
  const { s, irc } = await withIrc('ann/phone')
  await s.send('ann/phone', `<iq type='get' id='1' to='irc.example'><q xmlns='urn:q'>w</q></iq>`)
  assert.equal(irc.got().length, 1)
  const answer = `<iq type='result' id='1' to='ann@localhost/phone' from='irc.example'><q xmlns='urn:q'>yes</q></iq>`
  await irc.says(answer)
  await irc.says(answer)
  assert.equal(s.got('ann/phone').length, 1)
  assert.deepEqual(
    s.record.entries.map(({ kind }) => kind),
    ['iq', 'iq'],
  )

  await irc.says(ping('ann@localhost/phone'))
  assert.match(irc.answers().join(), /service-unavailable/)
  await s.send('ann/phone', `<presence to='#c@irc.example/ann'/>`)
  await irc.says(ping('ann@localhost/phone'))
  assert.equal(s.got('ann/phone')[0]?.attrs['id'], '2')
  await irc.says(ping('localhost'))
  assert.match(irc.answers().join(), /type='result' id='2'/)
})

test('a person’s own things are answered to nobody elsewhere', async () => {
  const { irc } = await withIrc('ann/phone')
  for (const payload of [`<query xmlns='jabber:iq:roster'/>`, `<query xmlns='urn:xmpp:mam:2'/>`]) {
    for (const to of ['ann@localhost', 'localhost'])
      await irc.says(`<iq type='get' id='1' to='${to}' from='${zed}'>${payload}</iq>`)
  }
  const answers = irc.answers()
  assert.equal(answers.length, 4)
  for (const answer of answers) assert.match(answer, /service-unavailable/)
})

test('nobody elsewhere speaks as somebody here, nor to a third domain', async () => {
  const { s, irc } = await withIrc('ann/phone', 'bo/desk')
  elsewhere(s, 'other.example')
  await irc.says(`<message to='bo@localhost' from='ann@localhost'><body>x</body></message>`)
  await irc.says(`<message to='x@other.example' from='${zed}'><body>x</body></message>`)
  assert.deepEqual(s.got('bo/desk'), [])
  assert.equal(s.record.size, 0)
})

function takenBack(id: string, references: readonly string[]): string {
  const said = `<body>/me took it back</body>${references.join('')}`
  return `<message type='chat' to='ann@localhost' from='${zed}'>${said.replaceAll('ID', id)}</message>`
}

function ping(to: string): string {
  return `<iq type='get' id='2' to='${to}' from='#c@irc.example/ann'><ping xmlns='urn:xmpp:ping'/></iq>`
}

type Both = { readonly s: Scene; readonly irc: Elsewhere }

async function withIrc(...names: readonly string[]): Promise<Both> {
  const s = await scene(...names)
  return { s, irc: elsewhere(s, 'irc.example') }
}

/** Ann and Zed see each other. */
async function subscribed(): Promise<Both> {
  const both = await withIrc('ann/phone')
  const { s, irc } = both
  await s.send('ann/phone', `<presence type='subscribe' to='${zed}'/>`)
  await irc.says(`<presence type='subscribed' to='ann@localhost' from='${zed}'/>`)
  await irc.says(`<presence type='subscribe' to='ann@localhost' from='${zed}'/>`)
  await s.send('ann/phone', `<presence type='subscribed' to='${zed}'/>`)
  irc.got()
  s.got('ann/phone')
  return both
}
