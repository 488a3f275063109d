import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Element } from '../xml/element.ts'
import { Scene } from '../../test/support/scene.ts'

const active = `<active xmlns='http://jabber.org/protocol/chatstates'/>`

/** Bo's desk has just come, and what waited for him is still fetched. */
async function arriving(): Promise<Scene> {
  const s = new Scene(['ann', 'bo', 'cy'])
  for (const name of ['ann/phone', 'cy/web', 'bo/desk']) s.connect(name)
  await s.online('ann/phone', 'cy/web')
  await s.say('ann/phone', 'bo', 'before')
  s.record.fallBehind()
  await s.send('bo/desk', '<presence/>')
  s.got('bo/desk')
  return s
}

async function showTo(s: Scene, name: string, show: string): Promise<void> {
  await s.send(name, `<presence to='bo@localhost/desk'><show>${show}</show></presence>`)
}

function inOrder(got: readonly Element[]): string[] {
  return got.map(({ name, attrs, children }) => {
    const [what] = children
    return `${name} ${attrs['from']?.split('@', 1)[0]} ${typeof what === 'object' ? what.name : ''}`
  })
}

test('what somebody sends after a message that waits comes after it, and others need not wait (RFC 6120 section 10.1)', async () => {
  const s = await arriving()
  await showTo(s, 'ann/phone', 'away')
  assert.deepEqual(
    inOrder(s.got('bo/desk')),
    ['presence ann show'],
    'nothing of hers was said meanwhile',
  )
  await s.say('ann/phone', 'bo', 'one')
  await showTo(s, 'ann/phone', 'xa')
  await s.send('ann/phone', `<message type='chat' to='bo@localhost/desk'>${active}</message>`)
  await s.say('ann/phone', 'bo', 'two')
  await showTo(s, 'ann/phone', 'dnd')
  await showTo(s, 'cy/web', 'dnd')
  assert.deepEqual(inOrder(s.got('bo/desk')), ['presence cy show'])

  s.record.catchUp()
  await s.settled()
  assert.deepEqual(inOrder(s.got('bo/desk')), [
    'message ann body',
    'message ann body',
    'presence ann show',
    'message ann active',
    'message ann body',
    'presence ann show',
  ])
  await showTo(s, 'ann/phone', 'chat')
  assert.deepEqual(inOrder(s.got('bo/desk')), ['presence ann show'])
})

test('a device whose person takes no messages any more gets what waited behind them', async () => {
  const s = await arriving()
  await s.say('ann/phone', 'bo', 'one')
  await showTo(s, 'ann/phone', 'xa')
  await s.send('bo/desk', `<presence type='unavailable'/>`)
  s.got('bo/desk')
  s.record.catchUp()
  await s.settled()
  assert.deepEqual(inOrder(s.got('bo/desk')), ['presence ann show'])
})

test('what waits behind messages is bounded: beyond that all of it goes, in its order', async () => {
  const s = await arriving()
  await s.say('ann/phone', 'bo', 'one')
  for (let times = 0; times < 500; times += 1) {
    await showTo(s, 'ann/phone', 'away')
    await showTo(s, 'ann/phone', 'xa')
  }
  assert.equal(s.got('bo/desk').length, 0)
  await showTo(s, 'ann/phone', 'dnd')
  const all = s.presence('bo/desk')
  assert.equal(all.length, 1_001)
  assert.deepEqual(all.slice(-2), ['xa ann/phone', 'dnd ann/phone'])
})
