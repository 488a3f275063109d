// Heads that outsiders have signed: witnesses, and time-stamping services. Who these are is not known here: our own signatures are
// verified, and what a stamp says is held together, up to its chain.

import { toBase64, toHex } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { digestOf } from '../../base/pki.ts'
import { type Checkpoint } from '../ledger/checkpoint.ts'
import { decodeStamp, stampedText, timestampsFolder } from '../timestamps/kept.ts'
import { verifyToken } from '../timestamps/token.ts'
import { Broken, type RecordSource } from './ports.ts'
import { isHalfWritten } from './strays.ts'

const cosignedFolder = 'log/witnessed'

/** A head that is to be one of the tree's. */
export type OutsideHead = Checkpoint & { readonly where: string }

/** SHA-256 in hex, as a `tick` has it, and SHA-512 in base64, as a `renew` has it. */
export type StampHashes = { readonly sha256: string; readonly sha512: string }

export type OutsideHeads = {
  readonly heads: readonly OutsideHead[]
  /** Tokens, by the size that each is over. */
  readonly stamps: ReadonlyMap<number, StampHashes>
}

/** @param ours verifies the note of a head @throws {Broken} for the first that is none */
export async function outsideHeads(
  source: RecordSource,
  ours: (note: Uint8Array, where: string) => Checkpoint,
): Promise<OutsideHeads> {
  const heads: OutsideHead[] = []
  const stamps = new Map<number, StampHashes>()
  const add = (note: Uint8Array, where: string): Checkpoint => {
    const head = ours(note, where)
    if (sizeIn(where) !== head.size) throw new Broken(where, `it is a head of ${head.size} records`)
    heads.push({ ...head, where })
    return head
  }
  for await (const { where, bytes } of filesIn(source, cosignedFolder)) add(bytes, where)
  for await (const { where, bytes } of filesIn(source, timestampsFolder)) {
    const stamp = decodeStamp(sizeIn(where), bytes)
    if (stamp === null) throw new Broken(where, 'it is no head with a time stamp')
    const { size } = add(stamp.checkpoint, where)
    const verified = verifyToken(stamp.token, stampedText(stamp.checkpoint), null)
    if (!verified.ok) throw new Broken(where, `the time stamp: ${verified.reason}`)
    const sha512 = toBase64(digestOf('sha512', stamp.token))
    stamps.set(size, { sha256: toHex(sha256(stamp.token)), sha512 })
  }
  return { heads, stamps }
}

async function* filesIn(
  source: RecordSource,
  folder: string,
): AsyncGenerator<{ readonly where: string; readonly bytes: Uint8Array }> {
  for (const where of await source.list(folder)) {
    const bytes = isHalfWritten(where) ? null : await source.read(where)
    // A server that runs thins them out.
    if (bytes !== null) yield { where, bytes }
  }
}

function sizeIn(where: string): number {
  return Number(where.slice(where.lastIndexOf('/') + 1))
}
