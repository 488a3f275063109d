import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Scene, scene } from '../../test/support/scene.ts'
import { child, type Element, elements, textOf } from '../xml/element.ts'

const rosterQuery = `<query xmlns='jabber:iq:roster'/>`

test('a request is asked, answered, pushed to both rosters, and then presence is seen', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  await s.get('ann/phone', rosterQuery)
  await s.get('bo/phone', rosterQuery)

  await s.send('ann/phone', `<presence type='subscribe' to='bo@localhost'/>`)
  assert.deepEqual(pushes(s, 'ann/phone'), ['bo none asks'])
  assert.deepEqual(s.presence('bo/phone'), ['subscribe ann'])

  await s.send('bo/phone', `<presence type='subscribed' to='ann@localhost'/>`)
  assert.deepEqual(pushes(s, 'bo/phone'), ['ann from'])
  const seen = s.got('ann/phone')
  assert.deepEqual(
    seen.map(({ name, attrs }) => `${name} ${attrs['type'] ?? 'available'}`),
    ['presence subscribed', 'iq set', 'presence available'],
  )
})

test('a request to somebody who is away waits until he comes, also over a restart', async () => {
  const s = new Scene(['ann/phone', 'bo/phone'])
  await s.arrive('ann/phone')
  await s.send('ann/phone', `<presence type='subscribe' to='bo@localhost'/>`)
  const { roster } = await s.store.load(s.person('bo/phone').id)
  assert.deepEqual(
    roster.map(({ jid, pendingIn, listed }) => [jid, pendingIn, listed]),
    [['ann@localhost', true, false]],
  )
  await s.arrive('bo/phone')
  assert.deepEqual(s.presence('bo/phone'), ['available bo/phone', 'subscribe ann'])
  assert.deepEqual(items(await s.get('bo/phone', rosterQuery)), [])
})

test('a request with words is on record before it is delivered, and is shown whole until it is answered', async () => {
  const s = new Scene(['ann/phone', 'bo/phone'])
  await s.arrive('ann/phone')
  const words = '<status>It is me.</status>'
  await s.send('ann/phone', `<presence type='subscribe' to='bo@localhost'>${words}</presence>`)
  await s.send('ann/phone', `<presence type='subscribe' to='bo@localhost'>${words}</presence>`)
  assert.deepEqual(
    s.record.entries.map(({ kind, to, wire }) => [kind, to, wire.includes(words)]),
    [['status', 'bo@localhost', true]],
  )
  for (const _ of [1, 2]) {
    await s.arrive('bo/phone')
    const [request] = s.got('bo/phone').filter(({ attrs }) => attrs['type'] === 'subscribe')
    assert.equal(textOf(request && child(request, 'status', 'jabber:client')), 'It is me.')
    await s.drop('bo/phone')
  }
  await s.arrive('bo/phone')
  await s.send('bo/phone', `<presence type='unsubscribed' to='ann@localhost'/>`)
  assert.deepEqual((await s.store.load(s.person('bo/phone').id)).roster, [])
})

test('a request that may not be recorded is delivered to nobody', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  s.record.refuse({ reason: 'space', text: 'The disk is full.' })
  await s.send(
    'ann/phone',
    `<presence type='subscribe' to='bo@localhost'><status>me</status></presence>`,
  )
  assert.deepEqual(s.presence('ann/phone'), ['error bo'])
  assert.deepEqual(s.presence('bo/phone'), [])
})

test('a subscription that was given is taken back, and presence goes', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  await s.get('ann/phone', rosterQuery)
  await s.send('ann/phone', `<presence type='subscribe' to='bo@localhost'/>`)
  await s.send('bo/phone', `<presence type='subscribed' to='ann@localhost'/>`)
  s.got('ann/phone')
  await s.send('bo/phone', `<presence type='unsubscribed' to='ann@localhost'/>`)
  const seen = s.got('ann/phone')
  assert.deepEqual(
    seen.map(({ name, attrs }) => `${name} ${attrs['type'] ?? ''}`),
    ['presence unsubscribed', 'iq set', 'presence unavailable'],
  )
})

test('an approval given beforehand answers the request', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  await s.get('ann/phone', rosterQuery)
  await s.get('bo/phone', rosterQuery)
  await s.send('bo/phone', `<presence type='subscribed' to='ann@localhost'/>`)
  assert.deepEqual(pushes(s, 'bo/phone'), ['ann none approved'])
  await s.send('ann/phone', `<presence type='subscribe' to='bo@localhost'/>`)
  assert.deepEqual(pushes(s, 'bo/phone'), ['ann from approved'])
  assert.deepEqual(s.presence('ann/phone'), ['subscribed bo', 'available bo/phone'])
})

test('who takes a contact out of his roster takes both subscriptions back', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  await s.get('bo/phone', rosterQuery)
  for (const [from, to] of [
    ['ann/phone', 'bo/phone'],
    ['bo/phone', 'ann/phone'],
  ] as const) {
    await s.send(from, `<presence type='subscribe' to='${s.person(to).address}'/>`)
    await s.send(to, `<presence type='subscribed' to='${s.person(from).address}'/>`)
  }
  s.got('bo/phone')
  await s.set(
    'ann/phone',
    `<query xmlns='jabber:iq:roster'><item jid='bo@localhost' subscription='remove'/></query>`,
  )
  const seen = s.got('bo/phone')
  assert.deepEqual(
    seen
      .filter(({ name }) => name === 'presence')
      .map(({ attrs }) => attrs['type'] ?? '')
      .toSorted(),
    ['unavailable', 'unsubscribe', 'unsubscribed'],
  )
  assert.deepEqual(items(await s.get('bo/phone', rosterQuery)), ['ann none'])
  assert.deepEqual(items(await s.get('ann/phone', rosterQuery)), [])
})

test('a request to oneself, to the server and to another domain changes nothing', async () => {
  const s = await scene('ann/phone')
  await s.get('ann/phone', rosterQuery)
  for (const to of ['ann@localhost', 'localhost', 'x@elsewhere.example']) {
    await s.send('ann/phone', `<presence type='subscribe' to='${to}'/>`)
  }
  assert.deepEqual(pushes(s, 'ann/phone'), [])
  assert.deepEqual(items(await s.get('ann/phone', rosterQuery)), [])
})

function pushes(s: Scene, name: string): string[] {
  return s
    .got(name)
    .filter(({ name: kind }) => kind === 'iq')
    .flatMap((iq) => items(elements(iq)[0] ?? null))
}

function items(query: Element | string | null): string[] {
  if (query === null || typeof query === 'string') return []
  return elements(query).map(({ attrs }) =>
    [
      attrs['jid']?.replace('@localhost', ''),
      attrs['subscription'],
      ...(attrs['ask'] === 'subscribe' ? ['asks'] : []),
      ...(attrs['approved'] === 'true' ? ['approved'] : []),
    ].join(' '),
  )
}

test('what was granted to somebody who is removed is not for the next one with his address', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  await s.get('ann/phone', `<query xmlns='jabber:iq:roster'/>`)
  for (const [one, other] of [
    ['ann', 'bo'],
    ['bo', 'ann'],
  ]) {
    await s.send(`${one}/phone`, `<presence type='subscribe' to='${other}@localhost'/>`)
    await s.send(`${other}/phone`, `<presence type='subscribed' to='${one}@localhost'/>`)
  }
  const roster = async (): Promise<string[]> => {
    const stored = await s.store.load(s.person('ann/phone').id)
    return stored.roster.map(({ jid, subscription }) => `${jid} ${subscription}`)
  }
  assert.deepEqual(await roster(), ['bo@localhost both'])
  s.remove('bo')
  await s.settled()
  assert.equal(s.closedWith('bo/phone'), 'not-authorized')
  assert.deepEqual(await roster(), ['bo@localhost none'])
})
