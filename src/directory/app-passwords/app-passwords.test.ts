import assert from 'node:assert/strict'
import { test } from 'node:test'
import { directoryScene, type DirectoryScene } from '../../../test/support/api-directory.ts'
import { Secret } from '../../base/secret.ts'
import { personId } from '../../record/ids.ts'
import { actOf } from '../acts.ts'
import { type Directory, type PersonId, type ScramHash } from '../ports.ts'
import { scramKeys } from '../scram.ts'
import { type FactorSecret } from '../factors/ports.ts'
import { auditAppPasswords } from './audit.ts'

const dayMs = 86_400_000
const by = { commandLine: true } as const
const app: FactorSecret = { kind: 'totp', name: 'phone', usedAt: null, key: 'c0ffee', step: -1 }

/** Whose key fits that password at SCRAM. */
async function scram(
  directory: Directory,
  { address, password, hash = 'sha-256' }: { address: string; password: string; hash?: ScramHash },
): Promise<string | null | undefined> {
  const { salt, iterations, candidates } = directory.scramKeys(address, hash)
  const { storedKey } = await scramKeys(password, { salt, iterations, with: hash })
  return candidates.find((one) => one.storedKey.equals(storedKey))?.opens?.key
}

async function plain(
  directory: Directory,
  address: string,
  password: string,
): Promise<string | null | undefined> {
  return (await directory.checkPassword(address, new Secret(password)))?.key
}

async function made(
  { directory }: Pick<DirectoryScene, 'directory'>,
  person: PersonId,
  days = 365,
): Promise<{ readonly id: string; readonly text: string }> {
  const { password, secret } = await directory.appPasswords.make(
    { person, name: 'phone', days },
    by,
  )
  return { id: password.id, text: secret.reveal() }
}

test('a client comes in with its own password, by SCRAM and PLAIN, and the account’s is good still', async (t) => {
  const scene = await directoryScene(t)
  const { id, address } = await scene.add('ann')
  const [one, two] = [await made(scene, id), await made(scene, id)]
  assert.match(one.text, /^[a-z2-7]{24}$/)
  for (const directory of [scene.directory, await scene.reopen()])
    for (const { text, key } of [
      { text: 'ann', key: null },
      { text: one.text, key: one.id },
      { text: two.text, key: two.id },
      { text: 'wrong', key: undefined },
    ]) {
      assert.equal(await plain(directory, address, text), key)
      for (const hash of ['sha-1', 'sha-256'] as const)
        assert.equal(await scram(directory, { address, password: text, hash }), key, hash)
    }
})

test('into a web page it is worth nothing', async (t) => {
  const scene = await directoryScene(t)
  const { id, address } = await scene.add('ann')
  const { text } = await made(scene, id)
  assert.equal(await scene.directory.checkWebPassword(address, new Secret(text)), null)
  const own = await scene.directory.checkWebPassword(address, new Secret('ann'))
  assert.equal(own?.id, id)
  // Where the account's own was set before there were web pages, too.
  const load = scene.state.load.bind(scene.state)
  scene.state.load = async () => {
    const loaded = await load()
    return { ...loaded, credentials: loaded.credentials.map((one) => ({ ...one, web: null })) }
  }
  const again = await scene.reopen()
  assert.equal(await again.checkWebPassword(address, new Secret(text)), null)
  assert.equal((await again.checkWebPassword(address, new Secret('ann')))?.id, id)
})

test('that it was made is on record, and nothing that opens anything', async (t) => {
  const scene = await directoryScene(t)
  const { id } = await scene.add('ann')
  const { id: password, text } = await made(scene, id, 30)
  const { kind, content } = scene.record.entries.at(-1) ?? assert.fail()
  assert.equal(kind, 'app-password.make')
  assert.deepEqual(JSON.parse(content), {
    v: 1,
    by: 'command line',
    password,
    person: id,
    name: 'phone',
    madeAt: 1_000_000,
    expiresAt: 1_000_000 + 30 * dayMs,
  })
  assert.doesNotMatch(JSON.stringify(scene.record.entries), new RegExp(text))
})

test('all names are shown one salt and as many keys, before and after each change', async (t) => {
  const scene = await directoryScene(t)
  const { directory } = scene
  const shape = (address: string): readonly unknown[] => {
    const { salt, iterations, candidates } = directory.scramKeys(address, 'sha-1')
    return [salt.toString('hex'), iterations, candidates.length]
  }
  const before = shape('ann@example.org')
  assert.deepEqual(before.slice(1), shape('nobody@example.org').slice(1))
  const { id, address } = await scene.add('ann')
  assert.deepEqual(shape(address), before)
  for (let i = 0; i < 10; i++) await made(scene, id)
  assert.deepEqual(shape(address), before)
  await directory.setPassword(id, new Secret('another'), by)
  assert.deepEqual(shape(address), before)
  await directory.setEnabled(id, { enabled: false, by })
  assert.deepEqual(shape(address), before)
  await directory.remove(id, by)
  assert.deepEqual(shape(address), before)
})

test('with another own password those of the clients stay good', async (t) => {
  const scene = await directoryScene(t)
  const { id, address } = await scene.add('ann')
  const one = await made(scene, id)
  await scene.directory.setPassword(id, new Secret('new'), by)
  for (const directory of [scene.directory, await scene.reopen()]) {
    assert.equal(await scram(directory, { address, password: one.text }), one.id)
    assert.equal(await scram(directory, { address, password: 'new' }), null)
    assert.equal(await scram(directory, { address, password: 'ann' }), undefined)
  }
})

for (const [what, end] of [
  [
    'taken back',
    async ({ directory }, id, one) => await directory.appPasswords.revoke(id, one, by),
  ],
  [
    'taken back with all',
    async ({ directory }, id) => await directory.appPasswords.revoke(id, null, by),
  ],
  ['too old', async ({ time }) => await Promise.resolve(time.pass(30 * dayMs))],
  [
    'that of who is suspended',
    async ({ directory }, id) => {
      await directory.setEnabled(id, { enabled: false, by })
      await directory.setEnabled(id, { enabled: true, by })
    },
  ],
  [
    'that of who has left',
    async ({ directory }, id) => {
      await directory.leave(id, by)
      await directory.setEnabled(id, { enabled: true, by })
    },
  ],
] as const satisfies readonly (readonly [
  string,
  (scene: DirectoryScene, person: PersonId, id: string) => Promise<void>,
])[])
  test(`one that is ${what} opens nothing, now or after a start`, async (t) => {
    const scene = await directoryScene(t)
    const { id, address } = await scene.add('ann')
    const one = await made(scene, id, 30)
    assert.equal(scene.directory.opens(id, one.id), true)
    await end(scene, id, one.id)
    for (const directory of [scene.directory, await scene.reopen()]) {
      assert.equal(await plain(directory, address, one.text), undefined)
      assert.equal(await scram(directory, { address, password: one.text }), undefined)
      assert.equal(directory.opens(id, one.id), false)
      assert.deepEqual(directory.appPasswords.of(id), [])
    }
  })

test('nobody comes in with what was taken back while he proves that he knows it', async (t) => {
  const scene = await directoryScene(t)
  const { id, address } = await scene.add('ann')
  const one = await made(scene, id)
  const heard: [PersonId, boolean][] = []
  const { directory } = scene
  directory.onOpeningsChanged((person) => heard.push([person, directory.opens(person, one.id)]))
  const challenged = directory.scramKeys(address, 'sha-256')
  await directory.appPasswords.revoke(id, one.id, by)
  assert.ok(challenged.candidates.some(({ opens }) => opens?.key === one.id))
  assert.deepEqual(heard, [[id, false]])
})

test('who has a second factor comes in with an application password alone, and hears of it at once', async (t) => {
  const scene = await directoryScene(t)
  const { directory } = scene
  const { id, address } = await scene.add('ann')
  const one = await made(scene, id)
  const heard: PersonId[] = []
  directory.onOpeningsChanged((person) => heard.push(person))
  const { id: factor } = await directory.factors.add(id, app, { person: id })
  assert.deepEqual(heard, [id])
  assert.deepEqual([directory.opens(id, null), directory.opens(id, one.id)], [false, true])
  assert.equal(await plain(directory, address, 'ann'), undefined)
  assert.equal(await scram(directory, { address, password: 'ann' }), undefined)
  assert.equal(await scram(directory, { address, password: one.text }), one.id)
  // In a browser, where the factor is asked for, it is the first step still.
  assert.equal((await directory.checkWebPassword(address, new Secret('ann')))?.id, id)
  await directory.factors.remove(id, factor, { person: id })
  assert.equal(await plain(directory, address, 'ann'), null)
})

test('a person has ten, each with a name and days; nobody takes back another’s', async (t) => {
  const scene = await directoryScene(t)
  const { appPasswords } = scene.directory
  const [ann, ben] = [await scene.add('ann'), await scene.add('ben')]
  const all = { person: ann.id, name: 'x', days: 1 }
  for (let i = 0; i < 10; i++) await appPasswords.make(all, by)
  await assert.rejects(appPasswords.make(all, by), { code: 'app-passwords.too-many' })
  scene.time.pass(dayMs)
  // Those that are too old make room.
  const { password } = await appPasswords.make(all, by)
  assert.equal(appPasswords.of(ann.id).length, 1)
  await assert.rejects(appPasswords.revoke(ben.id, password.id, by), {
    code: 'app-passwords.unknown',
  })
  for (const [change, code] of [
    [{ name: ' ' }, 'name'],
    [{ name: 'x'.repeat(101) }, 'name'],
    [{ days: 0 }, 'days'],
    [{ days: 366 }, 'days'],
    [{ days: 1.5 }, 'days'],
    [{ person: personId('f'.repeat(32)) }, 'no-person'],
  ] as const)
    await assert.rejects(appPasswords.make({ ...all, ...change }, by), {
      code: `app-passwords.${code}`,
    })
  const bot = await scene.directory.addBot({ address: 'bot@example.org', by })
  await assert.rejects(appPasswords.make({ ...all, person: bot.id }, by), {
    code: 'app-passwords.no-person',
  })
})

test('when it was used is noted to the hour, and a forged one in the state is found by verification', async (t) => {
  const scene = await directoryScene(t)
  const { id } = await scene.add('ann')
  const one = await made(scene, id)
  scene.time.pass(5)
  scene.directory.appPasswords.used(one.id)
  scene.time.pass(60_000)
  scene.directory.appPasswords.used(one.id)
  scene.directory.appPasswords.used('no such')
  assert.equal(scene.directory.appPasswords.of(id)[0]?.usedAt, 1_000_005)
  const audit = auditAppPasswords()
  for (let at = 0; at < scene.record.size; at++) audit.apply(actOf(await scene.record.read(at)))
  const row = { id: one.id, person: id }
  assert.equal(audit.difference([row]), null)
  assert.match(audit.difference([]) ?? '', /is missing/)
  assert.match(
    audit.difference([row, { id: 'x', person: id }]) ?? '',
    /is none that the record has/,
  )
  assert.match(audit.difference([{ ...row, person: 'other' }]) ?? '', /is none that/)
})

test('a stop between the act and the state loses nothing, and one before the act leaves nothing', async (t) => {
  const scene = await directoryScene(t)
  const { id, address } = await scene.add('ann')
  const { state, record } = scene
  const apply = state.apply.bind(state)
  state.apply = async () => await Promise.reject(new Error('disk full'))
  const one = await made(scene, id)
  state.apply = apply
  const again = await scene.reopen()
  assert.equal(await scram(again, { address, password: one.text }), one.id)
  record.append = async () => await Promise.reject(new Error('stopped'))
  await assert.rejects(again.appPasswords.make({ person: id, name: 'x', days: 1 }, by))
  assert.equal((await state.load()).credentials.length, 3)
  await scene.reopen()
  assert.equal((await state.load()).credentials.length, 2)
  assert.equal(again.appPasswords.of(id).length, 1)
})

test('where the count was changed, nobody tells by it who is there; a new own password keeps that of the clients', async (t) => {
  const scene = await directoryScene(t)
  const { id, address } = await scene.add('ann')
  const one = await made(scene, id)
  const again = await scene.reopen(64)
  const countOf = (of: string): number => again.scramKeys(of, 'sha-1').iterations
  assert.deepEqual([countOf(address), countOf('nobody@example.org')], [32, 32])
  await again.setPassword(id, new Secret('new'), by)
  assert.equal(countOf(address), 32)
  assert.equal(await scram(again, { address, password: one.text }), one.id)
  assert.equal(await scram(again, { address, password: 'new' }), null)
  await again.appPasswords.revoke(id, null, by)
  await again.setPassword(id, new Secret('newer'), by)
  assert.equal(countOf(address), 64)
})
