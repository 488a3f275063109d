// Somebody leaves the company: the rooms that he alone owns.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { admin, inRoom, inShort, kinds, room } from '../../../test/support/in-room.ts'

test('a room that nobody else owns gets another owner by one act, and those who are in see it', async () => {
  const s = await inRoom()
  const [ann, bo] = [s.person('ann'), s.person('bo')]
  const { leaving } = s.router
  assert.deepEqual(leaving.ownedAlone(ann.id), [room])
  assert.deepEqual(leaving.ownedAlone(bo.id), [])
  assert.deepEqual(await leaving.handOver({ from: ann.id, to: bo, by: null }), [room])
  assert.equal(kinds(s).at(-1), 'room.affiliation')
  assert.match(s.got('bo/desk').map(inShort).join('\n'), /tea@\S+\/Bo owner moderator/)
  assert.deepEqual(leaving.ownedAlone(ann.id), [])
  assert.deepEqual(leaving.ownedAlone(bo.id), [room])
  assert.deepEqual(await leaving.handOver({ from: ann.id, to: bo, by: null }), [])
  await s.restart('bo/desk')
  assert.deepEqual(s.router.leaving.ownedAlone(bo.id), [room])
})

test('a room that somebody else owns too, here or elsewhere, stays as it is', async () => {
  for (const other of ['bo@localhost', 'zoe@elsewhere.example']) {
    const s = await inRoom()
    const given = await s.set(
      'ann/phone',
      admin(`<item affiliation='owner' jid='${other}'/>`),
      room,
    )
    assert.equal(given, null)
    assert.deepEqual(s.router.leaving.ownedAlone(s.person('ann').id), [])
  }
})

test('a refused record hands nothing over, and says so in one sentence', async () => {
  const s = await inRoom()
  const [ann, bo] = [s.person('ann'), s.person('bo')]
  s.record.refuse({ reason: 'space', text: 'The disk is full.' })
  await assert.rejects(
    s.router.leaving.handOver({ from: ann.id, to: bo, by: null }),
    /a room could not be handed over: .*disk is full/i,
  )
  assert.deepEqual(s.router.leaving.ownedAlone(ann.id), [room])
})
