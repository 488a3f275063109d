import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { asXml, configure, info, inRoom, kinds, room } from '../../../test/support/in-room.ts'
import { serialize } from '../../xml/serialize.ts'

const ask = `<vCard xmlns='vcard-temp'/>`
const picture = Buffer.from('not really a picture')
const photo = `<PHOTO><TYPE>image/png</TYPE><BINVAL>${picture.toString('base64')}</BINVAL></PHOTO>`
const card = `<vCard xmlns='vcard-temp'><FN>Tea room</FN>${photo}</vCard>`

test('an owner gives the room a picture: on record, everybody is told, and whoever asks finds it, also after a start (XEP-0486)', async () => {
  const s = await inRoom()
  await configure(s, 'ann/phone', { 'muc#roomconfig_persistentroom': '1' })
  s.got('bo/desk')
  assert.equal(await s.get('bo/desk', ask, room), 'item-not-found')
  assert.equal(await s.set('bo/desk', card, room), 'forbidden')
  assert.equal(await s.set('ann/phone', card, room), null)
  assert.equal(kinds(s).at(-1), 'room.card')
  assert.match(
    s
      .got('bo/desk')
      .map((one) => serialize(one))
      .join(),
    /<status code='104'\/>/,
  )
  await s.restart('bo/desk')
  assert.equal(asXml(await s.get('bo/desk', ask, room)), card)
  const about = asXml(await s.get('bo/desk', info, room))
  assert.match(about, /<feature var='vcard-temp'\/>/)
  assert.ok(
    about.includes(
      `var='muc#roominfo_avatarhash' type='text-multi'><value>${hash('sha1', picture)}<`,
    ),
  )
})

test('an empty card takes the picture away, and what is no picture is refused', async () => {
  const s = await inRoom()
  await s.set('ann/phone', card, room)
  const broken = `<vCard xmlns='vcard-temp'><PHOTO><BINVAL>a picture!</BINVAL></PHOTO></vCard>`
  assert.equal(await s.set('ann/phone', broken, room), 'bad-request')
  const large = `<vCard xmlns='vcard-temp'><DESC>${'x'.repeat(196_609)}</DESC></vCard>`
  assert.equal(await s.set('ann/phone', large, room), 'not-acceptable')
  assert.equal(await s.set('ann/phone', ask, room), null)
  assert.equal(await s.get('bo/desk', ask, room), 'item-not-found')
  assert.doesNotMatch(asXml(await s.get('bo/desk', info, room)), /avatarhash/)
})
