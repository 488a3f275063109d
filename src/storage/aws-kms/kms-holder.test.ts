import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { keyHolderConformance } from '../../../test/conformance/key-holder.ts'
import { kmsAccess, kmsServer, type KmsServer } from '../../../test/support/kms-server.ts'
import { utf8 } from '../../base/bytes.ts'
import { systemRandom } from '../../base/random.ts'
import { Secret } from '../../base/secret.ts'
import { type KeyHolder, type KeyId } from '../../record/keys/ports.ts'
import { parseAwsCredentials } from './credentials-file.ts'
import { kmsHolder, type KmsHolding } from './kms-holder.ts'

const now = Date.UTC(2026, 10, 27, 12)
let server: KmsServer
before(async () => {
  server = await kmsServer(() => now)
})
after(async () => await server.close())

function holder(changes: Partial<KmsHolding> = {}): KeyHolder {
  return kmsHolder({
    region: kmsAccess.region,
    endpoint: server.url,
    windowDays: 7,
    ca: null,
    timeoutMs: 2_000,
    againAfterMs: [0, 0],
    credentials: async () => ({
      accessKeyId: kmsAccess.accessKeyId,
      secretAccessKey: new Secret(kmsAccess.secret),
      sessionToken: null,
    }),
    clock: { now: () => now },
    random: systemRandom(),
    ...changes,
  })
}

keyHolderConformance('AWS KMS', async () => holder())

const key = new Secret<Uint8Array>(new Uint8Array(32).fill(3))
const context = utf8('context')

async function made(
  changes: Partial<KmsHolding> = {},
): Promise<{ readonly its: KeyHolder; readonly id: KeyId }> {
  const its = holder(changes)
  const drawn = its.draw()
  await drawn.create()
  return { its, id: drawn.id }
}

test('a destroyed key opens nothing at once, is pending until its day, and then gone', async () => {
  const { its, id } = await made({ windowDays: 10 })
  const wrapped = await its.wrap(id, key, context)
  const { state, method } = await its.destroy(id)
  assert.deepEqual(state, { pending: '2026-12-07T12:00:00.000Z' })
  assert.equal(method, 'ScheduleKeyDeletion')
  await assert.rejects(its.unwrap(id, wrapped, context), { code: 'key.no-such-key' })
  server.passWindow()
  assert.equal((await its.destroy(id)).state, 'destroyed')
})

test('a key that was disabled is not there to be used', async () => {
  const { its, id } = await made()
  const wrapped = await its.wrap(id, key, context)
  for (const one of server.keys.values()) one.state = 'Disabled'
  assert.equal(await its.has(id), false)
  await assert.rejects(its.wrap(id, key, context), { code: 'key.no-such-key' })
  await assert.rejects(its.unwrap(id, wrapped, context), { code: 'key.no-such-key' })
})

test('an alias that somebody has turned to another key does not have that one deleted', async () => {
  const [{ its, id }, other] = [await made(), await made()]
  server.aliases.set(`alias/${id}`, server.aliases.get(`alias/${other.id}`) ?? '')
  await assert.rejects(its.destroy(id), { code: 'key.holder-refuses', message: /has not made/ })
  assert.equal(await other.its.has(other.id), true)
})

test('the secret key is used, and the clock: others are refused with what KMS says', async () => {
  const stranger = {
    accessKeyId: kmsAccess.accessKeyId,
    secretAccessKey: new Secret('another'),
    sessionToken: null,
  }
  const late = { now: () => now + 600_000 }
  for (const changes of [{ credentials: async () => stranger }, { clock: late }]) {
    await assert.rejects(holder(changes).draw().create(), {
      code: 'key.holder-refuses',
      message: /InvalidSignatureException/,
    })
  }
})

test('it is asked again when it is busy, but not to make a second key when an answer was lost', async () => {
  const { its, id } = await made()
  const throttled = { status: 400, body: { __type: 'ThrottlingException' } }
  server.misbehave(throttled, 2)
  assert.equal(await its.has(id), true)
  server.misbehave(throttled)
  await assert.rejects(its.has(id), { code: 'key.holder-away', message: /Throttling/ })
  server.misbehave('lost', 1)
  const earlier = server.keys.size
  await assert.rejects(its.draw().create(), { code: 'key.holder-away' })
  assert.equal(server.keys.size - earlier, 1)
  server.misbehave('none')
})

test('a new alias that is not known everywhere yet is waited for', async () => {
  const its = holder({
    credentials: async () => {
      server.aliasDelay--
      return {
        accessKeyId: kmsAccess.accessKeyId,
        secretAccessKey: new Secret(kmsAccess.secret),
        sessionToken: null,
      }
    },
  })
  server.aliasDelay = 5
  const drawn = its.draw()
  await drawn.create()
  assert.equal(await its.has(drawn.id), true)
})

test('credentials are read as AWS writes them, and their lack is told with the file', () => {
  const text = `[other]\naws_access_key_id=x\naws_secret_access_key=y\n\n[default]\naws_access_key_id = A\naws_secret_access_key = b/c=\n`
  const found = parseAwsCredentials(new Secret(text), '/etc/aws')
  assert.deepEqual([found.accessKeyId, found.secretAccessKey.reveal()], ['A', 'b/c='])
  assert.equal(found.sessionToken, null)
  const temporary = parseAwsCredentials(new Secret(`${text}aws_session_token = t\n`), '/etc/aws')
  assert.equal(temporary.sessionToken?.reveal(), 't')
  assert.throws(() => parseAwsCredentials(new Secret('[other]\n'), '/etc/aws'), /\/etc\/aws has no/)
})
