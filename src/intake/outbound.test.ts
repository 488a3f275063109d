import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newRecord, person } from '../../test/fakes/new-record.ts'
import { fakeRecord } from '../../test/fakes/record.ts'
import { FatalError } from '../base/errors.ts'
import { RecordRefused } from '../record/errors.ts'
import { conversationId, filesArchive } from '../record/ids.ts'
import { type NewRecord } from '../record/types.ts'
import { Recorded, wireOf } from './outbound.ts'

const wire = `<message xmlns='jabber:client' to='bo@x'><body>hi</body></message>`

test('what is delivered is what was recorded, and not before it is durable', async () => {
  const steps: string[] = []
  const message = await Recorded.accept(
    {
      async append(entry) {
        await Promise.resolve()
        steps.push(`recorded ${entry.wire}`)
        return { position: 7, leafHash: '', at: 1_000, stanzaId: 's7' }
      },
    },
    entryOf(wire),
  )
  steps.push(`delivered ${wireOf(message)}`)
  assert.deepEqual(steps, [`recorded ${wire}`, `delivered ${wire}`])
  assert.equal(message.position, 7)
})

test('what the record refuses cannot be delivered', async () => {
  const refused = new RecordRefused({ reason: 'space', text: 'The disk is full.' })
  const append = async (): Promise<never> => await Promise.reject(refused)
  await assert.rejects(Recorded.accept({ append }, entryOf(wire)), refused)
})

test('out of the archive again it tells who is in the conversation, and nothing of the archive of files', async () => {
  const record = fakeRecord()
  const [one, two] = [person(1), person(2)]
  const view = { peer: null, peerDevice: '', incoming: false }
  const views = [one, two, filesArchive].map((owner) => ({ owner, ...view }))
  await record.append(newRecord({ views }))
  assert.deepEqual(Recorded.again(await record.read(0)).about.members, [one, two])
})

test('stamped() puts the archive id and the delay last, and escapes them', async () => {
  const { wire: stamped } = (await recordedOf(wire)).stamped({ by: "o'x", delayedBy: 'x' })
  assert.equal(
    stamped,
    `<message xmlns='jabber:client' to='bo@x'><body>hi</body>` +
      `<stanza-id xmlns='urn:xmpp:sid:0' by='o&apos;x' id='s7'/>` +
      `<delay xmlns='urn:xmpp:delay' from='x' stamp='1970-01-01T00:00:01.000Z'/></message>`,
  )
})

test('stamped() opens a stanza that had no children', async () => {
  const { wire: stamped } = (await recordedOf(`<message to='b'/>`)).stamped({ by: 'b' })
  assert.equal(
    stamped,
    `<message to='b'><stanza-id xmlns='urn:xmpp:sid:0' by='b' id='s7'/></message>`,
  )
})

test('envelope() takes the tags of a carbon around the recorded bytes', async () => {
  const message = await recordedOf(wire)
  const open = `<message to='a@x/1'><sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>`
  const close = `</forwarded></sent></message>`
  assert.equal(wireOf(message.envelope((bytes) => open + bytes + close)), open + wire + close)
})

test('addressed() names who it is for, and escapes him', async () => {
  const presence = `<presence xmlns='jabber:client' from='a@x/1'><status>out</status></presence>`
  const { wire: sent } = (await recordedOf(presence)).addressed("o'b@x")
  assert.equal(sent, presence.replace('<presence', `<presence to='o&apos;b@x'`))
})

const forged: Readonly<Record<string, (bytes: string) => string>> = {
  'other bytes': () => `<message><body>other</body></message>`,
  'changed bytes': (bytes) => `<message>${bytes.replace('hi', 'no')}</message>`,
  'a body beside them': (bytes) => `<message><body/>${bytes}</message>`,
  'text beside them': (bytes) => `<message>hello${bytes}</message>`,
  'text after them': (bytes) => `<message>${bytes}hello</message>`,
  'an unknown element beside them': (bytes) => `<message><x xmlns='urn:y'/>${bytes}</message>`,
  'a comment': (bytes) => `<message><!-- hello -->${bytes}</message>`,
}

for (const [what, wrap] of Object.entries(forged)) {
  test(`envelope() refuses ${what}`, async () => {
    const message = await recordedOf(wire)
    assert.throws(() => message.envelope(wrap), FatalError)
  })
}

test('wireOf() refuses an object that only claims to be recorded', async () => {
  const message = await recordedOf(wire)
  assert.throws(() => wireOf(Object.assign({}, message, { wire: 'other' })), FatalError)
  const heir: Recorded = Object.create(message, { wire: { value: 'other' } })
  assert.throws(() => wireOf(heir), FatalError)
})

async function recordedOf(bytes: string): Promise<Recorded> {
  const place = { position: 7, leafHash: '', at: 1_000, stanzaId: 's7' }
  return await Recorded.accept({ append: async () => await Promise.resolve(place) }, entryOf(bytes))
}

function entryOf(bytes: string): NewRecord {
  return {
    kind: 'message',
    conversation: conversationId('0'.repeat(32)),
    members: [],
    sender: null,
    device: '',
    to: '',
    views: [],
    messageId: null,
    originId: null,
    refs: null,
    origin: 'native',
    claimedAt: null,
    content: '',
    wire: bytes,
    files: '',
    verdicts: '',
  }
}
