import assert from 'node:assert/strict'
import { test } from 'node:test'
import { events, interested, NS_PUBSUB, publish } from '../../../test/support/pep-scene.ts'
import { scene } from '../../../test/support/scene.ts'
import { type Element } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'

const bookmarks = 'urn:xmpp:bookmarks:1'
const query = (inside: string): string => `<query xmlns='jabber:iq:private'>${inside}</query>`
const storage = (inside: string): string =>
  query(`<storage xmlns='storage:bookmarks'>${inside}</storage>`)

test('what a client keeps comes back to all devices of its person, and to nobody else', async () => {
  const s = await scene('ann/phone', 'ann/desk', 'bo/web')
  const before = s.record.entries.length
  assert.equal(await s.set('ann/phone', query(`<e xmlns='x:test'><v>secret</v></e>`)), null)
  const kept = await s.get('ann/desk', query(`<e xmlns='x:test'/>`))
  assert.equal(text(kept), query(`<e xmlns='x:test'><v>secret</v></e>`))
  const never = await s.get('ann/desk', query(`<other xmlns='x:test'/>`))
  assert.equal(text(never), query(`<other xmlns='x:test'/>`))
  assert.equal(await s.get('bo/web', query(`<e xmlns='x:test'/>`), 'ann@localhost'), 'forbidden')
  assert.equal(await s.set('bo/web', query(`<e xmlns='x:test'/>`), 'ann@localhost'), 'forbidden')
  assert.equal(s.record.entries.length, before)
})

test('nothing, more than one thing at a time, and reserved namespaces are refused', async () => {
  const s = await scene('ann/phone')
  assert.equal(await s.get('ann/phone', query('')), 'bad-request')
  const two = `<a xmlns='x:test'/><b xmlns='x:test'/>`
  assert.equal(await s.get('ann/phone', query(two)), 'bad-request')
  assert.equal(await s.set('ann/phone', query('')), 'not-acceptable')
  assert.equal(await s.set('ann/phone', query(`<a xmlns='jabber:client'/>`)), 'not-acceptable')
})

test('it cannot be reached as a node', async () => {
  const s = await scene('ann/phone')
  await s.set('ann/phone', query(`<e xmlns='x:test'/>`))
  const items = `<pubsub xmlns='${NS_PUBSUB}'><items node='onrecord:private'/></pubsub>`
  assert.equal(await s.get('ann/phone', items), 'not-allowed')
  const nodes = await s.get('ann/phone', `<query xmlns='http://jabber.org/protocol/disco#items'/>`)
  assert.doesNotMatch(text(nodes), /onrecord/)
})

test('bookmarks are the same list, whichever way they are kept', async () => {
  const s = await scene('ann/phone', 'ann/desk')
  await interested(s, 'ann/desk', bookmarks)
  const old =
    `<conference jid='a@muc.x' name='A' autojoin='true'><nick>An</nick></conference>` +
    `<conference jid='b@muc.x' name='B'/>`
  await s.set('ann/phone', storage(old))
  assert.deepEqual(events(s, 'ann/desk').length, 2)
  const item = `<item id='c@muc.x'><conference xmlns='${bookmarks}' name='C'><extensions><x xmlns='x:y'/></extensions></conference></item>`
  await publish(s)('ann/phone', bookmarks, item)
  s.got('ann/desk')
  const all = text(await s.get('ann/desk', storage('')))
  assert.match(all, /autojoin='true' jid='a@muc.x'><nick>An<\/nick>.*name='B'.*jid='c@muc.x'/)
  assert.doesNotMatch(all, /extensions/)

  const next = `<conference jid='a@muc.x' name='A' autojoin='true'><nick>An</nick></conference><conference jid='c@muc.x' name='C2'/>`
  await s.set('ann/phone', storage(next))
  const told = s
    .got('ann/desk')
    .map((stanza) => serialize(stanza))
    .join('')
  assert.match(told, /<retract id='b@muc.x'\/>/)
  assert.match(told, /C2.*<x xmlns='x:y'\/>/)
  assert.doesNotMatch(told, /a@muc.x/)
})

test('bookmarks that are made in the old way are for their person alone', async () => {
  const s = await scene('ann/phone', 'bo/web')
  await s.set('ann/phone', storage(`<conference jid='a@muc.x' name='A'/>`))
  const items = `<pubsub xmlns='${NS_PUBSUB}'><items node='${bookmarks}'/></pubsub>`
  assert.equal(await s.get('bo/web', items, 'ann@localhost'), 'not-allowed')
})

function text(answer: Element | string | null): string {
  if (answer === null || typeof answer === 'string') assert.fail(`answered ${answer}`)
  return serialize(answer)
}
