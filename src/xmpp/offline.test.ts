import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scene } from '../../test/support/scene.ts'
import { child } from '../xml/element.ts'

test('what came while nobody was there comes once, in order, and says when it was sent', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  await s.drop('bo/phone')
  await s.say('ann/phone', 'bo', 'one')
  await s.say('ann/phone', 'bo', 'two')

  await s.arrive('bo/desk')
  const messages = s.got('bo/desk').filter(({ name }) => name === 'message')
  assert.deepEqual(
    messages.map((message) => child(message, 'delay', 'urn:xmpp:delay')?.attrs['from']),
    ['localhost', 'localhost'],
  )
  await s.drop('bo/desk')
  await s.arrive('bo/phone')
  assert.deepEqual(s.inbox('bo/phone'), [])
})

test('a device with a priority below zero is not given what waits', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  await s.drop('bo/phone')
  await s.say('ann/phone', 'bo', 'one')
  s.connect('bo/bot')
  await s.send('bo/bot', '<presence><priority>-1</priority></presence>')
  assert.deepEqual(s.inbox('bo/bot'), [])
  await s.send('bo/bot', '<presence><priority>1</priority></presence>')
  assert.deepEqual(s.inbox('bo/bot'), ['one'])
})

test('what the last device did not confirm comes again, and what it confirmed does not', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  await s.say('ann/phone', 'bo', 'had')
  s.mute('bo/phone')
  await s.say('ann/phone', 'bo', 'lost')
  await s.drop('bo/phone')
  await s.say('ann/phone', 'bo', 'later')
  await s.arrive('bo/desk')
  assert.deepEqual(s.inbox('bo/desk'), ['lost', 'later'])
})

test('what one device did not confirm goes to another that is there', async () => {
  const s = await scene('ann/phone', 'bo/phone', 'bo/desk')
  s.mute('bo/phone')
  await s.say('ann/phone', 'bo/phone', 'hi')
  assert.deepEqual(s.inbox('bo/desk'), [])
  await s.drop('bo/phone')
  assert.deepEqual(s.inbox('bo/desk'), ['hi'])
})

test('what one of two devices confirmed is not sent again when the other goes', async () => {
  const s = await scene('ann/phone', 'bo/phone', 'bo/desk')
  s.mute('bo/phone')
  await s.say('ann/phone', 'bo', 'hi')
  assert.deepEqual(s.inbox('bo/desk'), ['hi'])
  await s.drop('bo/phone')
  await s.drop('bo/desk')
  await s.arrive('bo/web')
  assert.deepEqual([s.inbox('bo/desk'), s.inbox('bo/web')], [[], []])
})

test('what was confirmed after something that was not does not come twice', async () => {
  const s = await scene('ann/phone', 'bo/phone', 'bo/desk')
  s.mute('bo/phone')
  await s.say('ann/phone', 'bo/phone', 'lost')
  await s.say('ann/phone', 'bo/desk', 'had')
  await s.drop('bo/desk')
  await s.drop('bo/phone')
  await s.arrive('bo/web')
  assert.deepEqual(s.inbox('bo/web'), ['lost'])
})

test('how far delivery has come is stored within a second, and when the server stops', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  const stored = async (): Promise<number> =>
    (await s.store.load(s.person('bo/phone').id)).deliveredTo
  await s.say('ann/phone', 'bo', 'one')
  s.time.pass(1_000)
  await new Promise(setImmediate)
  const first = await stored()
  assert.ok(first >= 0)
  await s.say('ann/phone', 'bo', 'two')
  assert.equal(await stored(), first)
  await s.router.close()
  assert.ok((await stored()) > first)
})

test('what a device has confirmed is on record as delivered to it', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  await s.say('ann/phone', 'bo', 'hi')
  s.time.pass(2_000)
  await new Promise(setImmediate)
  const marks = s.record.entries.filter(({ kind }) => kind === 'marks')
  assert.equal(marks.length, 1)
  assert.match(marks[0]?.content ?? '', /phone/)
})

test('hundreds of messages that wait are fetched as they are confirmed', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  await s.drop('bo/phone')
  const texts = Array.from({ length: 600 }, (_, at) => `message ${at}`)
  for (const text of texts) await s.say('ann/phone', 'bo', text)
  s.connect('bo/desk')
  s.mute('bo/desk')
  await s.send('bo/desk', '<presence/>')
  const first = s.inbox('bo/desk')
  assert.ok(first.length >= 250 && first.length < 600)
  s.unmute('bo/desk')
  for (let round = 0; round < 5; round += 1) await s.settled()
  assert.deepEqual([...first, ...s.inbox('bo/desk')], texts)
})

test('what is fetched while it is only just on record is not sent a second time', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  await s.drop('bo/phone')
  s.record.hold()
  const saying = s.say('ann/phone', 'bo', 'hi')
  await s.arrive('bo/desk')
  s.record.release()
  await saying
  assert.deepEqual(s.inbox('bo/desk'), ['hi'])
})

test('messages that arrive while older ones are fetched come after them', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  await s.drop('bo/phone')
  const texts = Array.from({ length: 300 }, (_, at) => `message ${at}`)
  for (const text of texts) await s.say('ann/phone', 'bo', text)
  s.connect('bo/desk')
  s.mute('bo/desk')
  await s.send('bo/desk', '<presence/>')
  await s.say('ann/phone', 'bo', 'late')
  s.unmute('bo/desk')
  for (let round = 0; round < 3; round += 1) await s.settled()
  assert.deepEqual(s.inbox('bo/desk'), [...texts, 'late'])
})

const long = (at: number): string => `${at} ${'x'.repeat(200_000)}`
const longTexts = Array.from({ length: 30 }, (_, at) => long(at))

test('long messages that wait come a few at a time, as they are confirmed', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  await s.drop('bo/phone')
  for (const text of longTexts) await s.say('ann/phone', 'bo', text)
  s.connect('bo/desk')
  s.mute('bo/desk')
  await s.send('bo/desk', '<presence/>')
  const first = s.inbox('bo/desk')
  assert.ok(first.length > 5 && first.length < 15)
  s.unmute('bo/desk')
  for (let round = 0; round < 10; round += 1) await s.settled()
  assert.deepEqual([...first, ...s.inbox('bo/desk')], longTexts)
})

test('a flood of long messages waits for a device that confirms slowly', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  s.mute('bo/phone')
  for (const text of longTexts) await s.say('ann/phone', 'bo', text)
  const first = s.inbox('bo/phone')
  assert.ok(first.length > 5 && first.length < 15)
  s.unmute('bo/phone')
  for (let round = 0; round < 10; round += 1) await s.settled()
  assert.deepEqual([...first, ...s.inbox('bo/phone')], longTexts)
})

test('what there was no room for goes to the device that is left', async () => {
  const s = await scene('ann/phone', 'bo/phone', 'bo/desk')
  s.mute('bo/phone')
  for (const text of longTexts) await s.say('ann/phone', 'bo/phone', text)
  await s.drop('bo/phone')
  for (let round = 0; round < 10; round += 1) await s.settled()
  assert.deepEqual(s.inbox('bo/desk').toSorted(), longTexts.toSorted())
})

test('a device that is slow alone holds nobody up', async () => {
  const s = await scene('ann/phone', 'bo/phone', 'bo/desk')
  s.mute('bo/phone')
  for (const text of longTexts) await s.say('ann/phone', 'bo/phone', text)
  await s.say('ann/phone', 'bo', 'hi')
  assert.ok(s.inbox('bo/desk').includes('hi'))
})
