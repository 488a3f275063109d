import assert from 'node:assert/strict'
import { test } from 'node:test'
import { elsewhere, type Elsewhere } from '../../test/support/elsewhere.ts'
import { scene, type Scene } from '../../test/support/scene.ts'

const room = '#c@irc.example'

test('one line that three people here hear is one message and two copies, and each has his own', async () => {
  const { s, irc } = await inRoom('ann/phone', 'bo/desk', 'cy/web')
  for (const [id, who] of ['ann/phone', 'bo/desk', 'cy/web'].entries())
    await line(irc, { to: who, body: 'hi', id: `m${id}`, more: sid(id) })
  assert.deepEqual(kinds(s), ['message', 'copy', 'copy'])
  const [first, ...copies] = s.record.entries
  assert.match(first?.content ?? '', /"body":\{"":"hi"\}/)
  for (const copy of copies) {
    assert.equal(copy.refs?.position, 0)
    assert.doesNotMatch(copy.content, /hi/)
    assert.match(copy.wire, /hi/)
  }
  for (const [id, who] of ['ann/phone', 'bo/desk', 'cy/web'].entries()) {
    const [got] = s.got(who)
    assert.equal(got?.attrs['id'], `m${id}`)
  }
})

test('copies that come at once keep the order in which each was sent its lines', async () => {
  const { s, irc } = await inRoom('ann/phone', 'bo/desk')
  await Promise.all([
    line(irc, { to: 'ann/phone', body: 'one' }),
    line(irc, { to: 'bo/desk', body: 'one' }),
    line(irc, { to: 'bo/desk', body: 'two' }),
    line(irc, { to: 'ann/phone', body: 'two' }),
  ])
  assert.deepEqual(s.inbox('ann/phone'), ['one', 'two'])
  assert.deepEqual(s.inbox('bo/desk'), ['one', 'two'])
  assert.deepEqual(kinds(s).toSorted(), ['copy', 'copy', 'message', 'message'])
})

test('the same words said twice are two messages, and so is a line that comes much later', async () => {
  const { s, irc } = await inRoom('ann/phone', 'bo/desk')
  for (const to of ['ann/phone', 'ann/phone', 'bo/desk', 'bo/desk'])
    await line(irc, { to, body: 'ok' })
  assert.deepEqual(kinds(s), ['message', 'message', 'copy', 'copy'])
  assert.deepEqual(
    s.record.entries.map(({ refs }) => refs?.position),
    [undefined, undefined, 0, 1],
  )
  s.time.pass(11_000)
  await line(irc, { to: 'ann/phone', body: 'ok' })
  assert.equal(s.record.entries.at(-1)?.kind, 'message')
})

test('what one of our own says is his, under his name there, and what comes back are copies', async () => {
  const { s, irc } = await inRoom('ann/phone', 'bo/desk')
  await s.send(
    'ann/phone',
    `<message type='groupchat' id='a' to='${room}'><body>first\nsecond</body></message>`,
  )
  for (const to of ['ann/phone', 'bo/desk']) {
    await line(irc, { to, body: 'first', nick: 'ann' })
    await line(irc, { to, body: 'second', nick: 'ann' })
  }
  assert.deepEqual(kinds(s), ['message', 'copy', 'copy', 'copy', 'copy'])
  const [said] = s.record.entries
  assert.equal(said?.sender, s.person('ann').id)
  assert.equal(JSON.parse(said?.content ?? '{}').nick, 'ann')
  assert.equal(new Set(s.record.entries.map(({ conversation }) => conversation)).size, 1)
})

test('a line of an occupant who is one of ours says who that is', async () => {
  const { s, irc } = await inRoom('ann/phone', 'bo/desk')
  await line(irc, { to: 'bo/desk', body: 'from my other client', nick: 'ann' })
  assert.equal(JSON.parse(s.record.entries[0]?.content ?? '{}').person, s.person('ann').id)
})

test('what a room tells again is never a new message: matched where we had it, else imported once', async () => {
  const { s, irc } = await inRoom('ann/phone', 'bo/desk')
  await line(irc, { to: 'ann/phone', body: 'known' })
  s.time.pass(60_000)
  const more = `<delay xmlns='urn:xmpp:delay' from='${room}' stamp='2026-01-01T00:00:00Z'/>`
  for (const body of ['known', 'older']) {
    for (const to of ['ann/phone', 'bo/desk']) await line(irc, { to, body, more })
  }
  assert.deepEqual(kinds(s), ['message', ...Array.from({ length: 4 }, () => 'history.import')])
  assert.deepEqual(
    entries(s).map(({ refs, content }) => [refs?.position, content.includes('older')]),
    [
      [undefined, false],
      [0, false],
      [0, false],
      [undefined, true],
      [4, false],
    ],
  )
})

test('a subject that each hears when he joins is one', async () => {
  const { s, irc } = await inRoom('ann/phone', 'bo/desk')
  await irc.says(topic('ann/phone'))
  s.time.pass(60_000)
  await irc.says(topic('bo/desk'))
  assert.deepEqual(kinds(s), ['message', 'copy'])
})

function topic(to: string): string {
  return `<message type='groupchat' from='${room}/op' to='${address(to)}'><subject>news</subject></message>`
}

type Copy = {
  readonly to: string
  readonly body: string
  readonly nick?: string
  readonly id?: string
  readonly more?: string
}

async function line(
  irc: Elsewhere,
  { to, body, nick = 'zed', id = 'x', more = '' }: Copy,
): Promise<void> {
  await irc.says(
    `<message type='groupchat' id='${id}' from='${room}/${nick}' to='${address(to)}'><body>${body}</body>${more}</message>`,
  )
}

function sid(id: number): string {
  return `<stanza-id xmlns='urn:xmpp:sid:0' by='${room}' id='s${id}'/>`
}

function address(name: string): string {
  return name.replace('/', '@localhost/')
}

function kinds(s: Scene): string[] {
  return entries(s).map(({ kind }) => kind)
}

/** Without the marks that say who had them. */
function entries(s: Scene): Scene['record']['entries'] {
  return s.record.entries.filter(({ kind }) => kind !== 'marks')
}

/** They are in the room, called by their names, and have been told so. */
async function inRoom(
  ...names: readonly string[]
): Promise<{ readonly s: Scene; readonly irc: Elsewhere }> {
  const s = await scene(...names)
  const irc = elsewhere(s, 'irc.example')
  for (const name of names) {
    const [nick = ''] = name.split('/')
    await s.send(
      name,
      `<presence to='${room}/${nick}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
    )
    await irc.says(
      `<presence from='${room}/${nick}' to='${address(name)}'><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='participant'/><status code='110'/></x></presence>`,
    )
    s.got(name)
  }
  return { s, irc }
}
