// Who comes after somebody who has left finds what that one had in rooms, and direct messages only where that was approved expressly.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conversationId } from '../src/record/ids.ts'
import { type PersonId } from '../src/record/types.ts'
import { type Answered, storageScene } from './support/api-storage.ts'
import { directRecord } from './support/sealed-batches.ts'

const room = 'ab'.repeat(16)

test('a successor finds by approval what the leaver had in rooms while he was in, and direct messages by an express word alone', async (t) => {
  const scene = await storageScene(t)
  const { add, ask, storage, host, findable } = scene
  const { record, directory } = storage
  const [boss, lea] = [await add('boss', 'administrator'), await add('lea', 'legal')]
  const [lee, sue, out] = [await add('lee'), await add('sue'), await add('out')]
  const say = async (from: PersonId, to: PersonId, id: string, where?: string): Promise<number> => {
    const said = directRecord({ from, to, text: 'offer', fromDevice: '', id, originId: id })
    const view = {
      owner: host.directory.get(to)?.id ?? to,
      peer: null,
      peerDevice: '',
      incoming: false,
    }
    const inRoom = where !== undefined && { conversation: conversationId(where), views: [view] }
    return (await record.append({ ...said, ...inRoom })).position
  }
  await say(lee.id, out.id, 'a')
  await say(out.id, lee.id, 'b')
  await say(out.id, sue.id, 'c')
  const first = await say(out.id, boss.id, 'd', room)
  await say(out.id, boss.id, 'e', room)
  Object.assign(host, {
    attended: async (person: PersonId) =>
      await Promise.resolve(
        person === lee.id ? [{ room: conversationId(room), from: first, to: first + 1 }] : [],
      ),
  })
  await findable()

  const propose = async (direct: boolean): Promise<Answered> => {
    const body = { leaver: lee.address, successor: sue.address, direct, reason: 'lee has left' }
    return await ask(boss, { method: 'POST', path: '/v1/successions', body })
  }
  assert.equal((await propose(false)).code, 'successions.not-left')
  await directory.setEnabled(lee.id, { enabled: false, by: { commandLine: true } })
  const decide = async (asked: Answered, expressly?: string): Promise<unknown> => {
    const waits: { readonly id?: string } = Object.assign({}, asked.body['waits'])
    const body = { approves: true, ...(expressly !== undefined && { expressly }) }
    const path = `/v1/approvals/${waits.id}/decision`
    const own = await ask(sue, { method: 'POST', path, body })
    assert.notEqual(own.status, 200, 'whom it is about does not approve it')
    const answer = await ask(lea, { method: 'POST', path, body })
    return answer.status === 200 ? answer.body['state'] : answer.code
  }
  const total = async (): Promise<unknown> => {
    const grant = directory.access.grants.inForce(sue.id).at(-1)
    const path = `/v1/successions/${grant?.id}/searches`
    const body = { purpose: 'to go on', query: 'offer' }
    assert.equal(
      (await ask(lea, { method: 'POST', path, body })).status,
      403,
      'it is nobody else’s',
    )
    const answer = await ask(sue, { method: 'POST', path, body })
    return answer.status === 200 ? answer.body['total'] : answer.status
  }
  assert.equal(await total(), 403, 'nothing is approved')
  assert.equal(await decide(await propose(false)), 'done')
  assert.equal(await total(), 1, 'one in the room while lee was in')
  const body = { purpose: 'to go on', query: 'offer' }
  assert.equal((await ask(sue, { method: 'POST', path: '/v1/searches', body })).status, 403)

  const withDirect = await propose(true)
  assert.equal(await decide(withDirect), 'approvals.expressly')
  assert.equal(await decide(withDirect, 'direct messages'), 'done')
  assert.equal(await total(), 3)
})
