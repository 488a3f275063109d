import {
  closeSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  realpathSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { type DatabaseSync } from 'node:sqlite'
import { FatalError } from '../../base/errors.ts'

/** The index of the write-ahead file (`-shm`) grows by this many bytes, for 4,096 pages each time (SQLite's walformat, section 2.2). */
const regionBytes = 32 * 1024
/** Room for 32,768 pages, 128 MiB: several times what the write-ahead file comes to before it is merged. */
const regions = 8
/** Others may write here without a lock at any time: what each reader has read, how far the file is merged. */
const headBytes = 512

/**
 * Opens a database with a write-ahead file so that a full disk gives an error and never ends the process.
 *
 * SQLite maps the index of that file into memory and has the disk give room for one byte of each 4,096 (`unixShmMap`). Where the blocks of a
 * file system are smaller, the rest are holes, and the kernel answers the first touch of a hole on a full disk with SIGBUS. So the holes
 * are filled while there is room, and before that it is seen that there is.
 *
 * @param open gives the database in its journal mode WAL; nobody else writes it meanwhile
 * @throws {Error} as the system has it, such as ENOSPC
 */
export function openWithWholeWalIndex(path: string, open: () => DatabaseSync): DatabaseSync {
  seeThatThereIsRoom(`${path}-room.tmp`)
  const db = open()
  try {
    // What is there to be read is read: before that nothing is mapped.
    db.exec('BEGIN IMMEDIATE; SELECT count(*) FROM sqlite_schema')
    fillHoles(descriptorOf(`${realpathSync(path)}-shm`))
    db.exec('ROLLBACK')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function seeThatThereIsRoom(path: string): void {
  const file = openSync(path, 'w', 0o600)
  try {
    writeAll(file, Buffer.alloc(regions * regionBytes), 0)
  } finally {
    closeSync(file)
    rmSync(path)
  }
}

/** The one that SQLite has: to close another one of the same file would drop SQLite's locks on it (POSIX), and whoever came then would cut the file short below us. */
function descriptorOf(path: string): number {
  for (const name of readdirSync('/proc/self/fd')) if (targetOf(name) === path) return Number(name)
  throw new FatalError(`${path} is not open`)
}

/** Null for one that was closed meanwhile, as the folder's own. */
function targetOf(descriptor: string): string | null {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`)
  } catch {
    return null
  }
}

/** Writes what is there over itself, and zeros behind it, which is what SQLite expects of a region that it has not used yet. */
function fillHoles(file: number): void {
  const bytes = Buffer.alloc(regions * regionBytes)
  let read = 0
  for (let got = -1; got !== 0 && read < bytes.length; read += got)
    got = readSync(file, bytes, read, bytes.length - read, read)
  writeAll(file, bytes.subarray(headBytes), headBytes)
}

function writeAll(file: number, bytes: Uint8Array, at: number): void {
  let written = 0
  while (written < bytes.length)
    written += writeSync(file, bytes, written, bytes.length - written, at + written)
}
