import { type FileHandle, open, readdir, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { type SecretKey } from '../../base/crypto.ts'
import { OperatorError } from '../../base/errors.ts'
import { createDurably, isCode, makeDirDurably, readIfThere } from '../../base/files.ts'
import { type Journal } from '../../record/keys/ports.ts'
import {
  journalFilesMax,
  journalHeader,
  journalLine,
  journalName,
  journalStart,
  readJournal,
  type JournalEnd,
  type JournalFile,
  type Opening,
} from '../../record/keys/openings.ts'

/** Some 60,000 lines. Then another file begins, and the oldest goes. */
const fileBytesMax = 8 * 1024 * 1024
/** Lines that wait for the disk. */
const waitingMax = 10_000

/** The file that is written to. */
type Open = {
  readonly file: FileHandle
  readonly number: number
  bytes: number
  end: JournalEnd
}

type Waiting = { readonly opening: Opening; readonly done: PromiseWithResolvers<void> }

export type OpeningsJournal = Journal & {
  /** Nothing more is written. */
  close(): Promise<void>
}

/** The journal of a key agent in a folder of its own. One writer at a time. */
export function openingsJournal(
  dir: string,
  key: SecretKey,
  options: { readonly bytesMax?: number } = {},
): OpeningsJournal {
  const { bytesMax = fileBytesMax } = options
  let now: Open | null = null
  let waiting: Waiting[] = []
  let running: Promise<void> | null = null

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await write(batch.map(({ opening }) => opening))
        for (const { done } of batch) done.resolve()
      } catch (cause) {
        // What was written of them is read again before the next one, and cut off where it is not whole.
        await now?.file.close().catch(() => undefined)
        now = null
        for (const { done } of batch) done.reject(notWritten(cause))
      }
    }
    running = null
  }

  async function write(openings: readonly Opening[]): Promise<void> {
    let to = await opened()
    if (to.bytes >= bytesMax) {
      await to.file.close()
      now = null
      to = now = await begin(dir, to.number + 1, to.end)
    }
    let [text, end] = ['', to.end]
    for (const opening of openings) {
      const next = journalLine(key, end, opening)
      text += next.line
      end = next.end
    }
    await to.file.appendFile(text, 'latin1')
    await to.file.datasync()
    to.bytes += text.length
    to.end = end
  }

  async function opened(): Promise<Open> {
    now ??= await goOn(dir, key)
    return now
  }

  return {
    async note(opening) {
      if (waiting.length >= waitingMax) throw notWritten(new Error('too many lines are waiting'))
      const done = Promise.withResolvers<void>()
      waiting.push({ opening, done })
      running ??= writeAll()
      await done.promise
    },
    async end() {
      await running
      return (await opened()).end
    },
    async close() {
      await running
      await now?.file.close()
      now = null
    },
  }
}

/** After a stop: what was being written is cut off. Nobody has had a key for it. */
async function goOn(dir: string, key: SecretKey): Promise<Open> {
  await makeDirDurably(dir)
  const number = (await numbersIn(dir)).at(-1)
  if (number === undefined) return await begin(dir, 1, journalStart)
  const path = join(dir, journalName(number))
  const text = await textOf(path)
  const { from, ends, wrongLine, whole } = readJournal(text, key)
  const end = ends.at(-1) ?? from ?? journalStart
  // Somebody has changed it: it stays as it is, for who verifies.
  if (wrongLine !== null) return await begin(dir, number + 1, end)
  if (whole < text.length) await truncate(path, whole)
  const file = await open(path, 'a')
  await file.datasync()
  return { file, number, bytes: whole, end }
}

async function begin(dir: string, number: number, end: JournalEnd): Promise<Open> {
  const path = join(dir, journalName(number))
  const header = journalHeader(end)
  await createDurably(path, header)
  for (const old of await numbersIn(dir))
    if (old <= number - journalFilesMax) await rm(join(dir, journalName(old)), { force: true })
  return { file: await open(path, 'a'), number, bytes: header.length, end }
}

/** All files of a journal, in their order, also while it is written. None where there never was one. */
export async function readOpenings(dir: string): Promise<readonly JournalFile[]> {
  const files: JournalFile[] = []
  for (const number of await numbersIn(dir))
    files.push({ number, text: await textOf(join(dir, journalName(number))) })
  // One that has gone meanwhile was the oldest.
  return files.filter(({ text }) => text !== '')
}

async function numbersIn(dir: string): Promise<readonly number[]> {
  try {
    const names = (await readdir(dir)).filter((name) => /^\d{16}\.log$/.test(name))
    return names.map((name) => Number(name.slice(0, 16))).toSorted((a, b) => a - b)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return []
    throw error
  }
}

async function textOf(path: string): Promise<string> {
  return (await readIfThere(path))?.toString('latin1') ?? ''
}

function notWritten(cause: unknown): OperatorError {
  return new OperatorError(
    'key.not-written',
    `The key agent cannot write its journal, and gives no key of an old bucket away before it can: ${String(cause)}`,
    { cause },
  )
}
