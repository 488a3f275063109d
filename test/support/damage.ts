// Ways to damage a data folder, and what verification says of it.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { OperatorError } from '../../src/base/errors.ts'
import { type RecordFolder } from './record-folder.ts'

/** What the command line would print: the finding, or why nothing could be verified; `sound` when nothing is wrong. */
export async function findingIn(folder: RecordFolder): Promise<string> {
  try {
    const verified = await folder.verify()
    return verified.ok ? 'sound' : `${verified.finding.where}: ${verified.finding.what}`
  } catch (error) {
    if (error instanceof OperatorError) return error.message
    throw error
  }
}

/** What verification says while a file has other bytes, or is not there (null). Puts the file back. */
export async function findingWith(
  folder: RecordFolder,
  name: string,
  bytes: Uint8Array | null,
): Promise<string> {
  const path = folder.path(name)
  const before = statSync(path, { throwIfNoEntry: false }) ? readFileSync(path) : null
  try {
    if (bytes === null) rmSync(path)
    else writeFileSync(path, bytes, { mode: 0o600 })
    return await findingIn(folder)
  } finally {
    if (before === null) rmSync(path)
    else writeFileSync(path, before, { mode: 0o600 })
  }
}

/** What verification says while SQL was done to a database. Puts the file back. */
export async function findingAfter(
  folder: RecordFolder,
  name: string,
  sql: string,
): Promise<string> {
  const path = folder.path(name)
  const before = readFileSync(path)
  try {
    const db = new DatabaseSync(path)
    try {
      db.exec(sql)
    } finally {
      db.close()
    }
    return await findingIn(folder)
  } finally {
    writeFileSync(path, before)
  }
}

/** A copy with one byte flipped. */
export function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8))
  return copy
}

/** The names of all files below a folder, as the folder's `path` takes them. */
export function filesOf(folder: RecordFolder, below: string): readonly string[] {
  return readdirSync(folder.path(below), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder.path('.'), join(entry.parentPath, entry.name)))
    .toSorted()
}

/** The files that are the record, and what it depends on; databases, which have room that says nothing, are left out. */
export function recordFiles(folder: RecordFolder): readonly string[] {
  const isOther = /lock$|\.db$|\.key$/
  return filesOf(folder, '.').filter((name) => !isOther.test(name))
}

/** How a finding begins that names a file. */
export function nameOf(name: string): RegExp {
  const inData = name.replace(/^data\//, '')
  if (inData.startsWith('wal')) return /^wal/
  if (inData === 'keys/head') return /^head register/
  if (inData === 'vault' || inData === 'keys/vault.key') return /^(?:the vault )?\/.*vault/
  // Of entries that differ nobody knows which of the two was changed.
  if (inData.includes('tile/')) return /^(?:log\/tile|bodies|mailbox\.db|record)/
  return new RegExp(`^${inData}`)
}

/** Flips bytes of a file, one at a time and evenly spread over what is written of it, and demands that each is found. */
export async function findEachFlip(
  folder: RecordFolder,
  name: string,
  flips: number,
): Promise<void> {
  const bytes = readFileSync(folder.path(name))
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1
  const step = Math.max(1, end / flips)
  for (let at = 0; at < end; at += step) {
    const found = await findingWith(folder, name, flipped(bytes, Math.floor(at)))
    assert.match(found, nameOf(name), `${name}, byte ${Math.floor(at)}`)
  }
}
