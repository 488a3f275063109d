import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  asXml,
  configure,
  info,
  inRoom,
  inShort,
  join,
  kinds,
  muc,
  room,
} from '../../../test/support/in-room.ts'
import { type Scene } from '../../../test/support/scene.ts'
import { serialize } from '../../xml/serialize.ts'

const broadcast = 'muc#roomconfig_presencebroadcast'

async function comeIn(s: Scene, name: string): Promise<void> {
  await s.send(name, `<presence to='${room}/${name.slice(0, -4)}'>${muc}</presence>`)
}

test('a room shows the roles that its owner chose, and who was hidden when he chooses more (muc#roomconfig_presencebroadcast)', async () => {
  const s = await inRoom('ann/phone', 'bo/desk', 'cy/web')
  await configure(s, 'ann/phone', { [broadcast]: 'moderator' })
  s.got('bo/desk')
  const seen = await join(s, 'cy/web', 'Cy')
  assert.ok(
    seen.some((line) => line.includes('/Ann ')) && seen.some((line) => line.includes('/Bo ')),
  )
  assert.deepEqual(s.got('bo/desk').map(inShort), [], 'Bo, who was shown before, does not see Cy')
  assert.match(asXml(await s.get('bo/desk', info, room)), new RegExp(broadcast))
  await configure(s, 'ann/phone', { [broadcast]: 'participant' })
  assert.match(s.got('bo/desk').map(inShort)[0] ?? '', /\/Cy none participant/)
})

test('a role that there is not is refused', async () => {
  const s = await inRoom('ann/phone')
  await assert.rejects(configure(s, 'ann/phone', { [broadcast]: 'owner' }))
})

test('when more than 500 are in, the room is set to show moderators alone: on record, told to all, and each sees 500 others', async () => {
  const names = Array.from({ length: 501 }, (_, i) => `p${i}/web`)
  const s = await inRoom('ann/phone', ...names)
  for (const name of names.slice(0, 499)) await comeIn(s, name)
  for (const name of names) s.got(name)
  const settings = (): number => kinds(s).filter((kind) => kind === 'room.config').length
  const before = settings()

  await comeIn(s, 'p499/web')
  assert.equal(settings(), before + 1)
  assert.match(
    s
      .got('p0/web')
      .map((one) => serialize(one))
      .join(),
    /^<message[^>]*><x [^>]*><status code='104'\/><\/x><\/message>$/,
  )
  assert.equal(shown(s, 'p499/web'), 501, 'all the others, and himself')

  await comeIn(s, 'p500/web')
  assert.equal(settings(), before + 1)
  assert.deepEqual([shown(s, 'p0/web'), shown(s, 'p499/web'), shown(s, 'p500/web')], [0, 0, 501])
  await assert.rejects(configure(s, 'ann/phone', { [broadcast]: 'visitor' }))
})

function shown(s: Scene, name: string): number {
  return s.got(name).filter(({ name: kind }) => kind === 'presence').length
}
