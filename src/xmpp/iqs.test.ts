import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Scene, scene } from '../../test/support/scene.ts'
import { child, textOf } from '../xml/element.ts'
import { serialize } from '../xml/serialize.ts'

const ping = `<ping xmlns='urn:xmpp:ping'/>`

test('the server answers pings, its version, the time and how long it has been up', async () => {
  const s = await scene('ann/phone')
  assert.equal(await s.get('ann/phone', ping, 'localhost'), null)
  assert.equal(await s.get('ann/phone', ping), null)
  s.time.pass(61_000)
  const answers = []
  for (const payload of [
    `<query xmlns='jabber:iq:version'/>`,
    `<time xmlns='urn:xmpp:time'/>`,
    `<query xmlns='jabber:iq:last'/>`,
  ]) {
    const answer = await s.get('ann/phone', payload, 'localhost')
    assert.ok(answer && typeof answer !== 'string')
    answers.push(serialize(answer))
  }
  assert.match(answers[0] ?? '', /<name>Onrecord<\/name><version>\d+\./)
  assert.match(answers[1] ?? '', /<tzo>Z<\/tzo><utc>1970-01-01T00:17:41\.000Z<\/utc>/)
  assert.match(answers[2] ?? '', /seconds='61'/)
})

for (const [what, xml, condition] of [
  ['without an id', `<iq type='get'>${ping}</iq>`, 'bad-request'],
  ['of no known type', `<iq type='ask' id='1'>${ping}</iq>`, 'bad-request'],
  ['without a child', `<iq type='get' id='1'/>`, 'bad-request'],
  ['with two children', `<iq type='get' id='1'>${ping}${ping}</iq>`, 'bad-request'],
  ['that nobody knows', `<iq type='get' id='1'><x xmlns='urn:x'/></iq>`, 'service-unavailable'],
  ['to no address', `<iq type='get' id='1' to='@'>${ping}</iq>`, 'jid-malformed'],
  ['to elsewhere', `<iq type='get' id='1' to='x.example'>${ping}</iq>`, 'remote-server-not-found'],
] as const) {
  test(`a request ${what} is answered with ${condition}`, async () => {
    const s = await scene('ann/phone')
    await s.send('ann/phone', xml)
    const [answer] = s.got('ann/phone')
    const error = answer && child(answer, 'error', 'jabber:client')
    assert.ok(error && child(error, condition, 'urn:ietf:params:xml:ns:xmpp-stanzas'))
  })
}

test('an answer to nobody is not answered', async () => {
  const s = await scene('ann/phone')
  for (const to of ['', `to='localhost'`, `to='nobody@localhost/x'`, `to='ann@localhost/gone'`]) {
    await s.send('ann/phone', `<iq type='result' id='1' ${to}/>`)
    await s.send('ann/phone', `<iq type='error' id='1' ${to}/>`)
  }
  assert.deepEqual(s.got('ann/phone'), [])
})

test('a request to a device is for who sees that it is there', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  const asked = `<iq type='get' id='1' to='bo@localhost/phone'>${ping}</iq>`
  await s.send('ann/phone', asked)
  assert.deepEqual(s.got('bo/phone'), [])
  s.got('ann/phone')
  await s.send('bo/phone', `<presence to='ann@localhost/phone'/>`)
  await s.send('ann/phone', asked)
  assert.equal(s.got('bo/phone')[0]?.attrs['from'], 'ann@localhost/phone')
  await s.send('bo/phone', `<iq type='result' id='1' to='ann@localhost/phone'/>`)
  assert.equal(s.got('ann/phone').at(-1)?.attrs['type'], 'result')
})

test('a request that says something in words is on record before it is passed on', async () => {
  const s = await met()
  const asked = `<iq type='set' id='1' to='bo@localhost/phone'><note xmlns='urn:x'>buy</note></iq>`
  await s.send('ann/phone', asked)
  assert.equal(textOf(child(s.got('bo/phone')[0] ?? assert.fail(), 'note', 'urn:x')), 'buy')
  assert.deepEqual(
    s.record.entries.map(({ kind, views }) => [kind, views]),
    [['iq', []]],
  )
  s.record.refuse({ reason: 'behind', text: 'Try again.' })
  await s.send('ann/phone', asked)
  assert.deepEqual(s.got('bo/phone'), [])
})

test('an offer of a direct transfer is refused', async () => {
  const s = await met()
  await s.send(
    'ann/phone',
    `<iq type='set' id='1' to='bo@localhost/phone'><open xmlns='http://jabber.org/protocol/ibb' sid='s' block-size='4096'/></iq>`,
  )
  assert.deepEqual(s.got('bo/phone'), [])
  const error = child(s.got('ann/phone')[0] ?? assert.fail(), 'error', 'jabber:client')
  assert.ok(error && child(error, 'not-acceptable', 'urn:ietf:params:xml:ns:xmpp-stanzas'))
})

async function met(): Promise<Scene> {
  const s = await scene('ann/phone', 'bo/phone')
  await s.send('bo/phone', `<presence to='ann@localhost/phone'/>`)
  s.got('ann/phone')
  return s
}
