// The record as the API shows it: what it says is held against the log's own keys, as an outsider would.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import {
  consistencyAnswer,
  devicesAnswer,
  entriesAnswer,
  healthAnswer,
  provedEntryAnswer,
  recordStandingAnswer,
  settingsAnswer,
} from '../src/api/contract/record.ts'
import { fromBase64, toBase64, utf8 } from '../src/base/bytes.ts'
import { type Person } from '../src/directory/ports.ts'
import { type Checkpoint, verifyCheckpoint } from '../src/record/ledger/checkpoint.ts'
import { leafHash } from '../src/record/ledger/entry.ts'
import { parseVerifierKey } from '../src/record/ledger/note.ts'
import { verifyConsistency, verifyInclusion } from '../src/record/ledger/proof.ts'
import { storageScene, type StorageScene } from './support/api-storage.ts'

type Scene = StorageScene & { readonly audrey: Person }

async function setUp(t: TestContext): Promise<Scene> {
  const scene = await storageScene(t)
  const audrey = await scene.add('audrey', 'auditor')
  await scene.add('mia')
  await scene.findable()
  return { ...scene, audrey }
}

/** As who has nothing but the keys of the log. */
async function headIn(text: string, { ask, audrey }: Scene): Promise<Checkpoint> {
  const { body } = await ask(audrey, { method: 'GET', path: '/v1/record' })
  const { origin, verifierKeys } = recordStandingAnswer.parse(body)
  const keys = verifierKeys.map((one) => {
    const key = parseVerifierKey(one)
    assert.ok(typeof key !== 'string')
    return key
  })
  assert.equal(keys.length, 2)
  const verified = verifyCheckpoint(utf8(text), origin, keys)
  assert.ok(verified.ok)
  return verified.checkpoint
}

function bytesOf(base64: string): Uint8Array {
  return fromBase64(base64) ?? assert.fail(base64)
}

test('each leaf is in the head that both keys have signed, by its proof', async (t) => {
  const scene = await setUp(t)
  const { ask, audrey, storage } = scene
  const { size } = storage.record
  assert.ok(size >= 2)
  for (let position = 0; position < size; position += 1) {
    const path = `/v1/record/entries/${position}`
    const { body } = await ask(audrey, { method: 'GET', path })
    const { entry, proof, checkpoint } = provedEntryAnswer.parse(body)
    const head = await headIn(checkpoint, scene)
    const hash = leafHash(bytesOf(entry))
    assert.deepEqual([proof.leafHash, proof.size], [toBase64(hash), head.size])
    const leaf = { leafHash: hash, index: position, size: head.size, root: head.root }
    assert.ok(verifyInclusion(leaf, proof.path.map(bytesOf)))
  }
})

test('the log of now begins with the log of before, by its proof', async (t) => {
  const scene = await setUp(t)
  const { ask, audrey } = scene
  const before = await ask(audrey, { method: 'GET', path: '/v1/record/consistency?from=1' })
  await scene.add('ben')
  await scene.findable()
  const { from, to } = consistencyAnswer.parse(before.body)
  const path = `/v1/record/consistency?from=${to.size}`
  const after = consistencyAnswer.parse((await ask(audrey, { method: 'GET', path })).body)
  const head = await headIn(after.checkpoint, scene)
  assert.ok(head.size > to.size)
  assert.deepEqual([from.size, after.from], [1, to])
  assert.deepEqual(after.to, { size: head.size, root: toBase64(head.root) })
  const old = { size: to.size, root: bytesOf(to.root) }
  assert.ok(verifyConsistency({ old, new: head }, after.proof.map(bytesOf)))
})

test('leaves come in pages, once each, and without what was said or by whom', async (t) => {
  const { ask, audrey, storage } = await setUp(t)
  const positions: number[] = []
  let next: number | null = 0
  while (next !== null) {
    const path: string = `/v1/record/entries?limit=1&cursor=${next}`
    const { body, text } = await ask(audrey, { method: 'GET', path })
    const page = entriesAnswer.parse(body)
    assert.doesNotMatch(text, /audrey|mia/)
    positions.push(...page.entries.map(({ position }) => position))
    next = page.next
  }
  assert.deepEqual(positions, [...Array(storage.record.size).keys()])
})

test('what is not in a signed head has no proof, and a log does not shrink', async (t) => {
  const { ask, audrey } = await setUp(t)
  const codeOf = async (path: string): Promise<string> =>
    (await ask(audrey, { method: 'GET', path: `/v1/record/${path}` })).code
  assert.equal(await codeOf('entries/999999'), 'entries.unknown')
  assert.equal(await codeOf('consistency?from=999999'), 'entries.unknown')
  assert.equal(await codeOf('consistency?from=2&to=1'), 'api.bad-request')
  assert.equal(await codeOf('entries/-1'), 'api.bad-request')
})

test('settings are told with what they mean, and no secret', async (t) => {
  const { ask, audrey } = await setUp(t)
  const { body } = await ask(audrey, { method: 'GET', path: '/v1/settings' })
  const { settings } = settingsAnswer.parse(body)
  const domain = settings.find(({ name }) => name === 'ONRECORD_DOMAIN')
  assert.equal(domain?.value, 'chat.example')
  const { body: health } = await ask(audrey, { method: 'GET', path: '/v1/health' })
  assert.deepEqual(healthAnswer.parse(health).missing?.reason, 'stopped')
})

test('a device that was turned out is gone, and who did it is on record before', async (t) => {
  const { ask, add, storage, audrey } = await setUp(t)
  const [ada, ben] = [await add('ada', 'administrator'), await add('ben')]
  const agent = { id: 'phone', software: 'App', device: 'phone' }
  await storage.clients.issue({ person: ben.id, key: null }, agent, 'HT-SHA-256-NONE')
  const path = `/v1/people/${ben.address}/devices`
  const { body } = await ask(ada, { method: 'GET', path })
  const [device] = devicesAnswer.parse(body).devices
  assert.equal(device?.device, 'phone')
  const own = `/v1/self/devices/${device.id}`
  assert.equal((await ask(ada, { method: 'DELETE', path: own })).code, 'devices.unknown')
  assert.equal((await ask(ada, { method: 'DELETE', path: `${path}/${device.id}` })).status, 200)
  assert.deepEqual(await storage.clients.list(ben.id), [])
  assert.equal(
    (await ask(ada, { method: 'DELETE', path: `${path}/${device.id}` })).code,
    'devices.unknown',
  )
  const { text } = await ask(audrey, { method: 'GET', path: '/v1/audit?kind=device' })
  assert.match(text, /ada@chat\.example turned out a device of ben@chat\.example/)
})
