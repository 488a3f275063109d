import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scene } from '../../../test/support/scene.ts'
import { Element } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'

const block = (report: string): string =>
  `<block xmlns='urn:xmpp:blocking'><item jid='spam@localhost'>${report}</item></block>`
const reason = `reason='urn:xmpp:reporting:spam'`
const report = `<report xmlns='urn:xmpp:reporting:1' ${reason}><stanza-id xmlns='urn:xmpp:sid:0' by='ann@localhost' id='m1'/><text>Never came trouble</text></report>`

test('why somebody is blocked goes on record, and he is blocked', async () => {
  const s = await scene('ann/phone')
  const before = s.record.entries.length
  assert.equal(await s.set('ann/phone', block(report)), null)
  const [entry] = s.record.entries.slice(before)
  assert.deepEqual([entry?.kind, entry?.views], ['report', []])
  assert.deepEqual(JSON.parse(entry?.content ?? ''), {
    reported: 'spam@localhost',
    reason: 'urn:xmpp:reporting:spam',
    text: 'Never came trouble',
    messages: ['m1'],
  })
  const list = await s.get('ann/phone', `<blocklist xmlns='urn:xmpp:blocking'/>`)
  assert.match(list instanceof Element ? serialize(list) : '', /spam@localhost/)
})

test('a report without a reason is refused, and nobody is blocked', async () => {
  const s = await scene('ann/phone')
  const before = s.record.entries.length
  const bare = `<report xmlns='urn:xmpp:reporting:1'/>`
  assert.equal(await s.set('ann/phone', block(bare)), 'bad-request')
  assert.equal(s.record.entries.length, before)
  const list = await s.get('ann/phone', `<blocklist xmlns='urn:xmpp:blocking'/>`)
  assert.doesNotMatch(list instanceof Element ? serialize(list) : '', /spam/)
})

test('who is blocked at one device while another device reports stays blocked', async () => {
  const s = await scene('ann/phone', 'ann/desk')
  s.record.hold()
  const reporting = s.set('ann/phone', block(report))
  await s.settled()
  const other = `<block xmlns='urn:xmpp:blocking'><item jid='bo@localhost'/></block>`
  await s.set('ann/desk', other)
  s.record.release()
  await reporting
  const { blocked } = await s.store.load(s.person('ann/phone').id)
  assert.deepEqual([...blocked].toSorted(), ['bo@localhost', 'spam@localhost'])
})
