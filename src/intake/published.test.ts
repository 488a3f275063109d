import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newRecord } from '../../test/fakes/new-record.ts'
import { FatalError } from '../base/errors.ts'
import { el } from '../xml/element.ts'
import { serialize } from '../xml/serialize.ts'
import { Recorded } from './outbound.ts'
import { publishedIn } from './published.ts'

const event = 'http://jabber.org/protocol/pubsub#event'

/** As `xmpp/pep/notices.ts` has it recorded. */
function publishOf(id: string, ...payload: readonly ReturnType<typeof el>[]): string {
  const items = el('items', event, { node: `a > 'b'` }, el('item', event, { id }, ...payload))
  const attrs = { from: 'ann@x', id: 'n1', type: 'headline' }
  return serialize(el('message', 'jabber:client', attrs, el('event', event, {}, items)))
}

async function recordedOf(wire: string, position = 0): Promise<Recorded> {
  const place = { position, leafHash: '', stanzaId: 's', at: 0 }
  return await Recorded.accept({ append: async () => place }, newRecord({ wire }))
}

test('the payload of a publish is what stands in its item, whatever its names are', () => {
  const tune = el('tune', 'x:tune', {}, el('item', 'x:tune', {}, 'a > b </item>'))
  assert.equal(publishedIn(publishOf(`<i> "/>'`, tune)), serialize(tune))
  assert.equal(publishedIn(publishOf('empty')), '')
})

test('a record that is no publish has no payload to give', () => {
  for (const wire of [
    `<message xmlns='jabber:client'><body>hi</body></message>`,
    `<message xmlns='jabber:client'><event xmlns='${event}'><purge node='n'/></event></message>`,
    publishOf('x', el('a', 'x:a')).replace('</event>', '</event><body>hi</body>'),
  ]) {
    assert.throws(() => publishedIn(wire), FatalError)
  }
})

test('an answer holds the recorded payloads in their order, and is where the last of them is', async () => {
  const [one, two] = [el('one', 'x:a', {}, '1'), el('two', 'x:a', {}, '2')]
  const records = [
    await recordedOf(publishOf('1', one), 4),
    await recordedOf(publishOf('2', two), 7),
  ]
  const open = `<iq id='q'><pubsub xmlns='p'><items node='n'>`
  const answer = Recorded.gathered(
    records,
    ([first, second]) =>
      `${open}<item id='1'>${first}</item><item id='2'>${second}</item></items>` +
      `<set xmlns='http://jabber.org/protocol/rsm'><first index='0'>1</first><last>2</last><count>9</count></set></pubsub></iq>`,
  )
  assert.ok(answer.wire.includes(`<item id='1'>${serialize(one)}</item>`))
  assert.equal(answer.position, 7)
})

test('an answer that leaves recorded bytes out, or says anything beside them, stops the process', async () => {
  const record = await recordedOf(publishOf('1', el('one', 'x:a')))
  for (const wrap of [
    () => `<iq/>`,
    ([payload]: readonly string[]) => `<iq>word${payload}</iq>`,
    ([payload]: readonly string[]) => `<iq><body xmlns='x'>${payload}</body></iq>`,
    ([payload]: readonly string[]) =>
      `<iq>${payload}<set xmlns='http://jabber.org/protocol/rsm'><word>hi</word></set></iq>`,
  ]) {
    assert.throws(() => Recorded.gathered([record], wrap), FatalError)
  }
  assert.throws(() => Recorded.gathered([], () => `<iq/>`), FatalError)
})
