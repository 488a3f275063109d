import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { fakeTime, type FakeTime } from '../../../test/fakes/timer.ts'
import { exportSecret } from '../../base/crypto.ts'
import { withFileLock } from '../../base/file-lock.ts'
import { silentLog } from '../../base/log.ts'
import { toHex, utf8 } from '../../base/bytes.ts'
import { conversationId } from '../../record/ids.ts'
import { openKeys } from '../../record/keys/open-keys.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { exportRecordSecret } from '../../record/ledger/secret.ts'
import { oneKeyFile } from '../key-holders/open-holders.ts'
import { vaultPartsAt, type DataPlace } from './data-vault.ts'
import { startKeyAgent, type KeyAgent } from './key-agent.ts'
import { type FromAgent, lockOf } from './key-agent-messages.ts'
import { keysOnLine } from './key-line.ts'

const november = Date.UTC(2026, 10, 21)
const january = Date.UTC(2027, 0, 5)
const conversation = conversationId('c0ffee00'.repeat(4))
const head = { size: 3, root: new Uint8Array(32).fill(3) }

type Scene = {
  readonly agent: KeyAgent
  readonly keys: Keys
  readonly place: DataPlace
  readonly time: FakeTime
  /** What the log was told, and the process. */
  readonly told: readonly string[]
  readonly came: (event: string) => Promise<void>
}

function folderOf(t: TestContext): DataPlace {
  const dataDir = mkdtempSync(join(tmpdir(), 'onrecord-agent-'))
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  return { dataDir, holders: oneKeyFile(join(dataDir, 'keys/vault.key')) }
}

async function scene(t: TestContext): Promise<Scene> {
  const place = folderOf(t)
  const time = fakeTime()
  const told: string[] = []
  const waiting = new Map<string, () => void>()
  const note = (event: string): void => {
    told.push(event)
    waiting.get(event)?.()
  }
  const agent = await startKeyAgent(
    { place, domain: 'chat.example', hotMs: null },
    {
      log: { info: note, warn: note, error: note },
      fatal: () => note('fatal'),
      ticks: time,
      timer: time,
    },
  )
  t.after(async () => await agent.close())
  const keys = await keysOnLine(agent)
  await keys.ensureBuckets(november)
  const came = async (event: string): Promise<void> => {
    if (!told.includes(event)) await new Promise<void>((resolve) => waiting.set(event, resolve))
  }
  return { agent, keys, place, time, told, came }
}

function kill({ agent }: Scene): void {
  process.kill(agent.pid() ?? assert.fail('there is no agent'), 'SIGKILL')
}

test('the agent answers as the vault does, and gives no key of a bucket or of the install away', async (t) => {
  const { keys, place, agent } = await scene(t)
  assert.equal(agent.kits.length, 1)
  const here = await openKeys(vaultPartsAt(place))
  const all = async (its: Keys): Promise<readonly unknown[]> => {
    const { handle, key } = await its.handleFor(1, conversation, 0)
    const at = { bucket: 1, handle, seq: 4, salt: new Uint8Array(16), position: 9 }
    const secret = (await its.record(at, 'check')) ?? assert.fail()
    const index = (await its.index(1, 'index')) ?? assert.fail()
    return [
      toHex(handle),
      toHex(exportSecret(key)),
      toHex(exportSecret((await its.conversation(1, handle, 'check'))?.key ?? assert.fail())),
      toHex(exportRecordSecret(secret)),
      toHex(exportSecret(index)),
      its.knownBuckets(),
      await its.bucketAt('default', november),
      its.stanzaId(77),
      its.pseudonym('person', 'ann').toString('hex'),
      toHex(its.mac('head register', utf8('a line'))),
      its.exports.verifierKey,
      its.log,
      its.epoch,
    ]
  }
  assert.deepEqual(await all(keys), await all(here))
  const sealed = keys.seal('room 1', utf8('text'))
  assert.equal(toHex(here.unseal('room 1', sealed) ?? assert.fail()), toHex(utf8('text')))
  assert.match((await keys.sign(head, 1_000)).note, /chat\.example\/log/)
  await assert.rejects(keys.bucketAt('none', november), /has no bucket of class none/)
  await assert.rejects(keys.issueShares({ threshold: 5, of: 2 }, november), RangeError)
  await assert.rejects(keys.dropPaper('none'), { code: 'key.no-paper' })
})

test('no second tree of a size is signed, and none that is smaller', async (t) => {
  const { keys } = await scene(t)
  await keys.sign(head, 1_000)
  await keys.sign(head, 2_000)
  const other = { size: 3, root: new Uint8Array(32).fill(4) }
  await assert.rejects(keys.sign(other, 3_000), /was signed before/)
  await assert.rejects(keys.sign({ ...head, size: 2 }, 3_000), /was signed before/)
  await keys.sign({ ...other, size: 4 }, 4_000)
})

test('killed under load the agent comes back, and each question is answered as if nothing had been', async (t) => {
  const s = await scene(t)
  const { handle } = await s.keys.handleFor(1, conversation, 0)
  const ask = async (): Promise<string> =>
    toHex(exportSecret((await s.keys.conversation(1, handle, 'check'))?.key ?? assert.fail()))
  const expected = await ask()
  for (let i = 0; i < 3; i++) {
    const asked = Array.from({ length: 600 }, ask)
    kill(s)
    assert.deepEqual(new Set(await Promise.all(asked)), new Set([expected]))
  }
  assert.equal(s.told.filter((event) => event === 'keys.agent-ended').length, 3)
  assert.equal(s.agent.refusal(), null)
})

test('what may have been done when the agent was killed is not asked twice', async (t) => {
  const s = await scene(t)
  kill(s)
  const lost = s.keys.issueKits(november)
  await assert.rejects(lost, { code: 'key.agent-ended' })
  assert.equal((await s.keys.issueKits(november)).length, 1)
})

test('after a turn another process has the vault, and what was destroyed is gone for everybody', async (t) => {
  const s = await scene(t)
  const { handle } = await s.keys.handleFor(1, conversation, 0)
  await s.keys.ensureBuckets(january)
  const other = await keysOnLine(s.agent)
  const before = s.agent.pid()
  const turned = await s.keys.turn([{ bucket: 1, survivors: null, index: false }])
  assert.deepEqual([turned.newEpoch, s.keys.epoch, other.epoch], [2, 2, 1])
  assert.notEqual(s.agent.pid(), before)
  assert.equal(await s.keys.conversation(1, handle, 'check'), null)
  await other.reach(2)
  assert.equal(other.epoch, 2)
  assert.equal(await other.conversation(1, handle, 'check'), null)
  assert.deepEqual(s.told, [])
})

test('killed while another is to take its place, one takes it and no more', async (t) => {
  const children: ChildProcess[] = []
  const note = (message: unknown): void => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what Node tells of each process that is started
    children.push((message as { readonly process: ChildProcess }).process)
  }
  subscribe('child_process', note)
  t.after(() => unsubscribe('child_process', note))
  const s = await scene(t)
  await s.keys.ensureBuckets(january)
  const [first] = children
  first?.on('message', ({ kind }: FromAgent) => {
    if (kind === 'reply') first.kill('SIGKILL')
  })
  const turned = s.keys.turn([{ bucket: 1, survivors: null, index: false }])
  // They wait for the turn, one after the other, and the last is not answered any more.
  const kits = Promise.allSettled(Array.from({ length: 20 }, () => s.keys.issueKits(november)))
  assert.equal((await turned).newEpoch, 2)
  assert.equal((await kits).at(-1)?.status, 'rejected')
  assert.equal(await s.keys.index(1, 'index'), null)
  assert.equal(children.length, 2)
  assert.deepEqual(s.told, ['keys.agent-ended'])
})

test('one that is told to end while it comes back ends', async (t) => {
  const s = await scene(t)
  kill(s)
  await s.came('keys.agent-ended')
  await s.agent.close()
  await withFileLock(lockOf(s.place.dataDir), 10_000, async () => undefined)
  assert.equal(s.agent.pid(), null)
})

test('an agent that cannot come back makes the record refuse, and then stops the process', async (t) => {
  const s = await scene(t)
  const key = join(s.place.dataDir, 'keys/vault.key')
  renameSync(key, `${key}.away`)
  kill(s)
  await s.came('keys.agent-not-back')
  assert.equal(s.agent.refusal(), null)
  const asked = s.keys.index(1, 'index')
  s.time.pass(5_000)
  assert.equal(s.agent.refusal()?.reason, 'keys')
  // The try that this second has begun is the last one.
  s.time.pass(60_000)
  await assert.rejects(asked, /does not come back: .*is not in the key file/s)
  await s.came('fatal')
  await assert.rejects(s.keys.index(1, 'index'), /does not come back/)
})

test('a key that is missing is told by its name at the start', async (t) => {
  const place = folderOf(t)
  const time = fakeTime()
  const outside = { log: silentLog, fatal: () => assert.fail(), ticks: time, timer: time }
  const made = await startKeyAgent({ place, domain: 'chat.example', hotMs: null }, outside)
  await made.close()
  rmSync(join(place.dataDir, 'keys/vault.key'))
  const again = startKeyAgent({ place, domain: null, hotMs: null }, outside)
  await assert.rejects(again, { code: 'vault.key-missing' })
})

test('the agent ends with a server that is killed', async (t) => {
  const { dataDir } = folderOf(t)
  const file = fileURLToPath(new URL('../../../test/support/agent-process.ts', import.meta.url))
  const server = spawn(process.execPath, [file, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => server.kill('SIGKILL'))
  await once(server.stdout, 'data')
  server.kill('SIGKILL')
  // The agent has it for as long as it lives.
  await withFileLock(lockOf(dataDir), 10_000, async () => undefined)
})
