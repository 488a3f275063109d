import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ClientState, type StoredClient, type TokenSeed } from '../../src/directory/ports.ts'
import { personId } from '../../src/record/ids.ts'

type Opened = AsyncDisposable & { readonly state: ClientState }

const ann = personId('a'.repeat(32))
const bo = personId('b'.repeat(32))

function token(expiresAt: number, fill = 1): TokenSeed {
  return { seed: Buffer.alloc(32, fill), mechanism: 'HT-SHA-256-NONE', issuedAt: 1, expiresAt }
}

function client(id: string, more: Partial<StoredClient> = {}): StoredClient {
  const times = { key: null, firstSeen: 1, lastSeen: 2, usesToken: false }
  const agent = Buffer.from('sealed')
  return { person: ann, id, agent, ...times, current: null, next: token(10), ...more }
}

/** What every ClientState promises. */
export function clientStateConformance(name: string, open: () => Promise<Opened>): void {
  test(`${name}: a client comes back as it was put, and nobody else's does`, async () => {
    await using opened = await open()
    const whole = client('phone', { usesToken: true, current: token(20, 2), lastSeen: 7 })
    await opened.state.put(whole)
    assert.deepEqual(await opened.state.find(ann, 'phone'), whole)
    assert.equal(await opened.state.find(bo, 'phone'), null)
    assert.equal(await opened.state.find(ann, 'desk'), null)
    assert.deepEqual(await opened.state.of(bo), [])
  })

  test(`${name}: what is put again replaces what was there, its tokens too`, async () => {
    await using opened = await open()
    await opened.state.put(client('phone', { current: token(20) }))
    const after = client('phone', { current: token(30, 3), next: null })
    await opened.state.put(after)
    assert.deepEqual(await opened.state.of(ann), [after])
  })

  test(`${name}: clients are listed by when they were seen last`, async () => {
    await using opened = await open()
    for (const [id, lastSeen] of [
      ['a', 5],
      ['b', 9],
      ['c', 7],
    ] as const)
      await opened.state.put(client(id, { lastSeen }))
    const listed = await opened.state.of(ann)
    assert.deepEqual(
      listed.map(({ id }) => id),
      ['b', 'c', 'a'],
    )
  })

  test(`${name}: one client can be removed, or all of a person, and their tokens go with them`, async () => {
    await using opened = await open()
    const { state } = opened
    const theirs = client('phone', { person: bo })
    for (const each of [client('phone'), client('desk'), client('web'), theirs])
      await state.put(each)
    await state.remove(ann, 'phone')
    await state.put(client('phone', { next: null }))
    assert.equal((await state.find(ann, 'phone'))?.next, null)
    await state.removeAll(ann)
    assert.deepEqual(await state.of(ann), [])
    assert.deepEqual(await state.of(bo), [theirs])
  })

  test(`${name}: a client goes when the last of its tokens has expired`, async () => {
    await using opened = await open()
    const { state } = opened
    const lasting = client('desk', { current: token(5), next: token(30) })
    await state.put(client('phone', { current: token(20), next: token(10) }))
    await state.put(lasting)
    await state.dropExpired(19)
    assert.equal((await state.of(ann)).length, 2)
    await state.dropExpired(20)
    assert.deepEqual(await state.of(ann), [lasting])
  })
}
