import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { conversation, newRecord, person } from '../../../test/fakes/new-record.ts'
import { memoryEventStore } from '../../../test/fakes/event-store.ts'
import { simDisk } from '../../../test/sim/disk.ts'
import { realRecord, recordHome } from '../../../test/support/real-record.ts'
import { silentLog } from '../../base/log.ts'
import { conversationId } from '../ids.ts'
import { openBook } from '../disposal/book.ts'
import { type EventStore } from '../disposal/ports.ts'
import { type Record } from '../ports.ts'
import { factsOf } from './facts.ts'
import { createHolds, type Holds } from './holds.ts'
import { type Matching } from './ports.ts'
import { isInScope, type Scope } from './scope.ts'

const [officer, other] = [person(90), person(91)]
const said = { by: officer, name: 'Müller v. Acme', reason: 'claim of 3 May' }
const nothing: Scope = { persons: [], conversations: [], query: null, from: null, until: null }

const matching: Matching = {
  wasIn: (_person, _room, at) => (at % 2 === 0 ? true : null),
  isFound: (query, { content }) => content.includes(query),
}

type Scene = { readonly record: Record; readonly holds: Holds; readonly store: EventStore }

async function scene(t: TestContext, releaseNeeds = 1): Promise<Scene> {
  const home = await recordHome()
  const { record } = await realRecord(home, simDisk(256 * 1024).open())
  t.after(async () => {
    await record.close()
    home.remove()
  })
  const store = memoryEventStore()
  return { record, store, holds: await holdsOver(record, store, releaseNeeds) }
}

async function holdsOver(record: Record, store: EventStore, releaseNeeds: number): Promise<Holds> {
  const book = await openBook({ record, store, log: silentLog })
  return createHolds({
    book,
    record,
    matching: async () => matching,
    releaseNeeds,
    tell: async () => undefined,
  })
}

test('a hold is an act on record, in force from its position on, and is there after a start', async (t) => {
  const { record, holds, store } = await scene(t)
  await record.append(newRecord())
  const scope = { ...nothing, persons: [person(1)] }
  const { hold, tooLate } = await holds.place({ ...said, scope })
  assert.equal(hold.id, 1)
  assert.deepEqual(tooLate, [])
  const opened = await record.read(hold.id)
  assert.equal(opened.envelope.kind, 'hold.place')
  assert.equal(opened.envelope.sender, officer)
  for (const again of [store, memoryEventStore()])
    assert.deepEqual((await holdsOver(record, again, 1)).list(), [hold])
})

test('persons, conversations, words and time are combined, and count what is there and what comes', async (t) => {
  const { record, holds } = await scene(t)
  for (const n of [1, 2, 3])
    await record.append(
      newRecord({
        conversation: conversation(n),
        sender: person(n),
        content: `{"body":"offer ${n}"}`,
        views: [{ owner: person(n), peer: person(9), peerDevice: '', incoming: false }],
      }),
    )
  const place = async (scope: Partial<Scope>): Promise<number> =>
    (await holds.place({ ...said, scope: { ...nothing, ...scope } })).hold.id
  const { at } = await record.append(newRecord())
  const counts = new Map<Partial<Scope>, number>([
    [{ persons: [person(1)] }, 2],
    [{ persons: [person(1), person(3)] }, 3],
    [{ persons: [person(9)] }, 3],
    [{ conversations: [conversation(2)] }, 1],
    [{ query: 'offer 3' }, 1],
    [{ query: 'offer', persons: [person(3)] }, 1],
    [{ persons: [person(9)], conversations: [conversation(1), conversation(2)] }, 2],
    [{ persons: [person(1)], until: at - 1 }, 0],
    [{ persons: [person(1)], from: at, until: at }, 2],
  ])
  for (const [scope, expected] of counts) {
    const id = await place(scope)
    assert.equal((await holds.count(id)).records, expected, JSON.stringify(scope))
  }
  const id = await place({ conversations: [conversation(2)] })
  await record.append(newRecord({ conversation: conversation(2) }))
  assert.equal((await holds.count(id)).records, 2)
})

test('what was said in a room is held for who was in it then, and where nobody can tell', async (t) => {
  const { record, holds } = await scene(t)
  const room = person(50)
  const inRoom = newRecord({
    conversation: conversationId(room),
    sender: person(1),
    views: [{ owner: room, peer: null, peerDevice: '', incoming: false }],
  })
  for (let i = 0; i < 4; i++) await record.append(inRoom)
  await record.append(newRecord())
  const { hold } = await holds.place({ ...said, scope: { ...nothing, persons: [person(7)] } })
  assert.equal((await holds.count(hold.id)).records, 4)
  const wasIn = { ...matching, wasIn: () => false }
  const facts = factsOf(await record.read(0))
  assert.equal(isInScope(hold.scope, facts, wasIn), false)
  assert.equal(isInScope({ ...hold.scope, persons: [person(1)] }, facts, wasIn), true)
})

test('a scope that names nothing, and one that is too much, is refused in a sentence', async (t) => {
  const { holds, record } = await scene(t)
  const flaws: readonly [Partial<Scope>, RegExp][] = [
    [{}, /names no person, conversation, query or time/],
    [{ query: '' }, /1 to 2000 characters/],
    [{ from: 2, until: 1 }, /ends before it begins/],
    [{ persons: Array.from({ length: 1_001 }, (_, n) => person(n)) }, /more than 1000/],
  ]
  for (const [scope, sentence] of flaws)
    await assert.rejects(holds.place({ ...said, scope: { ...nothing, ...scope } }), sentence)
  const scope = { ...nothing, query: 'x' }
  await assert.rejects(holds.place({ ...said, scope, name: ' ' }), { code: 'hold.name' })
  assert.equal(record.size, 0)
})

test('holds are counted: a record is free when the last that has it is released', async (t) => {
  const { record, holds } = await scene(t)
  await record.append(newRecord())
  const [one, two] = [
    await holds.place({ ...said, scope: { ...nothing, persons: [person(1)] } }),
    await holds.place({ ...said, scope: { ...nothing, conversations: [conversation(1)] } }),
  ]
  const facts = factsOf(await record.read(0))
  assert.deepEqual(await holds.matching(facts), [one.hold.id, two.hold.id])
  const released = await holds.release({ by: officer, hold: one.hold.id, reason: 'settled' })
  assert.equal(released.released, record.size - 1)
  assert.deepEqual(await holds.matching(facts), [two.hold.id])
  await assert.rejects(holds.release({ by: officer, hold: one.hold.id, reason: 'settled' }), {
    code: 'hold.released',
  })
  await holds.release({ by: officer, hold: two.hold.id, reason: 'settled' })
  assert.deepEqual(await holds.matching(facts), [])
})

test('where a release takes two, the same person twice is one', async (t) => {
  const { holds } = await scene(t, 2)
  const { hold } = await holds.place({ ...said, scope: { ...nothing, query: 'x' } })
  const release = { hold: hold.id, reason: 'settled' }
  assert.equal((await holds.release({ ...release, by: officer })).released, null)
  await assert.rejects(holds.release({ ...release, by: officer }), { code: 'hold.second-person' })
  assert.notEqual((await holds.release({ ...release, by: other })).released, null)
})
