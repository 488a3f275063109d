import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { form, friends, publish } from '../../../test/support/pep-scene.ts'
import { scene, type Scene } from '../../../test/support/scene.ts'
import { child, Element, elements, textOf } from '../../xml/element.ts'

const ask = `<vCard xmlns='vcard-temp'/>`
const card = (inside: string): string => `<vCard xmlns='vcard-temp'>${inside}</vCard>`
const picture = Buffer.from('a picture, as far as this is concerned')
const id = hash('sha1', picture)
const photo = `<PHOTO><TYPE>image/png</TYPE><BINVAL>${picture.toString('base64')}</BINVAL></PHOTO>`

test('a card is on record before anybody gets it, and everybody may have it', async () => {
  const s = await scene('ann/phone', 'cy/web')
  assert.equal(await s.get('cy/web', ask, 'ann@localhost'), 'service-unavailable')
  assert.equal(await s.set('ann/phone', card(`<FN>Ann Lee</FN>`)), null)
  assert.ok(s.record.entries.some(({ kind, wire }) => kind === 'publish' && /Ann Lee/.test(wire)))
  assert.equal(await nameIn(s, 'cy/web', 'ann@localhost'), 'Ann Lee')
  assert.equal(await nameIn(s, 'ann/phone'), 'Ann Lee')
  await s.set('ann/phone', card(`<FN>Ann Bo</FN>`))
  assert.equal(await nameIn(s, 'cy/web', 'ann@localhost'), 'Ann Bo')
})

test('a card that the record refuses is nobody’s to have', async () => {
  const s = await scene('ann/phone', 'cy/web')
  s.record.refuse({ reason: 'space', text: 'The disk is full.' })
  assert.equal(await s.set('ann/phone', card(`<FN>Ann Lee</FN>`)), 'resource-constraint')
  s.record.refuse(null)
  assert.equal(await s.get('cy/web', ask, 'ann@localhost'), 'service-unavailable')
})

test('nobody sets another one’s card', async () => {
  const s = await friends('ann/phone', 'bo/web')
  assert.equal(await s.set('bo/web', card(`<FN>x</FN>`), 'ann@localhost'), 'forbidden')
})

test('a published picture is in the card, for who may read it', async () => {
  const s = await friends('ann/phone', 'bo/web')
  await s.set('ann/phone', card(`<FN>Ann Lee</FN>`))
  await publishPicture(s)
  assert.equal(await pictureIn(s, 'bo/web'), picture.toString('base64'))
  assert.equal(await nameIn(s, 'bo/web', 'ann@localhost'), 'Ann Lee')
  await s.set('ann/phone', card(`<FN>Ann Bo</FN>`))
  assert.equal(await nameIn(s, 'bo/web', 'ann@localhost'), 'Ann Bo')
  assert.equal(await pictureIn(s, 'bo/web'), picture.toString('base64'))
  await s.send('bo/web', `<presence type='unsubscribe' to='ann@localhost'/>`)
  assert.equal(await pictureIn(s, 'bo/web'), '')
  assert.equal(await nameIn(s, 'bo/web', 'ann@localhost'), 'Ann Bo')
})

test('a picture that its person hides afterwards is not in the card any more', async () => {
  const s = await friends('ann/phone', 'bo/web')
  await s.set('ann/phone', card(`<FN>Ann Lee</FN>`))
  await publishPicture(s)
  assert.equal(await pictureIn(s, 'bo/web'), picture.toString('base64'))
  const hide = form('http://jabber.org/protocol/pubsub#node_config', { access_model: 'whitelist' })
  await s.set(
    'ann/phone',
    `<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><configure node='urn:xmpp:avatar:data'>${hide}</configure></pubsub>`,
  )
  assert.equal(await pictureIn(s, 'bo/web'), '')
})

test('two devices that set the card at once are both answered, and one card is left', async () => {
  const s = await friends('ann/phone', 'ann/desk', 'bo/web')
  await s.set('ann/phone', card(`<FN>Ann Lee</FN>`))
  await publishPicture(s)
  for (let moments = 0; moments < 40; moments += 1) {
    const first = s.set('ann/phone', card(`<FN>Ann of the phone</FN>`))
    for (let moment = 0; moment < moments; moment += 1) await Promise.resolve()
    const second = s.set('ann/desk', card(`<FN>Ann of the desk</FN>`))
    assert.deepEqual(await Promise.all([first, second]), [null, null])
    assert.equal(await nameIn(s, 'bo/web', 'ann@localhost'), 'Ann of the desk')
    assert.equal(await pictureIn(s, 'bo/web'), picture.toString('base64'))
  }
})

test('a picture in a card is published', async () => {
  const s = await friends('ann/phone', 'bo/web')
  await s.set('ann/phone', card(photo))
  const metadata = await s.get('bo/web', avatarOf('metadata'), 'ann@localhost')
  const data = await s.get('bo/web', avatarOf('data'), 'ann@localhost')
  const payload = (answer: Element | string | null): Element => firstOf(firstOf(firstOf(answer)))
  assert.deepEqual(firstOf(payload(metadata)).attrs, {
    bytes: String(picture.length),
    id,
    type: 'image/png',
  })
  assert.equal(textOf(payload(data)), picture.toString('base64'))
})

test('presence has the hash of the picture, unless it says that there is none', async () => {
  const s = await friends('ann/phone', 'bo/web')
  await publishPicture(s)
  const hashIn = async (presence: string): Promise<string | null> => {
    await s.send('ann/phone', presence)
    const [seen] = s.got('bo/web').filter(({ name }) => name === 'presence')
    const x = seen && child(seen, 'x', 'vcard-temp:x:update')
    return x ? textOf(child(x, 'photo', 'vcard-temp:x:update')) : null
  }
  assert.equal(await hashIn('<presence/>'), id)
  assert.equal(await hashIn(update('')), id)
  assert.equal(await hashIn(update('<photo>0123</photo>')), id)
  assert.equal(await hashIn(update('<photo/>')), '')
  assert.equal(await hashIn(`<presence to='bo@localhost'/>`), id)
})

async function publishPicture(s: Scene): Promise<void> {
  const base64 = picture.toString('base64')
  const data = `<item id='${id}'><data xmlns='urn:xmpp:avatar:data'>${base64}</data></item>`
  await publish(s)('ann/phone', 'urn:xmpp:avatar:data', data)
  const info = `<info bytes='${picture.length}' id='${id}' type='image/png'/>`
  const metadata = `<item id='${id}'><metadata xmlns='urn:xmpp:avatar:metadata'>${info}</metadata></item>`
  await publish(s)('ann/phone', 'urn:xmpp:avatar:metadata', metadata)
}

async function nameIn(s: Scene, name: string, to?: string): Promise<string> {
  const answer = await s.get(name, ask, to)
  if (!(answer instanceof Element)) return String(answer)
  return textOf(child(answer, 'FN', 'vcard-temp'))
}

async function pictureIn(s: Scene, name: string): Promise<string> {
  const answer = await s.get(name, ask, 'ann@localhost')
  if (!(answer instanceof Element)) return String(answer)
  const found = child(answer, 'PHOTO', 'vcard-temp')
  return found ? textOf(child(found, 'BINVAL', 'vcard-temp')) : ''
}

function firstOf(answer: Element | string | null): Element {
  if (!(answer instanceof Element)) assert.fail(`answered ${answer}`)
  return elements(answer)[0] ?? assert.fail('empty')
}

function avatarOf(node: string): string {
  return `<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:avatar:${node}'/></pubsub>`
}

function update(inside: string): string {
  return `<presence><x xmlns='vcard-temp:x:update'>${inside}</x></presence>`
}
