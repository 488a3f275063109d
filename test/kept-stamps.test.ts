// Time stamps in a data folder of all real parts: told of by ticks, verified, backed up, restored, and left alone by rebuilding.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { type ApiHost } from '../src/api/door/route.ts'
import { toHex } from '../src/base/bytes.ts'
import { sha256 } from '../src/base/crypto.ts'
import { createThrottle, defaultThrottle } from '../src/directory/throttle.ts'
import { silentLog } from '../src/base/log.ts'
import { systemClock } from '../src/base/clock.ts'
import { systemRandom } from '../src/base/random.ts'
import { keptStamps } from '../src/record/timestamps/kept.ts'
import { type RenewedSays } from '../src/record/timestamps/renew.ts'
import { apiHost } from '../src/server/api-host.ts'
import { leavingOffline } from '../src/server/leaving-offline.ts'
import { createMetrics } from '../src/server/metrics.ts'
import { openProofs } from '../src/server/proofs.ts'
import { exportRecord, scopeOf } from '../src/discovery/bundle/act.ts'
import { type PersonId } from '../src/record/types.ts'
import { exportBundle } from '../src/server/export-bundle.ts'
import { rebuildRecord } from '../src/server/rebuild-record.ts'
import { type Storage } from '../src/server/storage.ts'
import { fileSizedStore } from '../src/storage/files/sized-store.ts'
import { backUp, restoreInto } from './support/backups.ts'
import { nothingStated } from './support/bundles/nothing-stated.ts'
import { verifyPath } from './support/bundles/verifier.ts'
import { findingIn, findingWith, flipped } from './support/damage.ts'
import { recordFolder, type RecordFolder } from './support/record-folder.ts'
import { hire, talk } from './support/talk.ts'
import {
  noOpenssl,
  stampListener,
  stampOver,
  type TimeStamping,
  timeStamping,
} from './support/time-stamping.ts'
import { seenLog } from './support/witnessed.ts'

const skip = noOpenssl
let service: TimeStamping

before(() => {
  if (skip === false) service = timeStamping('ec')
})

after(() => {
  if (skip === false) service[Symbol.dispose]()
})

const november = Date.UTC(2026, 10, 21)

/** Stamps over the heads of a folder, as the server keeps them. @returns the token */
async function stampHead(folder: RecordFolder): Promise<Uint8Array> {
  const checkpoint = readFileSync(folder.path('data/log/checkpoint'))
  const answer = stampOver(service, checkpoint)
  const size = Number(checkpoint.toString().split('\n')[1])
  await keptStamps(fileSizedStore(folder.path('data/log/timestamps'))).keep({
    size,
    checkpoint,
    ...answer,
  })
  return answer.token
}

test(
  'each tick names the stamps since the last one; backups and rebuilding keep them, and verification holds them together',
  { skip },
  async () => {
    using folder = recordFolder()
    await folder.session(november, async (storage) => {
      await talk(storage.record, await hire(storage), { count: 300 })
    })
    const token = await stampHead(folder)
    await folder.session(november, async ({ record, statements }) => {
      await statements.state()
      await statements.state()
      const says = async (position: number): Promise<unknown> => {
        const { content } = await record.read(position)
        const { stamps }: { readonly stamps?: unknown } = JSON.parse(content)
        return stamps
      }
      const [name = ''] = readdirSync(folder.path('data/log/timestamps'))
      const told = [{ size: Number(name), sha256: toHex(sha256(token)) }]
      assert.deepEqual([await says(record.size - 4), await says(record.size - 2)], [told, []])
    })
    assert.equal(await findingIn(folder), 'sound')
    const [name = ''] = readdirSync(folder.path('data/log/timestamps'))
    const path = `data/log/timestamps/${name}`
    const kept = readFileSync(folder.path(path))
    const start = kept.indexOf('rfc3161 ')
    assert.match(await findingWith(folder, path, flipped(kept, 40)), /^log\/timestamps\/\d+: /)
    assert.match(
      await findingWith(folder, path, kept.subarray(0, start)),
      /no head with a time stamp/,
    )
    const inToken = kept.toString().replace(/rfc3161 (.{1000})../, 'rfc3161 $1AA')
    assert.match(
      await findingWith(folder, path, Buffer.from(inToken)),
      /^log\/timestamps\/\d+: the time stamp: /,
    )
    // Another one over the same head, as somebody makes it who has come later.
    using copy = folder.copy()
    rmSync(copy.path(path))
    assert.equal(await findingIn(copy), 'sound')
    const head = kept.subarray(0, start - 1)
    const answer = stampOver(service, head)
    const other = { size: Number(name), checkpoint: head, ...answer }
    await keptStamps(fileSizedStore(copy.path('data/log/timestamps'))).keep(other)
    assert.match(
      await findingIn(copy),
      /^log\/timestamps\/\d+: it is not the time stamp that record \d+ names/,
    )
    await keptOver(folder, path)
  },
)

/** A backup that is restored, and a record that is rebuilt, have the stamps, and heads that witnesses have cosigned. */
async function keptOver(folder: RecordFolder, path: string): Promise<void> {
  const witnessed = path.replace('timestamps', 'witnessed')
  const kept = readFileSync(folder.path(path))
  mkdirSync(folder.path('data/log/witnessed'))
  writeFileSync(folder.path(witnessed), kept.subarray(0, kept.indexOf('\nrfc3161')), {
    mode: 0o600,
  })
  const backups = folder.path('backups')
  await backUp(folder, backups, { at: november })
  await backUp(folder, backups, { at: november, keep: 1 })
  for (const one of ['data/mailbox.db', 'data/log/tile'])
    rmSync(folder.path(one), { recursive: true })
  await rebuildRecord(folder.config)
  assert.deepEqual(readFileSync(folder.path(path)), kept)
  rmSync(folder.path('data'), { recursive: true })
  await restoreInto(folder, { dir: backups })
  assert.deepEqual(readFileSync(folder.path(path)), kept)
  assert.ok(existsSync(folder.path(witnessed)))
  assert.equal(await findingIn(folder), 'sound')
  const shared = folder.path('backups/shared/outside')
  for (const one of readdirSync(shared)) {
    const bytes = readFileSync(`${shared}/${one}`)
    writeFileSync(`${shared}/${one}`, flipped(bytes, 50))
    using empty = folder.copy()
    rmSync(empty.path('data'), { recursive: true })
    await assert.rejects(
      restoreInto(empty, { dir: backups }),
      /not as it was when the backup was made/,
    )
    writeFileSync(`${shared}/${one}`, bytes)
  }
}

test(
  'what has aged is named by newer hashes under a head that the newest keys have signed, and what is put in its place is found',
  { skip },
  async () => {
    using folder = recordFolder()
    await folder.session(november, async (storage) => {
      await talk(storage.record, await hire(storage), { count: 30 })
    })
    const token = await stampHead(folder)
    let old: readonly string[] = []
    await folder.session(november, async (storage) => {
      old = storage.keys.log.verifierKeys
      await host(folder, storage).keys.changeSigners(null)
    })
    await folder.session(november, async (storage) => {
      const { position, stamps } = await host(folder, storage).renew()
      const { content } = await storage.record.read(position)
      const says: RenewedSays = JSON.parse(content)
      const [[, hash] = []] = says.stamps
      assert.equal(stamps, 1)
      assert.equal(hash, createHash('sha512').update(token).digest('base64'))
      assert.deepEqual(says.keys, storage.keys.log.verifierKeys)
      assert.notDeepEqual(says.keys, old)
      // The head over it is signed, and a stamp is asked for.
      const head = Number(readFileSync(folder.path('data/log/checkpoint'), 'utf8').split('\n')[1])
      assert.ok(head > position && storage.stamps.takeWanted() && !storage.stamps.takeWanted())
    })
    assert.equal(await findingIn(folder), 'sound')
    const [name = ''] = readdirSync(folder.path('data/log/timestamps'))
    const path = folder.path(`data/log/timestamps/${name}`)
    const kept = readFileSync(path)
    const checkpoint = kept.subarray(0, kept.indexOf('\nrfc3161'))
    rmSync(path)
    const store = fileSizedStore(folder.path('data/log/timestamps'))
    await keptStamps(store).keep({
      size: Number(name),
      checkpoint,
      ...stampOver(service, checkpoint),
    })
    assert.match(await findingIn(folder), /it is not the time stamp that record \d+ names/)
    writeFileSync(path, kept)
    const history = readFileSync(folder.path('data/log/checkpoints'))
    await folder.session(november, async ({ record }) => {
      const heads = { count: history.length / 128, sha512: 'ab' }
      await record.state({ kind: 'renew', says: JSON.stringify({ heads, stamps: [] }) })
    })
    assert.match(
      await findingIn(folder),
      /heads that it names by SHA-512 are not those of log\/checkpoints/,
    )
  },
)

test(
  'a server has its heads stamped by the service that is set, and says how old the newest stamp is',
  { skip, timeout: 60_000 },
  async () => {
    using folder = recordFolder()
    await using server = createServer(stampListener(service))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    assert.ok(address !== null && typeof address === 'object')
    const url = `http://127.0.0.1:${address.port}/tsa`
    const caFile = folder.path('ca.pem')
    const timestamps = { url, caFile, everyMs: 3_600_000, lagMsMax: 10_800_000 }
    const config = { ...folder.config, proofs: { ...folder.config.proofs, timestamps } }
    await folder.session(november, async (storage) => {
      await talk(storage.record, await hire(storage), { count: 30 })
      await using opened = new AsyncDisposableStack()
      const [log, metrics] = [seenLog(), createMetrics()]
      const outside = { clock: systemClock, random: systemRandom(), log, metrics, storage }
      await assert.rejects(openProofs(config, outside, opened), /TIMESTAMP_CA=.* cannot be read/)
      writeFileSync(caFile, 'no certificate')
      await assert.rejects(
        openProofs(config, outside, opened),
        /TIMESTAMP_CA=.* is no file of certificates/,
      )
      writeFileSync(caFile, service.pem('ca'))
      await openProofs(config, outside, opened)
      await log.seen('info timestamp.kept', () => true)
      const { text } = await metrics.text()
      assert.match(text, /^onrecord_timestamped_records \d+$/m)
      assert.match(text, /^onrecord_timestamp_age_seconds -?[\d.]+$/m)
      assert.equal((await storage.stamps.untold()).length, 1)
    })
    assert.equal(await findingIn(folder), 'sound')
  },
)

function host(folder: RecordFolder, storage: Storage): ApiHost {
  return apiHost(folder.config, storage, {
    log: silentLog,
    fatal: (error) => assert.fail(String(error)),
    throttle: createThrottle(defaultThrottle, systemClock),
    alarms: { list: () => [], change: async () => await Promise.reject(new Error('none')) },
    leaving: leavingOffline(storage, folder.config.domain),
    chat: null,
    deliveries: null,
    running: null,
  })
}

test(
  'a bundle has the stamp behind its records, and with its root they are time-stamped',
  { skip },
  async () => {
    using folder = recordFolder()
    const path = folder.path('bundle')
    let [policy, act] = ['', 0]
    let people: readonly PersonId[] = []
    await folder.session(november, async (storage) => {
      people = await hire(storage)
      await talk(storage.record, people, { count: 20 })
    })
    await stampHead(folder)
    await folder.session(november, async ({ record, keys }) => {
      const [by] = people
      assert.ok(by)
      policy = keys.log.verifierKeys.map((line) => `log ${line}\n`).join('')
      const scope = scopeOf({ positions: { from: 5, to: 15 } })
      const said = { v: 1, id: 'e'.repeat(32), by, purpose: 'a test', matter: null, scope } as const
      const ends = { conversations: [], persons: [] }
      const key = keys.exports.verifierKey
      act = (await record.append(exportRecord({ ...said, ends, key }))).position
    })
    const made = await exportBundle(folder.config, {
      act,
      path,
      heads: [],
      stateHeads: nothingStated,
    })
    const report = await verifyPath(path, { policy, roots: [service.der('ca')] })
    // All but the act of export itself.
    assert.deepEqual(
      [report.findings, report.levels],
      [[], { S: 1, T: made.records + made.acts - 1 }],
    )
    const without = await verifyPath(path, { policy })
    assert.equal(without.result, 'complete')
    assert.match(
      without.unchecked.join('\n'),
      /no certificate of a time-stamping service was given/,
    )
  },
)
