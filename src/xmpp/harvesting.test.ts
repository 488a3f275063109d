// RFC 6120 section 13.11: no answer tells who has an account here.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { knownRequests } from '../../test/conformance/xmpp/bad-input-requests.ts'
import { elsewhere } from '../../test/support/elsewhere.ts'
import { type Scene, scene } from '../../test/support/scene.ts'
import { serialize } from '../xml/serialize.ts'

/** Every request that the server knows, for whomever it was. */
const requests = [
  ...knownRequests.map(({ name, type, payload }) => ({ name, type, payload: plain(payload) })),
  { name: 'card', type: 'get', payload: `<vCard xmlns='vcard-temp'/>` },
  { name: 'version', type: 'get', payload: `<query xmlns='jabber:iq:version'/>` },
  { name: 'an unknown one', type: 'get', payload: `<x xmlns='urn:unknown'/>` },
  {
    name: 'an offer of a file',
    type: 'set',
    payload: `<si xmlns='http://jabber.org/protocol/si'/>`,
  },
] as const

function plain(payload: string): string {
  return payload.replace(/\{\w+\}/g, 'x@example.org')
}

/** Bo has an account, and shows Ann nothing; Cy has one, and wants to hear nothing of her. */
async function strangers(): Promise<Scene> {
  const s = await scene('ann/phone', 'bo/desk', 'cy/web')
  for (const who of ['ann@localhost', 'ann@push.example']) {
    const item = `<item jid='${who}'/>`
    assert.equal(await s.set('cy/web', `<block xmlns='urn:xmpp:blocking'>${item}</block>`), null)
  }
  s.got('cy/web')
  return s
}

async function answered(s: Scene, stanza: string, to: string): Promise<readonly string[]> {
  s.got('ann/phone')
  await s.send('ann/phone', stanza.replace('{to}', to))
  return s.got('ann/phone').map((xml) => serialize(xml).replaceAll(to, '{to}'))
}

for (const { name, type, payload } of requests) {
  test(`${name} (${type}): of somebody who shows no presence it is as of nobody`, async () => {
    const s = await strangers()
    for (const resource of ['', '/desk', '/other']) {
      const iq = `<iq type='${type}' id='q' to='{to}'>${payload}</iq>`
      const ofNobody = await answered(s, iq, `nobody@localhost${resource}`)
      assert.equal(ofNobody.length, 1)
      assert.deepEqual(await answered(s, iq, `bo@localhost${resource}`), ofNobody)
      assert.deepEqual(await answered(s, iq, `cy@localhost${resource}`), ofNobody, 'blocked')
      assert.deepEqual(s.got('bo/desk'), [])
    }
  })

  test(`${name} (${type}): and so it is for who asks from elsewhere`, async () => {
    const s = await strangers()
    const away = elsewhere(s, 'push.example')
    const ask = async (to: string): Promise<string> => {
      await away.says(
        `<iq type='${type}' id='q' from='ann@push.example/a' to='${to}'>${payload}</iq>`,
      )
      return away.answers().join('').replaceAll(to, '{to}')
    }
    for (const resource of ['', '/desk', '/other']) {
      const ofNobody = await ask(`nobody@localhost${resource}`)
      assert.match(ofNobody, /^<iq/)
      for (const who of ['bo', 'cy'])
        assert.equal(await ask(`${who}@localhost${resource}`), ofNobody, who)
    }
  })
}

test('what somebody has blocked is refused, and what is no matter of messages, whether or not there is anybody', async () => {
  const s = await strangers()
  const items = ['nobody', 'bo'].map((name) => `<item jid='${name}@localhost'/>`)
  const block = `<block xmlns='urn:xmpp:blocking'>${items.join('')}</block>`
  assert.equal(await s.set('ann/phone', block), null)
  for (const stanza of [
    `<iq type='get' id='q' to='{to}'><ping xmlns='urn:xmpp:ping'/></iq>`,
    `<message id='m' to='{to}'><body>hi</body></message>`,
  ]) {
    for (const resource of ['', '/desk']) {
      const ofNobody = await answered(s, stanza, `nobody@localhost${resource}`)
      assert.match(ofNobody.join(''), /<blocked xmlns/)
      assert.deepEqual(await answered(s, stanza, `bo@localhost${resource}`), ofNobody)
    }
  }
})

for (const [name, stanza] of [
  [
    'an offer of a file',
    `<message id='m' to='{to}'><si xmlns='http://jabber.org/protocol/si'/></message>`,
  ],
  ['a headline', `<message id='m' type='headline' to='{to}'><body>hi</body></message>`],
  ['words as in a room', `<message id='m' type='groupchat' to='{to}'><body>hi</body></message>`],
] as const) {
  test(`${name}: an account that is there answers as one that is not`, async () => {
    const s = await scene('ann/phone', 'bo/desk')
    await s.drop('bo/desk')
    const ofNobody = await answered(s, stanza, 'nobody@localhost')
    assert.deepEqual(await answered(s, stanza, 'bo@localhost'), ofNobody)
  })
}
