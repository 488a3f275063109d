import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Scene, scene } from '../../../test/support/scene.ts'
import { child, type Element, elements, textOf } from '../../xml/element.ts'

const mam = 'urn:xmpp:mam:2'

type Page = {
  readonly ids: readonly string[]
  readonly bodies: readonly string[]
  readonly complete: boolean
  readonly first: string
  readonly last: string
  readonly count: string
}

test('an archive is read in pages, forwards', async () => {
  const s = await talked('one', 'two', 'three', 'four', 'five')
  const seen: string[] = []
  let after = ''
  for (let pages = 0; pages < 3; pages += 1) {
    const page = await read(s, { rsm: `<max>2</max>${after}` })
    seen.push(...page.bodies)
    assert.equal(page.complete, pages === 2)
    assert.deepEqual([page.first, page.last], [page.ids[0], page.ids.at(-1)])
    after = `<after>${page.last}</after>`
  }
  assert.deepEqual(seen, ['one', 'two', 'three', 'four', 'five'])
})

test('the last page comes in order, or flipped when it is asked for', async () => {
  const s = await talked('one', 'two', 'three')
  const last = `<max>2</max><before/>`
  assert.deepEqual((await read(s, { rsm: last })).bodies, ['two', 'three'])
  const flipped = await read(s, { rsm: last, more: '<flip-page/>' })
  assert.deepEqual(flipped.bodies, ['three', 'two'])
  assert.deepEqual([flipped.first, flipped.last], flipped.ids.toReversed())
})

test('a count can be asked for alone', async () => {
  const s = await talked('one', 'two', 'three')
  const page = await read(s, { rsm: '<max>0</max>' })
  assert.deepEqual([page.bodies, page.count], [[], '3'])
})

test('messages are found by who they were with, by time and by id', async () => {
  const s = await talked('one', 'two')
  await s.say('ann/phone', 'cy', 'other')
  await s.say('ann/phone', 'ann', 'note')
  const all = await read(s, {})
  const find = async (...fields: [string, string][]): Promise<readonly string[]> =>
    (await read(s, { fields })).bodies
  assert.deepEqual(await find(['with', 'bo@localhost']), ['one', 'two'])
  assert.deepEqual(await find(['with', 'cy@localhost']), ['other'])
  assert.deepEqual(await find(['with', 'ann@localhost']), ['note'])
  assert.deepEqual(await find(['with', 'nobody@localhost']), [])
  assert.deepEqual(await find(['start', '2038-01-01T00:00:00Z']), [])
  assert.deepEqual(await find(['end', '2038-01-01T00:00:00Z']), all.bodies)
  assert.deepEqual(await find(['after-id', all.ids[2] ?? '']), ['note'])
  assert.deepEqual(await find(['before-id', all.ids[1] ?? '']), ['one'])
  assert.deepEqual(await find(['ids', all.ids[1] ?? '']), ['two'])
})

test('a result is a message in the own name with query id, time and the recorded stanza', async () => {
  const s = await talked('one')
  await s.set('ann/phone', `<query xmlns='${mam}' queryid='q1'/>`)
  const [message] = s.got('ann/phone')
  assert.deepEqual(message?.attrs, { from: 'ann@localhost', to: 'ann@localhost/phone' })
  const result = child(message, 'result', mam)
  assert.deepEqual(result?.attrs, { queryid: 'q1', id: s.record.stanzaId(0) })
  const forwarded = child(result, 'forwarded', 'urn:xmpp:forward:0') ?? assert.fail()
  assert.match(child(forwarded, 'delay', 'urn:xmpp:delay')?.attrs['stamp'] ?? '', /^1970-.*Z$/)
  assert.equal(elements(forwarded)[1]?.attrs['from'], 'ann@localhost/phone')
})

test('both sides have the message, and nobody else', async () => {
  const s = await talked('one')
  assert.deepEqual((await read(s, { who: 'bo/phone' })).bodies, ['one'])
  assert.deepEqual((await read(s, { who: 'cy/phone' })).bodies, [])
  const query = `<query xmlns='${mam}'/>`
  assert.equal(await s.set('cy/phone', query, 'ann@localhost'), 'forbidden')
})

test('what was taken back is a tombstone that names the retraction, which is there, too', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  const to = `type='chat' to='bo@localhost'`
  await s.send('ann/phone', `<message ${to} id='m1'><body>secret</body></message>`)
  await s.send(
    'ann/phone',
    `<message ${to} id='r1'><retract xmlns='urn:xmpp:message-retract:1' id='m1'/></message>`,
  )
  s.got('ann/phone')
  await s.set('ann/phone', `<query xmlns='${mam}'/>`)
  const [first, second] = s.got('ann/phone').map(archived)
  assert.ok(first && second)
  assert.equal(first.attrs['id'], 'm1')
  assert.equal(child(first, 'body', 'jabber:client'), undefined)
  assert.equal(child(first, 'retracted', 'urn:xmpp:message-retract:1')?.attrs['id'], 'r1')
  assert.ok(child(second, 'retract', 'urn:xmpp:message-retract:1'))
})

test('nobody takes back what somebody else has written', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  await s.send(
    'ann/phone',
    `<message type='chat' to='bo@localhost' id='m1'><body>mine</body></message>`,
  )
  s.got('bo/phone')
  await s.send(
    'bo/phone',
    `<message type='chat' to='ann@localhost' id='r1'><retract xmlns='urn:xmpp:message-retract:1' id='m1'/></message>`,
  )
  assert.deepEqual(s.inbox('bo/phone'), ['error: not-allowed'])
  assert.deepEqual(s.got('ann/phone'), [])
})

for (const [what, query, condition] of [
  ['an id that is not there', form('ids', 'nothing'), 'item-not-found'],
  ['a page after one that is not there', rsm('<after>nothing</after>'), 'item-not-found'],
  ['a field that is not known', form('colour', 'blue'), 'feature-not-implemented'],
  ['no address', form('with', '@'), 'bad-request'],
  ['no date', form('start', 'yesterday'), 'bad-request'],
  ['no number', rsm('<max>many</max>'), 'bad-request'],
  ['an index', rsm('<index>3</index>'), 'feature-not-implemented'],
] as const) {
  test(`a query with ${what} is answered with ${condition}`, async () => {
    const s = await talked('one')
    assert.equal(await s.set('ann/phone', `<query xmlns='${mam}'>${query}</query>`), condition)
    assert.deepEqual(s.got('ann/phone'), [])
  })
}

test('the archive says where it begins and ends, and nothing while it is empty', async () => {
  const s = await talked('one', 'two')
  const metadata = `<metadata xmlns='${mam}'/>`
  const answer = await s.get('ann/phone', metadata)
  assert.ok(answer && typeof answer !== 'string')
  assert.deepEqual(
    elements(answer).map(({ name, attrs }) => [name, attrs['id']]),
    [
      ['start', s.record.stanzaId(0)],
      ['end', s.record.stanzaId(1)],
    ],
  )
  const empty = await s.get('cy/phone', metadata)
  assert.ok(empty && typeof empty !== 'string' && empty.children.length === 0)
})

test('who binds a resource is told where his archive ends, and gets from there on', async () => {
  const s = await talked('one')
  await s.drop('bo/phone')
  await s.say('ann/phone', 'bo', 'two')
  const [metadata] = await s.bind('bo/desk', '')
  assert.deepEqual(
    elements(metadata ?? assert.fail()).map(({ name, attrs }) => [name, attrs['id']]),
    [
      ['start', s.record.stanzaId(0)],
      ['end', s.record.stanzaId(1)],
    ],
  )
  await s.say('ann/phone', 'bo', 'three')
  await s.send('bo/desk', '<presence/>')
  assert.deepEqual(s.inbox('bo/desk'), ['three'])
  await s.drop('bo/desk')
  await s.arrive('bo/phone')
  assert.deepEqual(s.inbox('bo/phone'), [])
})

test('who fetches from the archive is given what came after that, and takes nothing from others', async () => {
  const s = await talked('one')
  await s.bind('bo/desk', '')
  s.mute('bo/phone')
  await s.say('ann/phone', 'bo/phone', 'two')
  await s.drop('bo/phone')
  await s.say('ann/phone', 'bo', 'three')
  await s.send('bo/desk', '<presence/>')
  assert.deepEqual(s.inbox('bo/desk'), ['two', 'three'])
})

test('everything is archived, and nobody can choose otherwise', async () => {
  const s = await scene('ann/phone')
  const prefs = await s.get('ann/phone', `<prefs xmlns='${mam}'/>`)
  assert.ok(prefs && typeof prefs !== 'string')
  assert.equal(prefs.attrs['default'], 'always')
  const never = `<prefs xmlns='${mam}' default='never'><always/><never/></prefs>`
  assert.equal(await s.set('ann/phone', never), 'not-allowed')
})

/** Ann has said these things to Bo; Cy is there, too. */
async function talked(...texts: readonly string[]): Promise<Scene> {
  const s = await scene('ann/phone', 'bo/phone', 'cy/phone')
  for (const text of texts) {
    s.time.pass(1)
    await s.say('ann/phone', 'bo', text)
  }
  s.got('bo/phone')
  return s
}

function form(name: string, value: string): string {
  const field = `<field var='${name}'><value>${value}</value></field>`
  return `<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>${mam}</value></field>${field}</x>`
}

function rsm(children: string): string {
  return `<set xmlns='http://jabber.org/protocol/rsm'>${children}</set>`
}

async function read(
  s: Scene,
  query: {
    readonly who?: string
    readonly fields?: readonly [string, string][]
    readonly rsm?: string
    readonly more?: string
  },
): Promise<Page> {
  const { who = 'ann/phone', fields = [], more = '' } = query
  s.got(who)
  const forms = fields.map(([name, value]) => form(name, value)).join('')
  const page = query.rsm === undefined ? '' : rsm(query.rsm)
  const fin = await s.set(who, `<query xmlns='${mam}'>${forms}${page}${more}</query>`)
  if (fin === null || typeof fin === 'string') assert.fail(`answered ${fin}`)
  const set = child(fin, 'set', 'http://jabber.org/protocol/rsm') ?? assert.fail()
  const part = (name: string): string => textOf(child(set, name, 'http://jabber.org/protocol/rsm'))
  const results = s.got(who)
  return {
    ids: results.map((message) => child(message, 'result', mam)?.attrs['id'] ?? ''),
    bodies: results.map((message) => textOf(child(archived(message), 'body', 'jabber:client'))),
    complete: fin.attrs['complete'] === 'true',
    first: part('first'),
    last: part('last'),
    count: part('count'),
  }
}

function archived(message: Element): Element {
  const result = child(message, 'result', mam) ?? assert.fail()
  const forwarded = child(result, 'forwarded', 'urn:xmpp:forward:0') ?? assert.fail()
  return child(forwarded, 'message', 'jabber:client') ?? assert.fail()
}
