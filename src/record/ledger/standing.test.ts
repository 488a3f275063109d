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
  const oldest = standings.conversation(conversation(0), bucket)?.standing ?? assert.fail()
  for (let i = 1; i < kept; i++) standings.conversation(conversation(i), bucket)
  oldest.newest = 5
  place.integrated = 5
  await standings.load(conversation(kept), bucket)
  assert.ok(standings.conversation(conversation(kept), bucket))
  assert.equal(standings.conversation(conversation(0), bucket)?.standing, oldest)
})

test('a conversation has a place in each bucket of a class, and none in a period that is over', async () => {
  const { standings, place } = scene({ placed: [[2, 8]] })
  const other: Bucket = { number: 2, class: 'long', from: 0, to: 2 }
  const later: Bucket = { number: 3, class: 'default', from: 1, to: 2 }
  for (const one of [bucket, other]) await standings.load(conversation(1), one)
  const here = standings.conversation(conversation(1), bucket) ?? assert.fail()
  const there = standings.conversation(conversation(1), other) ?? assert.fail()
  assert.equal(here.standing, there.standing, 'it is one conversation')
  assert.deepEqual([here.place.nextSeq, there.place.nextSeq], [0, 8])
  there.place.nextSeq++
  here.standing.newest = 9
  place.integrated = 5
  await standings.load(conversation(1), later)
  assert.equal(standings.conversation(conversation(1), bucket), undefined)
  assert.equal(standings.conversation(conversation(1), other)?.place.nextSeq, 9)
  assert.equal(standings.conversation(conversation(1), later)?.place.nextSeq, 0)
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
  return standings.conversation(conversation(id), bucket)?.place.key.handle[7]
}

function scene({
  handleOf,
  taken = [],
  placed = [],
}: {
  readonly handleOf?: (id: string, counter: number) => number
  readonly taken?: readonly number[]
  /** Buckets that conversations have records in, and the next number there. */
  readonly placed?: readonly (readonly [number, number])[]
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
      inBucket(id, number) {
        const nextSeq = placed.find(([one]) => one === number)?.[1]
        return nextSeq === undefined ? null : { handle: handle(id, 0), nextSeq }
      },
      bucketOf: () => null,
      nextSenderSeq: () => 0,
      isHandleTaken: (_bucket, found) => taken.includes(found[7] ?? -1),
      lastAt: () => 0,
    },
    keys: {
      handleFor: async (number, id, counter) =>
        await Promise.resolve({ bucket: number, handle: handle(id, counter), key }),
      conversation: async (number, found) =>
        await Promise.resolve({ bucket: number, handle: found, key }),
    },
    integrated: () => place.integrated,
    kept,
  })
  return { standings, place }
}
