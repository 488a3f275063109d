import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Outbound } from '../intake/outbound.ts'
import { scene, type Scene } from '../../test/support/scene.ts'
import { el } from '../xml/element.ts'
import { serialize } from '../xml/serialize.ts'
import { serverSays } from './reply.ts'
import { createServices, type Service } from './services.ts'
import { StanzaError } from './wire/stanza-error.ts'

test('stanzas of each kind for its domain go to the service, and to nobody else', async () => {
  const { s, heard } = await withService()
  for (const name of ['message', 'presence'])
    await s.send('ann/phone', `<${name} to='x@rooms.localhost/y'/>`)
  await s.send('ann/phone', `<iq to='rooms.localhost' type='get' id='1'><q xmlns='urn:q'/></iq>`)
  await s.send('ann/phone', `<presence to='x@rooms.localhost' type='subscribe'/>`)
  assert.deepEqual(heard, [
    'message x@rooms.localhost/y',
    'presence x@rooms.localhost/y',
    'iq rooms.localhost',
    'presence x@rooms.localhost',
  ])
  assert.equal(s.record.size, 0)
})

test('what the service answers or refuses reaches who has asked', async () => {
  const { s } = await withService()
  await s.send('ann/phone', `<iq to='rooms.localhost' type='get' id='1'><q xmlns='urn:q'/></iq>`)
  assert.match(serialize(s.got('ann/phone')[0] ?? el('none', '')), /type='result' id='1'/)
  await s.send('ann/phone', `<message to='no@rooms.localhost' id='2'/>`)
  assert.deepEqual(s.inbox('ann/phone'), ['error: not-allowed'])
})

test('a service hears of a device that goes, if that has told it that it was there', async () => {
  const { s, left } = await withService()
  await s.send('ann/phone', `<presence to='x@rooms.localhost/ann'/>`)
  await s.send('ann/phone', `<presence type='unavailable'/>`)
  await s.drop('bo/desk')
  assert.deepEqual(left, ['ann@localhost/phone x@rooms.localhost/ann'])
})

test('a malformed request is refused before the service sees it', async () => {
  const { s, heard } = await withService()
  await s.send('ann/phone', `<iq to='rooms.localhost' type='get'><q xmlns='urn:q'/></iq>`)
  assert.deepEqual(heard, [])
})

test('a domain has one service, until that is taken away', async () => {
  const services = createServices('localhost')
  const service: Service = { route: async () => await Promise.resolve() }
  const remove = services.add('rooms.localhost', service)
  assert.equal(services.add('rooms.localhost', service), null)
  remove?.()
  assert.equal(services.at('rooms.localhost'), null)
  assert.notEqual(services.add('rooms.localhost', service), null)
})

type Heard = { readonly s: Scene; readonly heard: string[]; readonly left: string[] }

async function withService(): Promise<Heard> {
  const heard: string[] = []
  const left: string[] = []
  const service: Service = {
    async route(stanza, from, to) {
      heard.push(`${stanza.name} ${to.text}`)
      await Promise.resolve()
      if (to.local === 'no') throw new StanzaError('not-allowed')
      if (stanza.name === 'iq') from.send(answerTo(stanza.attrs['id'] ?? '', from.jid.text))
    },
    left: (from, to) => left.push(`${from.jid.text} ${to.text}`),
  }
  const s = await scene('ann/phone', 'bo/desk')
  s.router.services.add('rooms.localhost', service)
  return { s, heard, left }
}

function answerTo(id: string, to: string): Outbound {
  return serverSays(el('iq', 'jabber:client', { type: 'result', id, to }))
}
