// Approvals over all real parts: exports, exemptions and shorter periods wait for a second person, and holds and disposals are in the same inbox.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Person } from '../src/directory/ports.ts'
import { type Answered, storageScene, type StorageScene } from './support/api-storage.ts'

function idOf({ status, body, text }: Answered): string {
  assert.equal(status, 202, text)
  const waits: { readonly id?: string } = Object.assign({}, body['waits'])
  return waits.id ?? assert.fail(text)
}

async function decided({ ask }: StorageScene, who: Person, id: string): Promise<unknown> {
  const path = `/v1/approvals/${id}/decision`
  const { status, body, code } = await ask(who, {
    method: 'POST',
    path,
    body: { approves: true, reason: 'yes' },
  })
  return status === 200 ? body['state'] : code
}

test('an export waits where the company wants it, names who asked, and is put on record when another has approved it', async (t) => {
  const scene = await storageScene(t, { approvals: { acts: new Set(['export']), days: 7 } })
  const { add, ask, storage } = scene
  const [olga, lea] = [await add('olga', 'officer'), await add('lea', 'legal')]
  const body = { purpose: 'a claim', persons: [lea.address] }
  const id = idOf(await ask(olga, { method: 'POST', path: '/v1/exports', body }))
  const { size } = storage.record
  assert.equal(await decided(scene, olga, id), 'approvals.own')
  assert.equal(storage.record.size, size)
  const inbox = await ask(lea, { method: 'GET', path: '/v1/approvals' })
  assert.match(inbox.text, /Export person lea@chat\.example/)
  assert.equal(await decided(scene, lea, id), 'done')
  const shown = await ask(olga, { method: 'GET', path: `/v1/approvals/${id}` })
  const act = Number(/"act":(\d+)/.exec(shown.text)?.[1])
  await storage.record.integrated(storage.record.size)
  const { content, envelope } = await storage.record.read(act)
  assert.deepEqual([envelope.kind, JSON.parse(content).by], ['export', olga.id])
})

test('an exemption that one asks for waits for another, of whom it is not, and has both names', async (t) => {
  const scene = await storageScene(t)
  const { add, ask, storage } = scene
  const [rita, lea, ceo] = [
    await add('rita', 'records'),
    await add('lea', 'legal'),
    await add('ceo', 'privacy'),
  ]
  const body = { person: ceo.address, from: 'review', reason: 'the board' }
  const asked = { method: 'POST', path: '/v1/retention/exemptions', body } as const
  assert.equal((await ask(ceo, asked)).code, 'approvals.own')
  const id = idOf(await ask(rita, asked))
  assert.equal(await decided(scene, ceo, id), 'approvals.unknown')
  assert.equal(await decided(scene, lea, id), 'done')
  const [exemption] = storage.retention.standing.exemptions.values()
  assert.deepEqual(exemption?.approvals, [rita.id, lea.id])
})

test('a shorter period waits where two are set, and is worth nothing when the class was changed since', async (t) => {
  const scene = await storageScene(t, { retentionApprovals: 2 })
  const { add, ask } = scene
  const [rita, rob] = [await add('rita', 'records'), await add('rob', 'records')]
  const put = async (keep: string): Promise<Answered> =>
    await ask(rita, { method: 'PUT', path: '/v1/retention/classes/mail', body: { keep } })
  assert.equal((await put('7 years')).status, 200, 'a new class takes one')
  const id = idOf(await put('5 years'))
  assert.equal((await put('8 years')).status, 200)
  assert.equal(await decided(scene, rob, id), 'failed')
  const again = idOf(await put('6 years'))
  assert.equal(await decided(scene, rob, again), 'done')
  const kept = await ask(rita, { method: 'GET', path: '/v1/retention' })
  assert.match(kept.text, /"name":"mail","keep":"6 years"/)
})

test('a hold that somebody wants released is in the inbox of the others, and is released there', async (t) => {
  const config = { needs: 2, releaseNeeds: 2, timetable: 'by hand', overdueMs: 1 } as const
  const scene = await storageScene(t, { disposal: config })
  const { add, ask, storage } = scene
  const [rita, lea, ann] = [
    await add('rita', 'records'),
    await add('lea', 'legal'),
    await add('ann'),
  ]
  const scope = { persons: [ann.id], conversations: [], query: null, from: null, until: null }
  const { hold } = await storage.management.holds.place({
    by: lea.id,
    name: 'Miller',
    reason: 'a claim',
    scope,
  })
  const path = `/v1/holds/${hold.id}/release`
  assert.equal((await ask(rita, { method: 'POST', path, body: { reason: 'settled' } })).status, 200)
  const id = `hold-${hold.id}`
  const inbox = await ask(lea, { method: 'GET', path: '/v1/approvals' })
  assert.match(inbox.text, /Release the hold Miller/)
  assert.doesNotMatch((await ask(ann, { method: 'GET', path: '/v1/approvals' })).text, /Miller/)
  assert.equal(await decided(scene, ann, id), 'caller.not-allowed')
  assert.equal(await decided(scene, rita, id), 'hold.second-person')
  const body = { approves: true, reason: 'settled' }
  const released = await ask(lea, { method: 'POST', path: `/v1/approvals/${id}/decision`, body })
  assert.equal(released.status, 200, released.text)
  assert.notEqual(storage.management.holds.get(hold.id)?.released, null)
})
