import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { keyHolderConformance } from '../../../test/conformance/key-holder.ts'
import { transitServer, type TransitServer } from '../../../test/support/transit-server.ts'
import { utf8 } from '../../base/bytes.ts'
import { systemRandom } from '../../base/random.ts'
import { Secret } from '../../base/secret.ts'
import { type KeyHolder, type KeyId } from '../../record/keys/ports.ts'
import { type TransitPlace } from './transit-client.ts'
import { transitHolder } from './transit-holder.ts'

let server: TransitServer
before(async () => {
  server = await transitServer()
})
after(async () => await server.close())

function holder(changes: Partial<TransitPlace> = {}): KeyHolder {
  return transitHolder({
    url: `${server.url}/transit`,
    namespace: server.namespace,
    ca: null,
    timeoutMs: 2_000,
    againAfterMs: [0, 0],
    token: async () => new Secret(`${server.token}\n`),
    random: systemRandom(),
    ...changes,
  })
}

keyHolderConformance('transit engine', async () => holder())

const key = new Secret<Uint8Array>(new Uint8Array(32).fill(3))
const context = utf8('context')

async function made(): Promise<{
  readonly its: KeyHolder
  readonly id: KeyId
}> {
  const its = holder()
  const drawn = its.draw()
  await drawn.create()
  return { its, id: drawn.id }
}

test('a key that is not there is not made by wrapping with it', async () => {
  const its = holder()
  const { id } = its.draw()
  await assert.rejects(its.wrap(id, key, context), { code: 'key.no-such-key' })
  assert.equal(server.keys.has(id), false)
})

test('a key cannot be deleted before it is destroyed: nobody has allowed it', async () => {
  const { its, id } = await made()
  assert.equal(server.keys.get(id)?.deletionAllowed, false)
  const { state, evidence } = await its.destroy(id)
  assert.deepEqual([state, evidence], ['destroyed', 'deleted, and then not found'])
  assert.equal(server.keys.has(id), false)
})

test('an engine, a namespace or a token that is wrong is told, and is not taken for a key that is not there', async () => {
  const { id } = await made()
  const wrong: readonly (readonly [Partial<TransitPlace>, RegExp])[] = [
    [{ url: `${server.url}/elsewhere` }, /no handler for route/],
    [{ namespace: 'other/' }, /no handler for route/],
    [{ token: async () => new Secret('hvs.other') }, /status 403: permission denied/],
  ]
  for (const [changes, words] of wrong) {
    const told = { code: 'key.holder-refuses', message: words }
    await assert.rejects(holder(changes).has(id), told)
    await assert.rejects(holder(changes).destroy(id), told)
    await assert.rejects(holder(changes).draw().create(), told)
  }
})

test('it is asked again when the connection breaks or it is sealed, and is away when that goes on', async () => {
  const { its, id } = await made()
  const sealed = { status: 503, body: { errors: ['Vault is sealed'] } }
  for (const mischief of ['broken', sealed] as const) {
    server.misbehave(mischief, 2)
    assert.equal(await its.has(id), true)
    server.misbehave(mischief)
    const earlier = server.asked.length
    await assert.rejects(its.has(id), { code: 'key.holder-away' })
    assert.equal(server.asked.length - earlier, 3)
    server.misbehave('none')
  }
})

test('what does not answer in time is away', async () => {
  const { id } = await made()
  server.misbehave('silent', 1)
  const hasty = holder({ timeoutMs: 50, againAfterMs: [] })
  await assert.rejects(hasty.has(id), {
    code: 'key.holder-away',
    message: /no answer within 0.05 s/,
  })
  server.misbehave('none')
})

test('a deletion whose answer was lost is done, and found to be', async () => {
  const { its, id } = await made()
  const earlier = server.asked.length
  server.misbehave('none')
  // The third request is the deletion.
  const watching = holder({
    token: async () => {
      if (server.asked.length - earlier === 2) server.misbehave('lost', 1)
      return new Secret(server.token)
    },
  })
  assert.equal((await watching.destroy(id)).state, 'destroyed')
  assert.equal(await its.has(id), false)
})
