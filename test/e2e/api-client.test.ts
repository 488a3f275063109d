// What a program does that knows the API from its description alone.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { z } from 'zod'
import { type GeneratedClient, generateClient, type Told } from '../support/generated-client.ts'
import { testServer, type TestServer } from './server.ts'

const room = 'builds@conference.chat.example'
let server: TestServer
let ada: GeneratedClient
let ben: GeneratedClient

before(async () => {
  server = await testServer()
  await server.start()
  const client = async (local: string, ...scopes: readonly string[]): Promise<GeneratedClient> => {
    const named = scopes.flatMap((scope) => ['--scope', scope])
    const made = server.run(['token', 'make', `${local}@chat.example`, '--name', 'test', ...named])
    assert.equal(made.status, 0, made.err)
    return await generateClient(`http://127.0.0.1:${server.ports.http}`, made.out.trim())
  }
  const added = ['user', 'add', 'ada@chat.example', '--password-stdin', '--role', 'administrator']
  assert.equal(server.run(added, 'a password of hers').status, 0)
  server.addUser('ben', 'a password of his')
  const own = ['rooms.see', 'rooms.manage', 'messages.read', 'messages.send', 'self.see']
  ada = await client('ada', ...own, 'people.see', 'people.manage', 'record.see', 'health.see')
  ben = await client('ben', ...own)
})
after(async () => await server.remove())

function itemsOf({ body }: Told, name: string): readonly { readonly [name: string]: unknown }[] {
  return z.array(z.record(z.string(), z.unknown())).parse(body[name])
}

test('somebody administers, and each answer is as it is described', async () => {
  for (const name of ['cleo', 'dora', 'emil'])
    assert.equal(
      (
        await ada('post_people', {
          body: {
            address: `${name}@chat.example`,
            password: 'gulls over the mill',
            role: 'member',
          },
        })
      ).status,
      201,
    )
  const seen: unknown[] = []
  let next: unknown = null
  do {
    const at: { readonly [name: string]: string | number } =
      typeof next === 'string' ? { limit: 2, cursor: next } : { limit: 2 }
    const page = await ada('get_people', { at })
    seen.push(...itemsOf(page, 'people').map(({ address }) => address))
    ;({ next } = page.body)
  } while (next !== null)
  assert.deepEqual(
    seen,
    ['ada', 'ben', 'cleo', 'dora', 'emil'].map((name) => `${name}@chat.example`),
  )
  const record = await ada('get_record')
  assert.ok(Number(record.body['size']) >= 5)
  assert.equal((await ada('get_health')).body['isReady'], true)
})

test('two talk, and a file goes where its slot says, in a message that names it', async () => {
  const made = await ada('post_rooms', { body: { local: 'builds', isMembersOnly: true } })
  assert.equal(made.status, 201)
  const people = [{ address: 'ben@chat.example', affiliation: 'member' }]
  await ada('post_rooms_address_members', { at: { address: room }, body: { people } })
  const bytes = 'all of it is green'
  const wanted = { name: 'report.txt', size: bytes.length, type: 'text/plain' }
  const { body: slot } = await ben('post_files', { body: wanted })
  const { put, get } = z.object({ put: z.string(), get: z.string() }).parse(slot)
  const sent = await fetch(put, {
    method: 'PUT',
    body: bytes,
    headers: { 'content-type': 'text/plain' },
  })
  assert.equal(sent.status, 201)
  const said = { at: { address: room }, body: { text: get } }
  assert.equal((await ben('post_rooms_address_messages', said)).status, 201)
  const page = await ada('get_rooms_address_files', { at: { address: room } })
  const [file] = itemsOf(page, 'files')
  assert.deepEqual([file?.['name'], file?.['size']], ['report.txt', bytes.length])
  assert.equal(await (await fetch(get)).text(), bytes)
  const huge = await ben('post_files', { body: { ...wanted, size: 10_000_000_000 } })
  assert.deepEqual([huge.status, huge.body['code']], [413, 'files.too-large'])
})

test('who may not is told so as it is described, and sees nothing', async () => {
  const refused = await ben('get_people')
  assert.deepEqual([refused.status, refused.body['code']], [403, 'caller.not-allowed'])
  await assert.rejects(ben('get_nothing'), /no operation/)
})
