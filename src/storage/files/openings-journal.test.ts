import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { secretKey } from '../../base/crypto.ts'
import {
  checkJournal,
  journalFilesMax,
  journalStart,
  type JournalFinding,
  type Opening,
} from '../../record/keys/openings.ts'
import { openingsJournal, readOpenings, type OpeningsJournal } from './openings-journal.ts'

const key = secretKey(new Uint8Array(32).fill(7))
const handle = new Uint8Array(8).fill(0xab)
const at = Date.UTC(2026, 10, 21)

function folderOf(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-openings-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return join(dir, 'openings')
}

function opening(bucket: number): Opening {
  return { at, use: 'history', bucket, handle }
}

function journalOf(t: TestContext, dir: string): OpeningsJournal {
  const journal = openingsJournal(dir, key)
  t.after(async () => await journal.close())
  return journal
}

/** By an agent that ends after it. */
async function note(dir: string, bucket: number, options = {}): Promise<void> {
  const journal = openingsJournal(dir, key, options)
  await journal.note(opening(bucket))
  await journal.close()
}

async function checked(dir: string): Promise<JournalFinding | null> {
  return checkJournal(await readOpenings(dir), [], key)
}

function onlyFile(dir: string): string {
  return join(dir, readdirSync(dir).at(-1) ?? assert.fail('there is no file'))
}

test('a journal says in clear what was opened for what, and no more than pseudonyms of whom', async (t) => {
  const dir = folderOf(t)
  const journal = journalOf(t, dir)
  assert.deepEqual(await journal.end(), journalStart)
  await journal.note(opening(3))
  await journal.note({ at, use: { for: 'read', act: 77 }, bucket: 4, handle })
  await journal.note({ at, use: 'index', bucket: 5, handle: null })
  await journal.note({ at, use: 'paper', bucket: 0, handle: null })
  const lines = readFileSync(onlyFile(dir), 'latin1').split('\n').slice(1, -1)
  assert.deepEqual(
    lines.map((line) => line.split(' ').slice(0, -1).join(' ')),
    [
      '1 2026-11-21T00:00:00.000Z history 3 abababababababab -',
      '2 2026-11-21T00:00:00.000Z read 4 abababababababab 77',
      '3 2026-11-21T00:00:00.000Z index 5 index -',
      '4 2026-11-21T00:00:00.000Z paper vault - -',
    ],
  )
  assert.equal((await journal.end()).count, 4)
  assert.equal(await checked(dir), null)
})

test('what comes at a time is written in its order, and each is on the disk before it is told', async (t) => {
  const dir = folderOf(t)
  const journal = journalOf(t, dir)
  const written = async (bucket: number): Promise<boolean> => {
    await journal.note(opening(bucket))
    return readFileSync(onlyFile(dir), 'latin1').includes(` history ${bucket} `)
  }
  const all = await Promise.all(Array.from({ length: 100 }, async (_, i) => await written(i + 1)))
  assert.ok(all.every(Boolean))
  const buckets = readFileSync(onlyFile(dir), 'latin1').matchAll(/history (\d+)/g)
  assert.deepEqual(
    [...buckets].map(([, bucket]) => Number(bucket)),
    Array.from({ length: 100 }, (_, i) => i + 1),
  )
})

test('stopped at any byte of a line, the journal cuts that line off and goes on', async (t) => {
  const dir = folderOf(t)
  await note(dir, 1)
  const one = readFileSync(onlyFile(dir))
  await note(dir, 2)
  const two = readFileSync(onlyFile(dir))
  for (let length = one.length; length <= two.length; length++) {
    writeFileSync(onlyFile(dir), two.subarray(0, length))
    const journal = openingsJournal(dir, key)
    assert.equal((await journal.end()).count, length === two.length ? 2 : 1)
    await journal.note(opening(3))
    await journal.close()
    assert.equal(await checked(dir), null, `${length} bytes`)
  }
})

test('a full file is followed by another one that goes on, and the oldest go', async (t) => {
  const dir = folderOf(t)
  for (let i = 1; i <= 3 * journalFilesMax; i++) await note(dir, i, { bytesMax: 300 })
  const files = await readOpenings(dir)
  assert.equal(files.length, journalFilesMax)
  assert.ok((files[0]?.number ?? 0) > 1)
  assert.equal(await checked(dir), null)
  const journal = journalOf(t, dir)
  const { count, head } = await journal.end()
  assert.equal(count, 3 * journalFilesMax)
  const stated = [
    // So old that nobody can tell any more.
    { count: 1, head: '11'.repeat(32), where: 'record 1' },
    { count, head, where: 'record 5' },
  ]
  assert.equal(checkJournal(files, stated, key), null)
  const without = checkJournal(files.slice(1), stated, key)
  assert.match(without?.what ?? '', /does not go on/)
  const gap = checkJournal(files.toSpliced(3, 1), stated, key)
  assert.match(gap?.what ?? '', /does not go on/)
})

test('a line that was changed, cut out or written by somebody else is found, and the journal goes on in another file', async (t) => {
  const dir = folderOf(t)
  for (let i = 1; i <= 4; i++) await note(dir, i)
  const path = onlyFile(dir)
  const text = readFileSync(path, 'latin1')
  const lines = text.split('\n')
  const broken = [
    [text.replace('history 2', 'history 9'), 3],
    [lines.toSpliced(2, 1).join('\n'), 3],
    [[...lines.slice(0, 3), lines[4], lines[3], ''].join('\n'), 4],
    [`${text}${(lines[4] ?? '').replace('4 ', '5 ')}\n`, 6],
    [text.replace('v1 0', 'v1 1'), 2],
    [text.replace('v1', 'v2'), 1],
  ] as const
  for (const [changed, line] of broken) {
    writeFileSync(path, changed, 'latin1')
    const found = await checked(dir)
    assert.equal(found?.what, `line ${line} is not what the key agent has written`)
  }
  await note(dir, 5)
  assert.equal(readFileSync(path, 'latin1'), text.replace('v1', 'v2'))
  assert.equal((await readOpenings(dir)).length, 2)
  assert.match((await checked(dir))?.what ?? '', /line 1 is not/)
})

test('a journal that ends before what a statement names, or says something else there, is found', async (t) => {
  const dir = folderOf(t)
  const journal = journalOf(t, dir)
  await journal.note(opening(1))
  await journal.note(opening(2))
  const named = { ...(await journal.end()), where: 'record 9' }
  await journal.note(opening(3))
  const found = async (): Promise<string | undefined> =>
    checkJournal(await readOpenings(dir), [named], key)?.what
  assert.equal(await found(), undefined)
  const text = readFileSync(onlyFile(dir), 'latin1')
  writeFileSync(onlyFile(dir), `${text.split('\n').slice(0, 2).join('\n')}\n`)
  assert.equal(await found(), 'it ends before line 2, which record 9 names')
  await note(dir, 8)
  assert.equal(await found(), 'line 2 is another one, which record 9 names')
  rmSync(dir, { recursive: true })
  assert.equal(await found(), 'it ends before line 2, which record 9 names')
})
