import assert from 'node:assert/strict'
import { test } from 'node:test'
import { directoryScene } from '../../../test/support/api-directory.ts'
import { type Directory } from '../../directory/ports.ts'
import { outsider } from '../services.ts'
import { parseJid } from '../wire/jid.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { placeAt } from './beside-text.ts'

test('who has become a guest presses nothing of what a bot had asked him alone', async (t) => {
  const { directory: people, add } = await directoryScene(t, 'localhost')
  const [cy, bo] = [await add('cy'), await add('bo')]
  const directory: Directory = {
    ...people,
    find: (named) => (named === bo.address ? { ...bo, role: 'bot' } : people.find(named)),
  }
  const [jid, to] = [parseJid(cy.address), parseJid(bo.address)]
  assert.ok(jid && to)
  const from = { ...outsider({ jid, origin: 'native', send() {} }), id: cy.id }
  const host = { domain: 'localhost', directory, roomParts: [] }
  assert.equal(placeAt(to, from, host).kind, 'person')
  await people.setRole(cy.id, 'guest', { commandLine: true })
  assert.throws(() => placeAt(to, from, host), StanzaError)
})
