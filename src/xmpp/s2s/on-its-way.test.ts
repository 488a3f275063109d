// What is on its way to another server, over kills of this one: no sockets, the record in memory.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeTime, type FakeTime } from '../../../test/fakes/timer.ts'
import { conditionOf, scene, type Scene } from '../../../test/support/scene.ts'
import { silentLog } from '../../base/log.ts'
import { createOutbox } from '../../history/outbox.ts'
import { outboxArchive } from '../../intake/outbox.ts'
import { outsiderId } from '../../intake/outsider.ts'
import { type Parcel } from '../services.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { createOnItsWay, type OnItsWay } from './on-its-way.ts'

const zoe = 'zoe@there.example'
const giveUpMs = 300_000
const unreachable = new StanzaError('remote-server-timeout', { text: 'No connection.' })

/** The way to another server, from one start of ours to its end. */
type Life = { readonly onItsWay: OnItsWay; readonly parcels: Parcel[]; readonly time: FakeTime }

async function begin(s: Scene): Promise<Life> {
  const parcels: Parcel[] = []
  // Of its own: what was begun before a kill does not go on after it.
  const time = fakeTime()
  const deliver = (parcel: Parcel): void => void parcels.push(parcel)
  const onItsWay = createOnItsWay({
    outbox: createOutbox(s.record),
    store: s.store,
    intake: s.intake,
    directory: s.directory,
    returned: s.router.returned,
    clock: s.time,
    timer: time,
    log: silentLog,
    giveUpMs,
    fatal: assert.ifError,
  })
  s.router.services.addElsewhere(s.router.through({ deliver, track: onItsWay.track }))
  await onItsWay.resume(deliver)
  await s.settled()
  return { onItsWay, parcels, time }
}

async function kill(s: Scene, ...names: readonly string[]): Promise<Life> {
  await s.restart(...names)
  return await begin(s)
}

async function say(s: Scene, text: string, to = zoe): Promise<void> {
  await s.send(
    'ann/phone',
    `<message type='chat' id='${text}' to='${to}'><body>${text}</body></message>`,
  )
}

function bodies({ parcels }: Life): string[] {
  return parcels.map(({ out }) => /<body>(.*)<\/body>/.exec(out.wire)?.[1] ?? out.wire)
}

function marks(s: Scene): unknown[] {
  const entries = s.record.entries.filter(({ kind }) => kind === 'marks')
  return entries.map(({ content }) => JSON.parse(content))
}

test('that the other server has a message is on record, and once it is stored a start looks for it no more', async () => {
  const s = await scene('ann/phone')
  const first = await begin(s)
  for (const text of ['one', 'two', 'three']) await say(s, text)
  const [one, two] = first.parcels
  one?.had?.('handed')
  two?.had?.('unanswered')
  s.time.pass(1_000)
  await s.settled()
  assert.deepEqual(marks(s), [{ delivered: {}, displayed: {}, handed: [0], unanswered: [1] }])
  const { id } = s.person('ann')
  assert.deepEqual(s.record.entries.at(-1)?.members, [id, outsiderId(zoe)])

  const second = await kill(s, 'ann/phone')
  assert.deepEqual(bodies(second), ['three'])
  second.parcels[0]?.had?.('handed')
  second.time.pass(1_000)
  await s.settled()
  assert.equal((await s.store.load(outboxArchive)).deliveredTo, 2)
  assert.deepEqual(bodies(await kill(s)), [])
})

test('the position does not pass over what is still on its way', async () => {
  const s = await scene('ann/phone')
  const first = await begin(s)
  await say(s, 'one', 'zed@down.example')
  await say(s, 'two')
  first.parcels[1]?.had?.('handed')
  first.time.pass(1_000)
  s.time.pass(1_000)
  await s.settled()
  assert.equal((await s.store.load(outboxArchive)).deliveredTo, -1)
  assert.deepEqual(bodies(await kill(s)), ['one'])
})

test('what is on its way is taken up after a kill as it was recorded: same bytes, same time, oldest first', async () => {
  const s = await scene('ann/phone')
  const first = await begin(s)
  await say(s, 'one')
  s.time.pass(1_000)
  await say(s, 'two')
  s.time.pass(1_000)
  const second = await kill(s)
  assert.deepEqual(
    second.parcels.map(({ out }) => out.wire),
    first.parcels.map(({ out }) => out.wire),
  )
  assert.deepEqual(
    second.parcels.map(({ since }) => s.time.now() - (since ?? 0)),
    [2_000, 1_000],
  )
  assert.deepEqual(bodies(await kill(s)), ['one', 'two'])
})

test('chat states, requests and errors are not taken up: nobody waits for them', async () => {
  const s = await scene('ann/phone')
  await begin(s)
  const active = `<active xmlns='http://jabber.org/protocol/chatstates'/>`
  await s.send('ann/phone', `<message type='chat' to='${zoe}'>${active}</message>`)
  await s.send('ann/phone', `<message type='error' to='${zoe}'><body>no</body></message>`)
  await s.send(
    'ann/phone',
    `<iq type='get' id='q' to='${zoe}'><query xmlns='jabber:iq:private'/></iq>`,
  )
  assert.deepEqual(bodies(await kill(s)), [])
})

test('what was taken back while it waited is not sent, and the retraction is', async () => {
  const s = await scene('ann/phone')
  await begin(s)
  await say(s, 'secret')
  const retract = `<retract xmlns='urn:xmpp:message-retract:1' id='secret'/>`
  await s.send('ann/phone', `<message type='chat' to='${zoe}'>${retract}</message>`)
  const second = await kill(s)
  assert.deepEqual(second.parcels.length, 1)
  assert.match(second.parcels[0]?.out.wire ?? '', /<retract /)
})

test('what was given up is on record before its sender hears of it, and is not taken up again', async () => {
  const s = await scene('ann/phone')
  const first = await begin(s)
  await say(s, 'hello', `${zoe}/desk`)
  s.record.hold()
  first.parcels[0]?.failed?.(unreachable)
  await s.settled()
  assert.deepEqual(s.got('ann/phone'), [])
  s.record.release()
  await s.settled()
  const [error] = s.got('ann/phone')
  assert.deepEqual(
    [error?.attrs['from'], error?.attrs['id'], error && conditionOf(error)],
    [`${zoe}/desk`, 'hello', 'remote-server-timeout'],
  )
  const [sent, entry] = s.record.entries
  assert.deepEqual([entry?.kind, entry?.sender, entry?.refs?.position], ['error', null, 0])
  assert.equal(entry?.conversation, sent?.conversation)
  assert.deepEqual(bodies(await kill(s)), [])
})

test('who was not there hears of it when he comes, also after a kill, and once', async () => {
  const s = await scene('ann/phone')
  const first = await begin(s)
  await say(s, 'hello')
  await s.drop('ann/phone')
  first.parcels[0]?.failed?.(unreachable)
  await s.settled()
  await kill(s)
  await s.arrive('ann/desk')
  assert.deepEqual(s.inbox('ann/desk'), ['error: remote-server-timeout'])
  await s.drop('ann/desk')
  await s.arrive('ann/desk')
  assert.deepEqual(s.inbox('ann/desk'), [])
})

test('what is older than the give-up time at a start is not sent, and its sender is told', async () => {
  const s = await scene('ann/phone')
  await begin(s)
  await say(s, 'old')
  s.time.pass(1)
  await say(s, 'young')
  s.time.pass(giveUpMs - 1)
  const second = await kill(s)
  assert.deepEqual(bodies(second), ['young'])
  await s.arrive('ann/phone')
  const [error] = s.got('ann/phone').filter(({ name }) => name === 'message')
  assert.equal(error?.attrs['id'], 'old')
  assert.deepEqual(bodies(await kill(s)), ['young'])
})

test('where the error cannot be put on record, the next start tells', async () => {
  const s = await scene('ann/phone')
  const first = await begin(s)
  await say(s, 'hello')
  s.record.refuse({ reason: 'space', text: 'The disk is full.' })
  first.parcels[0]?.failed?.(unreachable)
  await s.settled()
  assert.deepEqual(s.got('ann/phone'), [])
  await first.onItsWay.close()
  s.record.refuse(null)
  s.time.pass(giveUpMs)
  await kill(s)
  await s.arrive('ann/phone')
  assert.deepEqual(s.inbox('ann/phone'), ['error: remote-server-timeout'])
})

test('a stop tells nobody: the next start sends what waits', async () => {
  const s = await scene('ann/phone')
  const first = await begin(s)
  await say(s, 'hello')
  first.onItsWay.stop()
  first.parcels[0]?.failed?.(unreachable)
  await s.settled()
  assert.deepEqual(s.got('ann/phone'), [])
  await first.onItsWay.close()
  assert.deepEqual(bodies(await kill(s)), ['hello'])
})

test('what somebody said who was removed since is sent, and nobody is told when it fails', async () => {
  const s = await scene('ann/phone', 'ben/phone')
  await begin(s)
  await say(s, 'hello')
  s.remove('ann/phone')
  const second = await kill(s)
  assert.deepEqual(bodies(second), ['hello'])
  second.parcels[0]?.failed?.(unreachable)
  await s.settled()
  const entry = s.record.entries.at(-1)
  assert.deepEqual([entry?.kind, entry?.views.length], ['error', 1])
  assert.deepEqual(bodies(await kill(s)), [])
})

test('a line in a room elsewhere is taken up, too', async () => {
  const s = await scene('ann/phone')
  await begin(s)
  const room = 'tea@conference.there.example'
  await s.send('ann/phone', `<message type='groupchat' to='${room}'><body>line</body></message>`)
  assert.deepEqual(bodies(await kill(s)), ['line'])
})

test('of more than a start looks at the newest are taken up', async () => {
  const s = await scene('ann/phone')
  await begin(s)
  await say(s, 'first')
  const [row] = s.record.entries
  if (!row) assert.fail()
  for (let n = 0; n < 20_000; n++) await s.record.append(row)
  const { positions, isWhole } = await createOutbox(s.record).unsettled(-1)
  assert.deepEqual([positions.length, positions[0], isWhole], [20_000, 1, false])
})
