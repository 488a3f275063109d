import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conversation, person } from '../../../test/fakes/new-record.ts'
import { secretKey } from '../../base/crypto.ts'
import { FatalError } from '../../base/errors.ts'
import { type Bucket } from '../keys/ports.ts'
import { type ConversationHead } from './ports.ts'
import { openStandings, type Standings } from './standing.ts'

const bucket: Bucket = { number: 1, class: 'default', from: 0, to: 1 }
const kept = 100
const key = secretKey(new Uint8Array(32))

test('a handle that another conversation has in its rows is passed over for the next one', async () => {
  const { standings } = scene({ handleOf: (_id, counter) => counter, taken: [0, 1] })
  await standings.load(conversation(7), bucket)
  assert.equal(handleIn(standings, 7), 2)
})

test('so is a handle that another conversation was given and that is in no row yet', async () => {
  const { standings } = scene({ handleOf: (_id, counter) => counter, taken: [] })
  await standings.load(conversation(1), bucket)
  await standings.load(conversation(2), bucket)
  assert.deepEqual([handleIn(standings, 1), handleIn(standings, 2)], [0, 1])
  await standings.load(conversation(1), bucket)
  assert.equal(handleIn(standings, 1), 0, 'its own is no collision')
})

test('when all 256 handles are taken, the record stops', async () => {
  const taken = Array.from({ length: 256 }, (_, counter) => counter)
  const { standings } = scene({ handleOf: (_id, counter) => counter, taken })
  await assert.rejects(standings.load(conversation(1), bucket), FatalError)
})

test('a conversation that was used long ago is forgotten, and its handle with it', async () => {
  const { standings, place } = scene({})
  await fill(standings)
  // The oldest is used again, so that the next one is the oldest then.
  assert.ok(standings.conversation(conversation(0), bucket))
  place.integrated = 1
  await standings.load(conversation(kept), bucket)
  assert.ok(standings.conversation(conversation(0), bucket))
  assert.equal(standings.conversation(conversation(1), bucket), undefined)
})

test('a conversation is not forgotten before the integrator has its newest record', async () => {
  const { standings, place } = scene({})
  await fill(standings)
  const oldest = standings.conversation(conversation(0), bucket) ?? assert.fail()
  for (let i = 1; i < kept; i++) standings.conversation(conversation(i), bucket)
  oldest.newest = 5
  place.integrated = 5
  await standings.load(conversation(kept), bucket)
  assert.ok(standings.conversation(conversation(kept), bucket))
  assert.equal(standings.conversation(conversation(0), bucket), oldest)
})

test('a sender is not forgotten before the integrator has his newest record, and is then', () => {
  const { standings, place } = scene({})
  standings.sender(person(0)).newest = 5
  place.integrated = 5
  for (let i = 1; i <= kept; i++) standings.sender(person(i)).newest = 1
  const again = standings.sender(person(0))
  assert.equal(again.newest, 5, 'it is the one that was kept')
  again.newest = 4
  for (let i = 1; i <= kept + 1; i++) standings.sender(person(i))
  assert.equal(standings.sender(person(0)).newest, -1, 'it was loaded anew')
})

async function fill(standings: Standings): Promise<void> {
  for (let i = 0; i < kept; i++) await standings.load(conversation(i), bucket)
}

function handleIn(standings: Standings, id: number): number | undefined {
  return standings.conversation(conversation(id), bucket)?.key.handle[7]
}

function scene({
  handleOf,
  taken = [],
}: {
  readonly handleOf?: (id: string, counter: number) => number
  readonly taken?: readonly number[]
}): { readonly standings: Standings; readonly place: { integrated: number } } {
  const place = { integrated: 0 }
  const handle = (id: string, counter: number): Uint8Array =>
    handleOf
      ? new Uint8Array([0, 0, 0, 0, 0, 0, 0, handleOf(id, counter)])
      : Uint8Array.fromHex(id.slice(-16))
  const noHead: ConversationHead | null = null
  const standings = openStandings({
    heads: {
      conversation: () => noHead,
      nextSenderSeq: () => 0,
      isHandleTaken: (_bucket, found) => taken.includes(found[7] ?? -1),
      lastAt: () => 0,
    },
    keys: {
      handleFor: async (number, id, counter) =>
        await Promise.resolve({ bucket: number, handle: handle(id, counter), key }),
      conversation: async () => await Promise.resolve(null),
    },
    integrated: () => place.integrated,
    kept,
  })
  return { standings, place }
}
