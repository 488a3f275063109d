// A bundle as a zip that lies sealed: nothing of it is in clear on a disk.

import { statfs } from 'node:fs/promises'
import { Writable } from 'node:stream'
import { toHex, utf8 } from '../base/bytes.ts'
import { hasher256, type SecretKey } from '../base/crypto.ts'
import { OperatorError } from '../base/errors.ts'
import { type Random } from '../base/random.ts'
import { type BundleSink } from '../discovery/bundle/ports.ts'
import { chunksOf, saltBytes } from '../files/chunks.ts'
import { type FileId, type FileStore } from '../files/ports.ts'
import { sealing } from '../files/sealed-file.ts'
import { zipInto } from '../storage/files/bundle-zip.ts'

/** So much of the disk is left to the record, whatever an export takes. */
const leftBytesMin = 1_073_741_824
/** It is looked at as often as this. */
const bytesPerLook = 67_108_864

export type SealedBundle = {
  readonly sink: BundleSink
  /** Of the zip in clear, once it is kept. */
  made(): { readonly bytes: number; readonly sha256: string }
}

/** @param into.dir where the store lies @throws {OperatorError} while it is written, where it is larger than `bytesMax` or the disk is nearly full */
export async function sealedBundle(
  store: FileStore,
  into: {
    readonly dir: string
    readonly id: FileId
    readonly key: SecretKey
    readonly bytesMax: number
    readonly random: Random
    readonly onBytes: (bytes: number) => void
  },
): Promise<SealedBundle> {
  const { dir, id, key, bytesMax, random, onBytes } = into
  const writer = await store.create(id)
  const chunks = chunksOf(key, { salt: random.bytes(saltBytes), context: utf8(id) })
  const seal = sealing(writer, chunks)
  const hasher = hasher256()
  let bytes = 0
  let lookAt = 0

  async function take(piece: Uint8Array): Promise<void> {
    if (bytes >= lookAt) {
      await refuseFullDisk(dir)
      lookAt = bytes + bytesPerLook
    }
    bytes += piece.length
    if (bytes > bytesMax)
      throw new OperatorError(
        'export.too-large',
        `This is larger than ${bytesMax} bytes, the room that there is for exports (ONRECORD_EXPORT_BYTES): ask for less, or make it at the machine.`,
      )
    hasher.update(piece)
    await seal.write(piece)
    onBytes(bytes)
  }
  const to = new Writable({
    write: (piece: Uint8Array, _encoding, done) => void tell(take(piece), done),
    final: (done) => void tell(seal.end(), done),
  })
  const end = {
    async keep() {
      await writer.keep()
      await writer.close()
    },
    drop: async () => await writer.close(),
  }
  return {
    sink: zipInto(to, end),
    made: () => ({ bytes, sha256: toHex(hasher.digest()) }),
  }
}

/** As streams are told. */
async function tell(work: Promise<void>, done: (error?: Error) => void): Promise<void> {
  try {
    await work
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)))
    return
  }
  done()
}

async function refuseFullDisk(dir: string): Promise<void> {
  const { bavail, bsize } = await statfs(dir)
  if (bavail * bsize > leftBytesMin) return
  throw new OperatorError(
    'export.no-space',
    'The disk has too little room left for an export: the record needs it.',
  )
}
