import assert from 'node:assert/strict'
import { test } from 'node:test'
import { personId } from '../../record/ids.ts'
import { configFields, defaultConfig, noExtras, wholeRoom } from './config.ts'
import { type StoredRoom } from './ports.ts'

test('a room that a version before has written has what it did not know as a new room has it', () => {
  const [id, ann] = [personId('1'.repeat(32)), personId('a'.repeat(32))]
  const address = 'tea@conference.localhost'
  const written = `{"id":"${id}","address":"${address}","config":{"name":"Tea"},"access":[],"subject":7}`
  const owner = { affiliation: 'owner', address: 'ann@localhost', reason: '' }
  const before: StoredRoom = Object.assign(JSON.parse(written), { people: new Map([[ann, owner]]) })
  assert.deepEqual(wholeRoom(before), {
    id,
    address,
    config: { ...defaultConfig(address), name: 'Tea' },
    access: [],
    subject: 7,
    isLocked: false,
    extras: noExtras,
    people: new Map([[ann, { ...owner, nick: null }]]),
  })
})

test('each choice of the form has words to show, as Dino shows none without', () => {
  const fields = configFields(defaultConfig('tea@conference.localhost'))
  const choices = fields.flatMap(({ options = [] }) => options)
  assert.ok(choices.length > 0)
  for (const one of choices) assert.ok(typeof one !== 'string' && one.label !== '')
  assert.ok(JSON.stringify(choices).includes('{"label":"Nobody","value":"none"}'))
})
