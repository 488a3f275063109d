import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  events,
  form,
  friends,
  interested,
  NS_PUBSUB,
  publish,
} from '../../../test/support/pep-scene.ts'
import { scene, type Scene } from '../../../test/support/scene.ts'
import { Element, elements, textOf } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'

const tune = 'http://jabber.org/protocol/tune'
const song = (id: string, title: string): string =>
  `<item id='${id}'><tune xmlns='${tune}'>${title}</tune></item>`
const pubsub = (inside: string): string => `<pubsub xmlns='${NS_PUBSUB}'>${inside}</pubsub>`
const owner = (inside: string): string => `<pubsub xmlns='${NS_PUBSUB}#owner'>${inside}</pubsub>`
const nodeConfig = (fields: Readonly<Record<string, string>>): string =>
  form(`${NS_PUBSUB}#node_config`, fields)

async function items(s: Scene, name: string, more = '', to?: string): Promise<unknown> {
  const answer = await s.get(name, pubsub(`<items node='${tune}'${more}`), to)
  if (!(answer instanceof Element)) return answer
  const [list] = elements(answer)
  return elements(list ?? assert.fail()).map(
    (item) => `${item.attrs['id']}: ${elements(item).map(textOf).join()}`,
  )
}

test('the first publish makes the node, and all of it is on record before anybody is told', async () => {
  const s = await friends('ann/phone', 'bo/web')
  await interested(s, 'bo/web', tune)
  s.record.hold()
  const published = publish(s)('ann/phone', tune, song('one', 'Thais'))
  await s.settled()
  assert.deepEqual(events(s, 'bo/web'), [])
  s.record.release()
  const answer = await published
  assert.ok(answer instanceof Element)
  assert.equal(
    serialize(answer),
    `<pubsub xmlns='${NS_PUBSUB}'><publish node='${tune}'><item id='one'/></publish></pubsub>`,
  )
  assert.deepEqual(events(s, 'bo/web'), [`${tune}#one: Thais`])
  const [entry] = s.record.entries.filter(({ kind }) => kind === 'publish')
  assert.match(entry?.wire ?? '', /Thais/)
  assert.deepEqual([entry?.views, entry?.sender], [[], s.person('ann').id])
})

test('a publish that the record refuses is told to nobody, and not kept', async () => {
  const s = await friends('ann/phone', 'bo/web')
  await interested(s, 'bo/web', tune)
  s.record.refuse({ reason: 'space', text: 'The disk is full.' })
  assert.equal(await publish(s)('ann/phone', tune, song('one', 'Thais')), 'resource-constraint')
  s.record.refuse(null)
  assert.deepEqual(events(s, 'bo/web'), [])
  assert.equal(await items(s, 'ann/phone', '/>'), 'item-not-found')
})

test('an item without an id gets one, and one without an item or payload is refused', async () => {
  const s = await scene('ann/phone')
  const answer = await publish(s)('ann/phone', tune, `<item><tune xmlns='${tune}'/></item>`)
  assert.ok(answer instanceof Element)
  assert.match(serialize(answer), /<item id='[0-9a-f]{32}'\/>/)
  for (const [item, detail] of [
    ['', 'item-required'],
    [`<item id='x'/>`, 'payload-required'],
    [`<item id='x'><a xmlns='x:y'/><b xmlns='x:y'/></item>`, 'invalid-payload'],
    [`<item id='x'><pubsub xmlns='${NS_PUBSUB}'/></item>`, 'invalid-payload'],
  ] as const) {
    assert.equal(await publish(s)('ann/phone', tune, item), 'bad-request')
    assert.equal(s.detail, detail)
  }
})

test('items are fetched by id, by number and in pages, by who may read', async () => {
  const s = await friends('ann/phone', 'bo/web')
  await s.set(
    'ann/phone',
    pubsub(`<create node='${tune}'/><configure>${nodeConfig({ max_items: 'max' })}</configure>`),
  )
  for (const id of ['a', 'b', 'c']) await publish(s)('ann/phone', tune, song(id, id))
  const to = 'ann@localhost'
  assert.deepEqual(await items(s, 'bo/web', '/>', to), ['a: a', 'b: b', 'c: c'])
  assert.deepEqual(await items(s, 'bo/web', ` max_items='2'/>`, to), ['b: b', 'c: c'])
  assert.deepEqual(await items(s, 'bo/web', `><item id='b'/><item id='z'/></items>`, to), ['b: b'])
  const page = `/><set xmlns='http://jabber.org/protocol/rsm'><max>1</max><after>a</after></set>`
  assert.deepEqual(await items(s, 'bo/web', page, to), ['b: b'])
  assert.deepEqual(await items(s, 'bo/web', `><item id='z'/></items>`, to), [])
})

test('whoever may not read a node is told why', async () => {
  const s = await friends('ann/phone', 'bo/web')
  await s.settled()
  const s2 = await scene('ann/phone', 'cy/web')
  await publish(s2)('ann/phone', tune, song('one', 'x'))
  assert.equal(await items(s2, 'cy/web', '/>', 'ann@localhost'), 'not-authorized')
  assert.equal(s2.detail, 'presence-subscription-required')
  await publish(s)('ann/phone', tune, song('one', 'x'), { options: { access_model: 'whitelist' } })
  assert.equal(await items(s, 'bo/web', '/>', 'ann@localhost'), 'not-allowed')
  assert.equal(s.detail, 'closed-node')
  await configure(s, { access_model: 'roster', roster_groups_allowed: 'Friends' })
  assert.equal(await items(s, 'bo/web', '/>', 'ann@localhost'), 'not-authorized')
  assert.equal(s.detail, 'not-in-roster-group')
  await s.set(
    'ann/phone',
    `<query xmlns='jabber:iq:roster'><item jid='bo@localhost'><group>Friends</group></item></query>`,
  )
  assert.deepEqual(await items(s, 'bo/web', '/>', 'ann@localhost'), ['one: x'])
  await s.set(
    'ann/phone',
    owner(
      `<affiliations node='${tune}'><affiliation jid='bo@localhost' affiliation='outcast'/></affiliations>`,
    ),
  )
  assert.equal(await items(s, 'bo/web', '/>', 'ann@localhost'), 'forbidden')
})

async function configure(s: Scene, fields: Readonly<Record<string, string>>): Promise<unknown> {
  return await s.set(
    'ann/phone',
    owner(`<configure node='${tune}'>${nodeConfig(fields)}</configure>`),
  )
}

test('a node that only its owner can read is sealed and not on record, until others may read it', async () => {
  const s = await friends('ann/phone', 'ann/desk', 'bo/web')
  await interested(s, 'ann/desk', tune)
  const options = { access_model: 'whitelist', max_items: 'max' }
  const before = s.record.entries.length
  await publish(s)('ann/phone', tune, song('one', 'secret'), { options })
  await publish(s)('ann/phone', tune, song('two', 'other'), { options })
  assert.equal(s.record.entries.length, before)
  assert.deepEqual(events(s, 'ann/desk'), [`${tune}#one: secret`, `${tune}#two: other`])
  assert.deepEqual(await items(s, 'ann/phone', '/>'), ['one: secret', 'two: other'])
  await s.set(
    'ann/phone',
    owner(
      `<affiliations node='${tune}'><affiliation jid='bo@localhost' affiliation='member'/></affiliations>`,
    ),
  )
  const recorded = s.record.entries
    .slice(before)
    .map(({ wire }) => /configuration|>secret|>other/.exec(wire)?.[0])
  assert.deepEqual(recorded, ['configuration', '>secret', '>other'])
  assert.deepEqual(await items(s, 'bo/web', '/>', 'ann@localhost'), ['one: secret', 'two: other'])
})

test('preconditions are checked, and a publish that does not meet them changes nothing', async () => {
  const s = await scene('ann/phone')
  const options = { access_model: 'open', persist_items: '1' }
  await publish(s)('ann/phone', tune, song('one', 'a'), { options })
  await publish(s)('ann/phone', tune, song('one', 'b'), { options: { persist_items: 'true' } })
  for (const unmet of [{ access_model: 'presence' }, { never_heard_of: '1' }]) {
    assert.equal(
      await publish(s)('ann/phone', tune, song('one', 'c'), { options: unmet }),
      'conflict',
    )
    assert.equal(s.detail, 'precondition-not-met')
  }
  assert.deepEqual(await items(s, 'ann/phone', '/>'), ['one: b'])
})

test('an item is retracted, a node purged and deleted, and who wants to hear of it is told', async () => {
  const s = await friends('ann/phone', 'bo/web')
  await interested(s, 'bo/web', tune)
  await publish(s)('ann/phone', tune, song('one', 'a'), { options: { max_items: '5' } })
  await publish(s)('ann/phone', tune, song('two', 'b'))
  const retract = (inside: string): string =>
    pubsub(`<retract node='${tune}' notify='true'>${inside}</retract>`)
  assert.equal(await s.set('ann/phone', retract(`<item id='one'/>`)), null)
  assert.equal(await s.set('ann/phone', retract(`<item id='one'/>`)), 'item-not-found')
  assert.equal(await s.set('ann/phone', retract('')), 'bad-request')
  assert.equal(s.detail, 'item-required')
  assert.equal(await s.set('ann/phone', owner(`<purge node='${tune}'/>`)), null)
  assert.deepEqual(await items(s, 'ann/phone', '/>'), [])
  assert.equal(await s.set('ann/phone', owner(`<delete node='${tune}'/>`)), null)
  assert.equal(await items(s, 'ann/phone', '/>'), 'item-not-found')
  assert.deepEqual(events(s, 'bo/web'), [
    `${tune}#one: a`,
    `${tune}#two: b`,
    `${tune} -one`,
    `${tune} purge`,
    `${tune} delete`,
  ])
})

test('a node keeps as many items as its settings say', async () => {
  const s = await scene('ann/phone')
  for (const id of ['a', 'b']) await publish(s)('ann/phone', tune, song(id, id))
  assert.deepEqual(await items(s, 'ann/phone', '/>'), ['b: b'])
  await configure(s, { max_items: '3' })
  for (const id of ['c', 'd', 'e']) await publish(s)('ann/phone', tune, song(id, id))
  assert.deepEqual(await items(s, 'ann/phone', '/>'), ['c: c', 'd: d', 'e: e'])
  await configure(s, { max_items: '1' })
  assert.deepEqual(await items(s, 'ann/phone', '/>'), ['e: e'])
  assert.equal(await configure(s, { max_items: '0' }), 'not-acceptable')
})

test('anybody else may neither publish, retract, create nor look at what is the owner’s', async () => {
  const s = await friends('ann/phone', 'bo/web')
  await publish(s)('ann/phone', tune, song('one', 'a'))
  const to = 'ann@localhost'
  assert.equal(await publish(s)('bo/web', tune, song('two', 'b'), { to }), 'forbidden')
  for (const xml of [
    pubsub(`<retract node='${tune}'><item id='one'/></retract>`),
    pubsub(`<create node='x'/>`),
    owner(`<delete node='${tune}'/>`),
    owner(`<purge node='${tune}'/>`),
    owner(`<configure node='${tune}'>${nodeConfig({ access_model: 'open' })}</configure>`),
  ]) {
    assert.equal(await s.set('bo/web', xml, to), 'forbidden')
  }
  assert.equal(await s.get('bo/web', owner(`<affiliations node='${tune}'/>`), to), 'forbidden')
})

test('who subscribes explicitly is told, with the newest item first, until he unsubscribes', async () => {
  const s = await scene('ann/phone', 'cy/web')
  await publish(s)('ann/phone', tune, song('one', 'a'), { options: { access_model: 'open' } })
  const to = 'ann@localhost'
  const mine = `node='${tune}' jid='cy@localhost'`
  const answer = await s.set('cy/web', pubsub(`<subscribe ${mine}/>`), to)
  assert.ok(answer instanceof Element)
  const [subscription] = elements(answer)
  assert.equal(subscription?.attrs['subscription'], 'subscribed')
  assert.deepEqual(events(s, 'cy/web'), [`${tune}#one: a`])
  await publish(s)('ann/phone', tune, song('one', 'b'))
  assert.deepEqual(events(s, 'cy/web'), [`${tune}#one: b`])
  const listed = await s.get('cy/web', pubsub('<subscriptions/>'), to)
  assert.match(listed instanceof Element ? serialize(listed) : '', /jid='cy@localhost'/)
  const other = pubsub(`<subscribe node='${tune}' jid='bo@localhost'/>`)
  assert.equal(await s.set('cy/web', other, to), 'bad-request')
  assert.equal(s.detail, 'invalid-jid')
  assert.ok((await s.set('cy/web', pubsub(`<unsubscribe ${mine}/>`), to)) instanceof Element)
  assert.equal(await s.set('cy/web', pubsub(`<unsubscribe ${mine}/>`), to), 'unexpected-request')
  assert.equal(s.detail, 'not-subscribed')
  await publish(s)('ann/phone', tune, song('one', 'c'))
  assert.deepEqual(events(s, 'cy/web'), [])
})

test('settings are shown to the owner as a form, and metadata to who may read', async () => {
  const s = await friends('ann/phone', 'bo/web')
  await s.set('ann/phone', pubsub(`<create node='${tune}'/>`))
  assert.equal(await s.set('ann/phone', pubsub(`<create node='${tune}'/>`)), 'conflict')
  await configure(s, { title: 'What I hear' })
  const shown = await s.get('ann/phone', owner(`<configure node='${tune}'/>`))
  assert.match(
    shown instanceof Element ? serialize(shown) : '',
    /pubsub#title.*What I hear.*pubsub#access_model/,
  )
  const info = `<query xmlns='http://jabber.org/protocol/disco#info' node='${tune}'/>`
  const told = await s.get('bo/web', info, 'ann@localhost')
  assert.match(told instanceof Element ? serialize(told) : '', /pubsub'.*leaf.*What I hear/)
  const list = `<query xmlns='http://jabber.org/protocol/disco#items'/>`
  const nodes = await s.get('bo/web', list, 'ann@localhost')
  assert.match(nodes instanceof Element ? serialize(nodes) : '', new RegExp(`node='${tune}'`))
  assert.ok(s.record.entries.some(({ wire }) => wire.includes('What I hear')))
})

test('access models, affiliations and features that are not there are named in the error', async () => {
  const s = await scene('ann/phone')
  await publish(s)('ann/phone', tune, song('one', 'a'))
  assert.equal(await configure(s, { access_model: 'secret' }), 'not-acceptable')
  assert.equal(s.detail, 'unsupported-access-model')
  const affiliate = (jid: string, affiliation: string): string =>
    owner(
      `<affiliations node='${tune}'><affiliation jid='${jid}' affiliation='${affiliation}'/></affiliations>`,
    )
  assert.equal(
    await s.set('ann/phone', affiliate('bo@localhost', 'publisher')),
    'feature-not-implemented',
  )
  assert.equal(s.detail, 'unsupported')
  assert.equal(await s.set('ann/phone', affiliate('ann@localhost', 'none')), 'not-acceptable')
  assert.equal(
    await s.get('ann/phone', pubsub(`<options node='${tune}' jid='ann@localhost'/>`)),
    'feature-not-implemented',
  )
  assert.equal(await s.set('ann/phone', pubsub(`<publish/>`)), 'bad-request')
  assert.equal(s.detail, 'nodeid-required')
})

test('names that are too long, and those of the server’s own nodes, are refused', async () => {
  const s = await scene('ann/phone')
  assert.equal(await publish(s)('ann/phone', 'x'.repeat(1_024), song('a', 'a')), 'not-acceptable')
  assert.equal(await publish(s)('ann/phone', 'onrecord:vcard', song('a', 'a')), 'not-allowed')
  assert.equal(await publish(s)('ann/phone', tune, song('y'.repeat(1_024), 'a')), 'not-acceptable')
  assert.equal(
    await publish(s)('ann/phone', tune, song('a', 'z'.repeat(196_609))),
    'not-acceptable',
  )
  assert.equal(s.detail, 'payload-too-big')
})

test('cards of contacts are for their keeper alone, and an account says that it knows vCard4 (XEP-0292)', async () => {
  const s = await scene('ann/phone', 'bo/web')
  const card = `<item id='cy@localhost'><vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'/></item>`
  await s.set('ann/phone', pubsub(`<publish node='urn:xmpp:contacts'>${card}</publish>`))
  assert.equal(s.record.entries.length, 0)
  const ask = pubsub(`<items node='urn:xmpp:contacts'/>`)
  assert.equal(await s.get('bo/web', ask, 'ann@localhost'), 'not-allowed')
  const info = `<query xmlns='http://jabber.org/protocol/disco#info'/>`
  const about = await s.get('ann/phone', info, 'ann@localhost')
  assert.ok(about && typeof about !== 'string')
  assert.match(serialize(about), /var='urn:ietf:params:xml:ns:vcard-4\.0'/)
})

/** What of these words somebody was told, and no record has. */
function unrecorded(s: Scene, told: unknown, words: RegExp): string[] {
  const wires = s.record.entries.map(({ wire }) => wire).join('')
  const found = (told instanceof Element ? serialize(told) : String(told)).match(words) ?? []
  return found.filter((word) => !wires.includes(word))
}

const disco = (what: string, node = ''): string =>
  `<query xmlns='http://jabber.org/protocol/disco#${what}'${node}/>`

test('how a node is set up is on record before anybody else is told, whichever way it came to that', async () => {
  const title = form(`${NS_PUBSUB}#node_config`, { access_model: 'whitelist', title: 'at-noon' })
  const options = { access_model: 'open', title: 'at-noon' }
  for (const way of ['affiliation', 'publish options'] as const) {
    const s = await friends('ann/phone', 'bo/web')
    if (way === 'affiliation') {
      await s.set('ann/phone', pubsub(`<create node='${tune}'/><configure>${title}</configure>`))
      const bo = `<affiliation jid='bo@localhost' affiliation='member'/>`
      await s.set('ann/phone', owner(`<affiliations node='${tune}'>${bo}</affiliations>`))
    } else await publish(s)('ann/phone', tune, song('one', 'Thais'), { options })
    for (const query of [disco('items'), disco('info', ` node='${tune}'`)]) {
      const told = await s.get('bo/web', query, 'ann@localhost')
      assert.match(serialize(told instanceof Element ? told : assert.fail()), /at-noon/)
      assert.deepEqual(unrecorded(s, told, /at-noon/g), [], way)
    }
  }
})

test('a node that only its owner can read is not heard of by what he says of others', async () => {
  const s = await friends('ann/phone', 'bo/web')
  const config = nodeConfig({ access_model: 'whitelist' })
  await s.set('ann/phone', pubsub(`<create node='at-noon'/><configure>${config}</configure>`))
  const inside = [
    `<affiliations node='at-noon'><affiliation jid='bo@localhost' affiliation='outcast'/></affiliations>`,
    `<subscriptions node='at-noon'><subscription jid='bo@localhost' subscription='none'/></subscriptions>`,
  ]
  for (const list of inside) await s.set('ann/phone', owner(list))
  assert.deepEqual(s.got('bo/web'), [])
  for (const asked of ['<affiliations/>', '<subscriptions/>']) {
    const told = await s.get('bo/web', pubsub(asked), 'ann@localhost')
    assert.doesNotMatch(serialize(told instanceof Element ? told : assert.fail()), /at-noon/)
  }
})

test('a subscription is of an address without words, as others see it', async () => {
  const s = await friends('ann/phone', 'bo/web')
  await publish(s)('ann/phone', tune, song('one', 'Thais'), { options: { access_model: 'open' } })
  const own = pubsub(`<subscribe node='${tune}' jid='bo@localhost/at noon'/>`)
  assert.equal(await s.set('bo/web', own, 'ann@localhost'), 'not-acceptable')
  const given = `<subscription jid='bo@localhost/at noon' subscription='subscribed'/>`
  const list = owner(`<subscriptions node='${tune}'>${given}</subscriptions>`)
  assert.equal(await s.set('ann/phone', list), 'not-acceptable')
})

test('a subscription that the owner changes is told when it is on record, once, and to nobody who does not want to hear', async () => {
  const s = await friends('ann/phone', 'bo/web', 'cy/pad')
  await publish(s)('ann/phone', tune, song('one', 'Thais'), { options: { access_model: 'open' } })
  await s.set('cy/pad', `<block xmlns='urn:xmpp:blocking'><item jid='ann@localhost'/></block>`)
  s.got('cy/pad')
  const set = (state: string): string =>
    owner(
      `<subscriptions node='${tune}'>${['bo', 'cy']
        .map((who) => `<subscription jid='${who}@localhost/at-noon' subscription='${state}'/>`)
        .join('')}</subscriptions>`,
    )
  for (const [state, times] of [
    ['none', 0],
    ['subscribed', 1],
    ['subscribed', 0],
    ['none', 1],
  ] as const) {
    assert.equal(await s.set('ann/phone', set(state)), null)
    const told = s.got('bo/web').map((stanza) => serialize(stanza))
    assert.equal(told.length, times, state)
    for (const one of told) assert.deepEqual(unrecorded(s, one, /at-noon/g), [])
    assert.deepEqual(s.got('cy/pad'), [])
  }
})
