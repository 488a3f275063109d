import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byPassword, scene } from '../../../test/support/scene.ts'
import { Element } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'

const query = (inside: string): string => `<query xmlns='jabber:iq:register'>${inside}</query>`
const change = (name: string, password: string): string =>
  query(`<username>${name}</username><password>${password}</password>`)

test('a person sets a new password: this device goes on, and the others have to sign in again', async () => {
  const s = await scene('ann/phone', 'ann/desk', 'bo/web')
  assert.equal(await s.set('ann/phone', change('ann', 'new'), 'localhost'), null)
  assert.equal(s.closedWith('ann/phone'), null)
  assert.equal(s.closedWith('ann/desk'), 'not-authorized')
  assert.equal(s.closedWith('bo/web'), null)
  s.disable('ann')
  assert.equal(s.closedWith('ann/phone'), 'not-authorized')
})

test('nobody changes another one’s password, and none is empty or unfit', async () => {
  const s = await scene('ann/phone', 'bo/web')
  assert.equal(await s.set('ann/phone', change('bo', 'new'), 'localhost'), 'not-allowed')
  assert.equal(await s.set('ann/phone', change('ann', ''), 'localhost'), 'bad-request')
  assert.equal(await s.set('ann/phone', query('<password>x</password>')), 'bad-request')
  assert.equal(await s.set('ann/phone', change('ann@localhost', 'a&#9;b')), 'not-acceptable')
  assert.equal(s.closedWith('bo/web'), null)
})

test('an account is registered, and is not removed by its person', async () => {
  const s = await scene('ann/phone')
  const answer = await s.get('ann/phone', query(''), 'localhost')
  assert.match(
    answer instanceof Element ? serialize(answer) : '',
    /<registered\/>.*<username>ann<\/username>/,
  )
  assert.equal(await s.set('ann/phone', query('<remove/>'), 'localhost'), 'not-allowed')
})

test('a client that has a password of its own changes none', async () => {
  const s = await scene('ann/phone')
  s.connect('ann/desk', { ...byPassword, key: 'of this client' })
  assert.equal(await s.set('ann/desk', change('ann', 'new'), 'localhost'), 'not-allowed')
  assert.equal(s.closedWith('ann/phone'), null)
})
