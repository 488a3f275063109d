import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verdictsArchive } from '../../record/ids.ts'
import { asXml, info, inRoom, kinds, room } from '../../../test/support/in-room.ts'
import { scene } from '../../../test/support/scene.ts'

const refused = /policy}end_to_end_encryption' type='list-single'><value>refused</
const omemo = `<encrypted xmlns='eu.siacs.conversations.axolotl'><payload>c2VjcmV0</payload></encrypted>`

test('server, account, service and room say beforehand that encrypted messages are refused (XEP-0504)', async () => {
  const s = await inRoom()
  for (const whom of ['localhost', 'ann@localhost', 'conference.localhost', room]) {
    const answer = asXml(await s.get('ann/phone', info, whom))
    assert.match(answer, /urn:xmpp:data-policy:0/, whom)
    assert.match(answer, refused, whom)
  }
})

test('an encrypted message is refused with what to do, and that it was tried is on record without what was in it', async () => {
  const s = await scene('ann/phone', 'bo/desk')
  await s.send(
    'ann/phone',
    `<message id='m' type='chat' to='bo@localhost'><body>fallback</body>${omemo}</message>`,
  )
  assert.deepEqual([s.inbox('ann/phone'), s.inbox('bo/desk')], [['error: not-acceptable'], []])
  const [entry] = s.record.entries
  assert.deepEqual([entry?.kind, entry?.sender], ['refusal', s.person('ann').id])
  // Nobody's archive has it but that of verdicts.
  assert.deepEqual(
    entry?.views.map(({ owner }) => owner),
    [verdictsArchive],
  )
  assert.doesNotMatch(JSON.stringify(entry), /c2VjcmV0|fallback/)
  assert.match(entry?.verdicts ?? '', /end-to-end-encrypted/)
})

test('the same in a room', async () => {
  const s = await inRoom()
  await s.send('bo/desk', `<message type='groupchat' to='${room}'>${omemo}</message>`)
  assert.deepEqual([s.inbox('bo/desk'), s.inbox('ann/phone')], [['error: not-acceptable'], []])
  assert.equal(kinds(s).at(-1), 'refusal')
})

for (const model of ['presence', 'whitelist']) {
  test(`keys for encryption are not published, in a node of the access model ${model}, and the attempt is on record`, async () => {
    const s = await scene('ann/phone')
    const device = `<item><list xmlns='eu.siacs.conversations.axolotl'><device id='1'/></list></item>`
    const type = `<field var='FORM_TYPE'><value>http://jabber.org/protocol/pubsub#publish-options</value></field>`
    const options = `<publish-options><x xmlns='jabber:x:data' type='submit'>${type}<field var='pubsub#access_model'><value>${model}</value></field></x></publish-options>`
    const publish = `<publish node='eu.siacs.conversations.axolotl.devicelist'>${device}</publish>`
    const request = `<pubsub xmlns='http://jabber.org/protocol/pubsub'>${publish}${options}</pubsub>`
    assert.equal(await s.set('ann/phone', request), 'not-acceptable')
    assert.deepEqual(kinds(s), ['refusal'])
  })
}

test('where not even that it was tried can be put on record, the sender hears that', async () => {
  const s = await scene('ann/phone', 'bo/desk')
  s.record.refuse({ reason: 'space', text: 'The disk is full.' })
  await s.send('ann/phone', `<message type='chat' to='bo@localhost'>${omemo}</message>`)
  assert.deepEqual(s.inbox('ann/phone'), ['error: resource-constraint'])
})
