// A bundle as one .zip, the same bytes each time: nothing is compressed (what zlib makes of bytes depends on its version), and each
// member has the first time that a zip can have. APPNOTE.TXT 6.3.

import { createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { fsyncDir } from '../../base/files.ts'
import { type BundleSink } from '../../discovery/bundle/ports.ts'
import { asideOf, refuseThere } from './bundle-folder.ts'

/** 1 January 1980, 00:00 by the local clock: a zip's times have no zone. */
const noTime = new Date(1980, 0, 1)
const member = { compress: false, mtime: noTime, mode: 0o100644, forceDosTimestamp: true }

/** Until it is whole it has another name. @throws {OperatorError} when something is there already */
export async function bundleZip(path: string): Promise<BundleSink> {
  await refuseThere(path)
  const aside = asideOf(path)
  return zipInto(createWriteStream(aside, { mode: 0o600 }), {
    async keep() {
      const file = await open(aside, 'r')
      try {
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(aside, path)
      await fsyncDir(dirname(path))
    },
    drop: async () => await rm(aside, { force: true }),
  })
}

/** Where the bytes of a zip go. `keep`: all are there; `drop`: there never were any. */
export type ZipEnd = { keep(): Promise<void>; drop(): Promise<void> }

/** A bundle as one zip, into whatever takes its bytes. */
export function zipInto(to: Writable, end: ZipEnd): BundleSink {
  const zip = new ZipFile()
  const written = pipeline(zip.outputStream, to)
  // Who writes is told when he writes on, or keeps it.
  written.catch(() => undefined)
  let isKept = false
  return {
    async file(name, pieces) {
      const { promise: isRead, resolve, reject } = Promise.withResolvers<void>()
      const bytes = Readable.from(pieces, { objectMode: false })
      bytes.once('end', resolve).once('error', reject)
      zip.addReadStream(bytes, name, member)
      await Promise.race([isRead, written])
    },
    async keep() {
      zip.end()
      await written
      await end.keep()
      isKept = true
    },
    async close() {
      if (isKept) return
      zip.end()
      await end.drop()
    },
  }
}
