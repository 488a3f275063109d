// The commands about keys, as the API has them, over a data folder with two key files.
import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { test, type TestContext } from 'node:test'
import { type FastifyInstance } from 'fastify'
import { adminApi } from '../src/api/door/admin.ts'
import { asHeader } from '../src/api/door/caller.ts'
import {
  keysAnswer,
  papersAnswer,
  problem,
  signersAnswer,
  turnedAnswer,
} from '../src/api/contract/shared.ts'
import {
  decodeHistory,
  encodeHistoryItem,
  itemMac,
} from '../src/record/integrate/checkpoint-history.ts'
import { createKeyKeeping } from '../src/record/keys/keeping.ts'
import { openKeys } from '../src/record/keys/open-keys.ts'
import { signaturesWrong } from '../src/record/keys/signers.ts'
import { verifyCheckpoint } from '../src/record/ledger/checkpoint.ts'
import { parseVerifierKey } from '../src/record/ledger/note.ts'
import { type Config } from '../src/server/config.ts'
import { restoreKey } from '../src/server/restore-key.ts'
import { type Storage } from '../src/server/storage.ts'
import { fakeApiHost } from './fakes/api-host.ts'
import { vaultPartsAt } from '../src/storage/embedded/data-vault.ts'
import { fileCheckpointStore } from '../src/storage/files/checkpoint-store.ts'
import { recordFolder, type RecordFolder } from './support/record-folder.ts'
import { hire, talk } from './support/talk.ts'

const november = Date.UTC(2026, 10, 27)

function folderOf(t: TestContext): RecordFolder {
  const folder = recordFolder()
  t.after(() => folder[Symbol.dispose]())
  return folder
}

type Api = (
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: object,
  as?: string,
) => Promise<unknown>

function fatal(error: unknown): never {
  assert.fail(String(error))
}

/** @returns what answers, and refuses with the code of the problem */
async function apiOver(storage: Storage, folder: RecordFolder): Promise<Api> {
  const history = async (): Promise<Uint8Array> =>
    await fileCheckpointStore(folder.path('data/log')).history()
  const keys = createKeyKeeping({ ...storage, history, clock: { now: () => november } })
  const { directory } = storage
  const api: FastifyInstance = adminApi(await fakeApiHost({ directory, keys, fatal }))
  return async (method, url, body, as) => {
    const { statusCode, payload } = await api.inject({
      method,
      url,
      ...(body && { payload: body }),
      ...(as !== undefined && { headers: { [asHeader]: encodeURIComponent(as) } }),
    })
    const parsed: unknown = JSON.parse(payload)
    if (statusCode >= 400) throw new Error(problem.parse(parsed).code)
    return parsed
  }
}

async function notes(storage: Storage): Promise<readonly unknown[]> {
  const found: unknown[] = []
  for (let position = 0; position < storage.record.size; position++) {
    const { envelope, content } = await storage.record.read(position)
    if (envelope.kind.startsWith('key.')) found.push([envelope.kind, JSON.parse(content)])
  }
  return found
}

test('a turn makes new keys and kits, and who asked and how it ended is on record', async (t) => {
  const folder = folderOf(t)
  const before = folder.copy()
  await folder.session(november, async (storage) => {
    await talk(storage.record, await hire(storage), { count: 20 })
    const api = await apiOver(storage, folder)
    const old = readFileSync(folder.config.keyFile, 'latin1')
    const turned = turnedAnswer.parse(await api('POST', '/v1/keys/turn', {}))
    assert.deepEqual([turned.oldEpoch, turned.newEpoch, turned.kits.length], [1, 2, 1])
    assert.deepEqual(
      turned.holders.map(({ kind, state }) => [kind, state]),
      [['file', 'logical']],
    )
    assert.deepEqual(
      turned.outstanding.map(({ kind, epoch }) => [kind, epoch]),
      [['kit', 1]],
    )
    const now = readFileSync(folder.config.keyFile, 'latin1')
    assert.notEqual(now.match(/^key \w+/m)?.[0], old.match(/^key \w+/m)?.[0])
    assert.equal([...now.matchAll(/^key /gm)].length, 1)
    assert.partialDeepStrictEqual(await notes(storage), [
      ['key.turn', { by: 'command line', what: 'asked', epoch: 1 }],
      ['key.turn', { by: 'command line', what: 'done', oldEpoch: 1, newEpoch: 2 }],
    ])
    // What was on record before is read as before.
    assert.equal((await storage.record.read(10)).position, 10)
    const list = keysAnswer.parse(await api('GET', '/v1/keys'))
    assert.deepEqual(
      list.papers.map(({ kind, epoch }) => [kind, epoch]),
      [
        ['kit', 1],
        ['kit', 2],
      ],
    )
    await api('DELETE', `/v1/keys/papers/${list.papers[0]?.id}`, {})
    await assert.rejects(api('DELETE', '/v1/keys/papers/none', {}), /key\.no-paper/)
  })
  const verified = await folder.verify()
  assert.ok(verified.ok, JSON.stringify(verified))
  before[Symbol.dispose]()
})

test('shares bring the record back when the key file is gone, and verify opens it', async (t) => {
  const folder = folderOf(t)
  let papers: readonly string[] = []
  await folder.session(november, async (storage) => {
    await talk(storage.record, await hire(storage), { count: 20 })
    const body = { threshold: 2, of: 3 }
    ;({ papers } = papersAnswer.parse(
      await (
        await apiOver(storage, folder)
      )('POST', '/v1/keys/shares', body),
    ))
    await assert.rejects(restore(folder.config, papers), { code: 'data.in-use' })
  })
  assert.equal(papers.length, 3)
  await assert.rejects(restore(folder.config, papers), { code: 'key.there-already' })
  rmSync(folder.config.keyFile)
  await assert.rejects(folder.verify(), { code: 'vault.key-missing' })
  await assert.rejects(restore(folder.config, papers.slice(2)), {
    code: 'key.bad-shares',
    message: /2 different shares are needed, and here are 1/,
  })
  const restored = await restore(folder.config, papers.slice(1))
  assert.deepEqual(
    restored.map((one) => one.in),
    [`the key file ${folder.config.keyFile}`],
  )
  const verified = await folder.verify()
  assert.ok(verified.ok, JSON.stringify(verified))
  await folder.session(november, async (storage) => {
    assert.partialDeepStrictEqual(await notes(storage), [
      ['key.shares', { by: 'command line', what: 'shares', threshold: 2, of: 3 }],
    ])
  })
})

async function restore(config: Config, papers: readonly string[]): ReturnType<typeof restoreKey> {
  return await restoreKey(config, papers.join('\n'))
}

test('an administrator may be named, and nobody else; a refusal says why', async (t) => {
  const folder = folderOf(t)
  await folder.session(november, async (storage) => {
    const [, bo] = await hire(storage)
    assert.ok(bo)
    const address = storage.directory.get(bo)?.address ?? ''
    const api = await apiOver(storage, folder)
    const refused = /caller\.not-allowed/
    await assert.rejects(api('POST', '/v1/keys/kits', {}, address), refused)
    await assert.rejects(api('POST', '/v1/keys/kits', {}, 'nobody@x'), refused)
    await storage.directory.setRole(bo, 'administrator', { commandLine: true })
    papersAnswer.parse(await api('POST', '/v1/keys/kits', {}, address))
    await storage.directory.setEnabled(bo, { enabled: false, by: { commandLine: true } })
    await assert.rejects(api('POST', '/v1/keys/turn', {}, address), refused)
    const wrong = [
      { threshold: 1, of: 3 },
      { threshold: 3, of: 2 },
      { threshold: 2, of: 16 },
    ]
    for (const scheme of wrong) {
      await assert.rejects(api('POST', '/v1/keys/shares', scheme), /api\.bad-request/)
    }
    assert.partialDeepStrictEqual(await notes(storage), [['key.shares', { by: bo, what: 'kit' }]])
  })
})

test('new signing keys sign at once, what the old ones signed verifies, and old ones sign no more', async (t) => {
  const folder = folderOf(t)
  let people: Awaited<ReturnType<typeof hire>> = []
  await folder.session(november, async (storage) => {
    people = await hire(storage)
    await talk(storage.record, people, { count: 20 })
  })
  const before = folder.copy()
  t.after(() => before[Symbol.dispose]())
  const [old] = await verifiersOf(folder)
  await folder.session(november, async (storage) => {
    const api = await apiOver(storage, folder)
    const change = signersAnswer.parse(await api('POST', '/v1/keys/signing', {}))
    assert.equal(signaturesWrong(change), null)
    assert.equal(change.old[0], old)
    assert.equal(storage.keys.log.verifierKeys[0], change.new[0])
    assert.partialDeepStrictEqual(await notes(storage), [
      ['key.signing', { by: 'command line', new: change.new }],
    ])
    // The act itself is in a tree of the old keys.
    assert.ok(hasSigned(old, folder))
    const [past] = storage.keys.log.past
    assert.ok((past?.until ?? 0) > (past?.at ?? Infinity))
    await talk(storage.record, people, { count: 20, first: 20 })
  })
  const verified = await folder.verify()
  assert.ok(verified.ok, JSON.stringify(verified))
  const [current] = await verifiersOf(folder)
  assert.notEqual(current, old)
  assert.ok(hasSigned(current, folder) && !hasSigned(old, folder))

  // Whoever has the old keys signs the newest tree with them.
  const path = folder.path('data/log/checkpoints')
  const history = readFileSync(path)
  const item = decodeHistory(history).at(-1)
  assert.ok(item)
  const thief = await openKeys(
    vaultPartsAt({ dataDir: before.path('data'), holders: before.config.keyHolders }),
  )
  const { note, ed25519 } = await thief.sign(item, november)
  writeFileSync(folder.path('data/log/checkpoint'), note)
  const noted = await folder.verify()
  assert.ok(!noted.ok && noted.finding.where === 'log/checkpoint', JSON.stringify(noted))
  const forged = encodeHistoryItem(
    { ...item, ed25519 },
    history.subarray(-256, -128),
    itemMac(thief),
  )
  writeFileSync(path, Buffer.concat([history.subarray(0, -128), forged]))
  const found = await folder.verify()
  assert.ok(!found.ok && found.finding.where.startsWith('log/checkpoint'), JSON.stringify(found))
})

async function verifiersOf({ config }: RecordFolder): Promise<readonly string[]> {
  const place = { dataDir: config.data, holders: config.keyHolders }
  return (await openKeys(vaultPartsAt(place))).log.verifierKeys
}

/** Whether this key has signed the newest head. */
function hasSigned(verifier: string | undefined, folder: RecordFolder): boolean {
  const key = parseVerifierKey(verifier ?? '')
  const note = readFileSync(folder.path('data/log/checkpoint'))
  return typeof key !== 'string' && verifyCheckpoint(note, key.name, [key]).ok
}
