// Disposal in a data folder of all real parts: what is left of what went, what an old backup can do, and what verification says.
import assert from 'node:assert/strict'
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { openKeys } from '../src/record/keys/open-keys.ts'
import { entryBytes } from '../src/record/ledger/entry.ts'
import { recordsOf } from '../src/record/ledger/frame.ts'
import { pseudonyms } from '../src/record/mailbox/names.ts'
import { RecordUnreadable } from '../src/record/errors.ts'
import { type PersonId } from '../src/record/types.ts'
import { filesOf, findingIn, findingWith } from './support/damage.ts'
import { recordFolder, type RecordFolder } from './support/record-folder.ts'
import { directRecord } from './support/sealed-batches.ts'
import { hire, talk } from './support/talk.ts'
import { vaultPartsAt } from '../src/storage/embedded/data-vault.ts'
import { disposeOfDue, keepOneMonth } from './support/dispose.ts'

const november = Date.UTC(2026, 10, 21)
const december = Date.UTC(2026, 11, 21)
const january = Date.UTC(2027, 0, 20)
const canary = 'canary-7319-of-november'
const nothing = { persons: [], conversations: [], query: null, from: null, until: null }

/** As it was before, with a backup of it, and after everything of November that is not held went. */
let old: RecordFolder
let folder: RecordFolder
let people: readonly PersonId[] = []
/** Sealed bodies of November, and hashes of the ids of messages, that have to be nowhere. */
let sealed: Buffer[] = []
let hashes: Buffer[] = []

before(async () => {
  folder = recordFolder()
  await folder.session(november, async (storage) => {
    people = await hire(storage)
    const [from, to] = people
    assert.ok(from && to)
    await keepOneMonth(storage, people)
    await talk(storage.record, people, { count: 300 })
    await storage.record.append(directRecord({ from, to, text: canary, id: 'canary-id' }))
  })
  // Lists of conversations from before, between and behind what goes: verification makes each of them again.
  await folder.session(december, async ({ record, statements }) => {
    await statements.state()
    await talk(record, people, { count: 60, first: 400 })
  })
  await folder.session(january, async ({ record }) => {
    await talk(record, people, { count: 9, first: 500 })
  })
  old = folder.copy()
  await folder.session(january, async (storage) => {
    const [, , held] = people
    assert.ok(held)
    await storage.management.holds.place({
      by: held,
      name: 'a matter',
      reason: 'a claim',
      scope: { ...nothing, persons: [held] },
    })
    const [first = 0] = await disposeOfDue(storage, people)
    assert.equal(storage.management.disposals.stateOfBucket(first), 'live')
    await storage.statements.state()
  })
  await collectGone()
})

after(() => {
  old[Symbol.dispose]()
  folder[Symbol.dispose]()
})

/** What the old folder has of records that cannot be read in the new one. */
async function collectGone(): Promise<void> {
  const gone = new Set<number>()
  await folder.session(january, async ({ record }) => {
    for (let position = 0; position < record.size; position++) {
      try {
        await record.read(position)
      } catch (error) {
        if (!(error instanceof RecordUnreadable)) throw error
        gone.add(position)
      }
    }
  })
  assert.ok(gone.size > 100)
  await old.session(january, async ({ record }) => {
    const keys = await openKeys(
      vaultPartsAt({ dataDir: old.config.data, holders: old.config.keyHolders }),
    )
    const names = pseudonyms(keys)
    for (const position of gone) {
      const { envelope } = await record.read(position)
      if (envelope.sender && envelope.message_id)
        hashes.push(Buffer.from(names.messageId(envelope.sender, envelope.message_id), 'hex'))
    }
  })
  const whole = readFileSync(old.path('data/bodies/1'))
  const now = readFileSync(folder.path('data/bodies/1'))
  let at = 0
  for (const { entry, body } of recordsOf(whole)) {
    if (now[at] === 0) sealed.push(Buffer.from(body.subarray(0, 32)))
    at += entry.length + body.length
  }
  assert.ok(sealed.length > 100 && entryBytes > 0)
}

test('what went is in no file any more: not sealed, not in the log, not in free pages of the rows', () => {
  const left: string[] = []
  for (const name of filesOf(folder, '.')) {
    const bytes = readFileSync(folder.path(name))
    if (sealed.some((piece) => bytes.includes(piece))) left.push(`${name}: a sealed body`)
    if (hashes.some((hash) => bytes.includes(hash))) left.push(`${name}: the id of a message`)
    if (bytes.includes(canary)) left.push(`${name}: a word`)
  }
  assert.deepEqual(left, [])
  const files = filesOf(old, '.').map((name) => readFileSync(old.path(name)))
  assert.ok(files.some((bytes) => sealed.every((piece) => bytes.includes(piece))))
  assert.ok(files.some((bytes) => hashes.some((hash) => bytes.includes(hash))))
})

test('everything else verifies, and it is told how many records certificates cover', async () => {
  const verified = await folder.verify()
  assert.ok(verified.ok, JSON.stringify(verified))
  const { certified, committed, certificates, acts } = verified.report.disposed
  assert.ok(certified > 100 && certificates > 0)
  assert.deepEqual([committed, acts], [0, 0])
})

test('an old backup with the key of today opens nothing', async () => {
  using backup = old.copy()
  cpSync(folder.path('keys/vault.key'), backup.path('keys/vault.key'))
  await assert.rejects(
    openKeys(vaultPartsAt({ dataDir: backup.config.data, holders: backup.config.keyHolders })),
    /needs the key/,
  )
  assert.match(await findingIn(backup), /needs the key/)
})

test('bodies of an old backup, put back, open for nobody and are found', async () => {
  const found = await findingWith(folder, 'data/bodies/1', readFileSync(old.path('data/bodies/1')))
  assert.match(found, /^bodies\/1, record \d+: it was disposed of, and is there/)
})

test('a record without its key that no certificate covers is found, and so is a certificate that was changed', async () => {
  const name = 'data/bodies/0'
  const bytes = readFileSync(folder.path(name))
  const at = bytes.indexOf('"destroyed":')
  assert.ok(at > 0)
  const changed = Buffer.from(bytes)
  changed.write('9', at + '"destroyed":'.length)
  assert.match(await findingWith(folder, name, changed), /^bodies\/0/)
  assert.match(await findingWith(folder, name, bytes.subarray(0, at)), /^bodies\/0|mailbox\.db/)
})

test('the rest goes when the hold is released, and numbers still go on', async () => {
  using copy = folder.copy()
  await copy.session(january, async (storage) => {
    const { holds } = storage.management
    const [hold] = holds.list()
    const [one] = people
    assert.ok(hold && one)
    await holds.release({ by: one, hold: hold.id, reason: 'settled' })
    await disposeOfDue(storage, people)
    await talk(storage.record, people, { count: 20, first: 900 })
    await storage.statements.state()
  })
  assert.equal(await findingIn(copy), 'sound')
  assert.equal(existsSync(copy.path('data/state.db')), true)
  writeFileSync(copy.path('done'), '')
})
