// An officer for one matter and one group, and one for one room, over all real parts: they find and export nothing else, no count and no hint.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { reachOf } from '../src/api/door/reach.ts'
import { noLimits } from '../src/directory/access/grants.ts'
import { type Limits } from '../src/directory/access/types.ts'
import { type Person } from '../src/directory/ports.ts'
import { conversationId, personId } from '../src/record/ids.ts'
import { storageScene, type StorageScene } from './support/api-storage.ts'
import { directRecord } from './support/sealed-batches.ts'

const room = personId('ab'.repeat(16))
const elsewhere = personId('cd'.repeat(16))

type Company = StorageScene & {
  readonly sam: Person
  readonly sue: Person
  readonly out: Person
  readonly ofLimits: (name: string, limits: Partial<Limits>) => Promise<Person>
}

async function company(t: TestContext): Promise<Company> {
  const scene = await storageScene(t)
  const { storage, add } = scene
  const { record, directory } = storage
  const [sam, sue, out, other] = [
    await add('sam'),
    await add('sue'),
    await add('out'),
    await add('other'),
  ]
  for (const { id } of [sam, sue]) await directory.setGroups(id, ['sales'], { commandLine: true })
  let n = 0
  const say = async (from: Person, to: Person, text: string): Promise<void> => {
    const id = `m${n++}`
    await record.append(
      directRecord({ from: from.id, to: to.id, text, fromDevice: '', id, originId: id }),
    )
  }
  await say(sam, out, 'offer of sam')
  await say(out, sue, 'offer for sue')
  await say(out, other, 'offer of others')
  await say(other, out, 'secretplan of others')
  for (const [where, from] of [
    [room, out],
    [elsewhere, sam],
  ] as const) {
    const said = directRecord({
      from: from.id,
      to: out.id,
      text: 'offer in a room',
      fromDevice: '',
      id: `r${n}`,
      originId: `r${n++}`,
    })
    const view = { owner: where, peer: null, peerDevice: '', incoming: false }
    await record.append({ ...said, conversation: conversationId(where), views: [view] })
  }
  const lea = await add('lea', 'legal')
  for (const name of ['X', 'Y'])
    await storage.matters.open({ name, reference: '', description: '', people: [] }, lea.id)
  await scene.findable()
  return {
    ...scene,
    sam,
    sue,
    out,
    async ofLimits(name, limits) {
      const person = await add(name)
      const grant = { person: person.id, role: 'officer', of: null, from: 0, until: null } as const
      const reason = 'a claim'
      await directory.access.grants.make(
        { ...grant, reason, limits: { ...noLimits, ...limits } },
        [],
      )
      return person
    },
  }
}

const search = (
  query: string,
  matter?: string,
): { method: 'POST'; path: string; body: object } => ({
  method: 'POST',
  path: '/v1/searches',
  body: { purpose: 'a claim', query, ...(matter !== undefined && { matter }) },
})

test('an officer of one matter and one group finds what that group said and got, in the name of that matter, and has no hint of the rest', async (t) => {
  const { ofLimits, ask, findable, sam, sue, out, storage } = await company(t)
  const officer = await ofLimits('olga', { groups: ['sales'], matters: ['X'] })
  await findable()
  const found = async (query: string): Promise<unknown> => {
    const { status, body } = await ask(officer, search(query, 'X'))
    return status === 200 ? body['total'] : status
  }
  assert.equal((await ask(officer, search('offer'))).status, 403, 'without a matter')
  assert.equal((await ask(officer, search('offer', 'Y'))).status, 403, 'another matter')
  assert.equal(await found('offer'), 3, 'one of sam alone, one of sam in a room, and one for sue')
  assert.equal(await found('secretplan'), 0)
  assert.equal(await found('-nothing'), 3, 'all that is not that is nothing more')
  assert.equal(await found('-from:out@chat.example'), 2)
  assert.equal(await found('offer OR secretplan'), 3)
  for (const name of [
    'from:nobody@chat.example',
    'in:none@conference.chat.example',
    'in:' + 'e'.repeat(32),
  ])
    assert.equal(await found(name), 0, `${name} is as if it were there and had nothing`)
  assert.equal(await found('kind:search'), 0, 'nor what anybody searched for')
  const act = await storage.record.read(storage.record.size - 1)
  assert.deepEqual(JSON.parse(act.content).grants.length, 1, 'the act names the grant')

  const exported = async (what: object): Promise<number> => {
    const body = { purpose: 'a claim', matter: 'X', ...what }
    return (await ask(officer, { method: 'POST', path: '/v1/exports', body })).status
  }
  assert.equal(await exported({ persons: [out.address] }), 403)
  assert.equal(await exported({ persons: [sam.address, out.address] }), 403)
  assert.equal(await exported({ persons: ['nobody@chat.example'] }), 403, 'as if it were outside')
  assert.equal(await exported({ rooms: ['none@conference.chat.example'] }), 403)
  assert.equal(await exported({ matter: 'Y' }), 403)
  assert.equal(await exported({}), 202)
  const { content } = await storage.record.read(storage.record.size - 1)
  const persons: string[] = JSON.parse(content).scope.persons
  assert.deepEqual(persons.toSorted(), [sam.id, sue.id].toSorted())
})

test('an officer of one room finds what was said there, opens nothing else, and exports that', async (t) => {
  const { ofLimits, ask, findable, storage, host } = await company(t)
  const officer = await ofLimits('rob', { rooms: [room] })
  await findable()
  const { body } = await ask(officer, search('offer'))
  assert.equal(body['total'], 1)
  const status = async (conversations: readonly string[] | undefined): Promise<number> =>
    (
      await ask(officer, {
        method: 'POST',
        path: '/v1/exports',
        body: { purpose: 'p', conversations },
      })
    ).status
  assert.equal(await status([elsewhere]), 403)
  assert.equal(await status([room, elsewhere]), 403)
  assert.equal(await status([room]), 202)
  assert.equal(await status(undefined), 202)
  const { content } = await storage.record.read(storage.record.size - 1)
  assert.deepEqual(JSON.parse(content).scope.conversations, [room])

  const within = reachOf(storage.directory.access.grants.inForce(officer.id), storage.directory)
  const access = { person: officer.id, through: null, purpose: 'p', matter: null, within } as const
  const read = async (positions: readonly number[]): Promise<number> =>
    (await host.discovery.read({ ...access, permission: 'content.search' }, positions)).items.length
  const items: { position: number }[] = Object.assign([], body['items'])
  const there = items.map(({ position }) => position)
  assert.equal(await read(there), 1)
  for (const position of [...there.map((one) => one - 1), storage.record.size + 1_000])
    await assert.rejects(read([...there, position]), { code: 'read.outside' })
})
