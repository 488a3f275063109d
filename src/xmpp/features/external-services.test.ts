import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { scene } from '../../../test/support/scene.ts'
import { Element, elements } from '../../xml/element.ts'

const ns = 'urn:xmpp:extdisco:2'

test('clients find the relays of the settings, all or of one type', async () => {
  const s = await scene('ann/phone')
  const all = await s.get('ann/phone', `<services xmlns='${ns}'/>`, 'localhost')
  assert.deepEqual(typesIn(all), ['stun', 'turn'])
  const some = await s.get('ann/phone', `<services xmlns='${ns}' type='turn'/>`, 'localhost')
  assert.deepEqual(typesIn(some), ['turn'])
})

test('credentials for a relay end in twelve hours, and are what coturn expects', async () => {
  const s = await scene('ann/phone')
  const service = `<service type='turn' host='relay.localhost'/>`
  const asked = `<credentials xmlns='${ns}'>${service}</credentials>`
  const answer = await s.get('ann/phone', asked, 'localhost')
  const [relay] = answer instanceof Element ? elements(answer) : []
  const { username = '', password, expires = '' } = relay?.attrs ?? {}
  const [seconds, person] = username.split(':')
  assert.equal(Number(seconds), Math.floor((s.time.now() + 12 * 3_600_000) / 1_000))
  assert.equal(Math.floor(Date.parse(expires) / 1_000), Number(seconds))
  assert.equal(person, s.person('ann').id)
  assert.equal(password, createHmac('sha1', 'north').update(username).digest('base64'))
})

test('there are no credentials for what is no relay of ours', async () => {
  const s = await scene('ann/phone')
  const asked = `<credentials xmlns='${ns}'><service type='turn' host='x'/></credentials>`
  assert.equal(await s.get('ann/phone', asked, 'localhost'), 'item-not-found')
})

function typesIn(answer: Element | string | null): (string | undefined)[] {
  return answer instanceof Element ? elements(answer).map(({ attrs }) => attrs['type']) : []
}
