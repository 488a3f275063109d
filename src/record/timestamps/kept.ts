// Time stamps as they are kept, in `log/timestamps`, by the size of the head that they are over.
//
// A file is the head as it was signed, a C2SP checkpoint, then an empty line and a line `rfc3161 <token, DER in base64>`. Both are needed
// by whoever verifies, and neither is there without the other.

import { fromBase64, fromUtf8, toBase64, toHex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { tooMany } from '../witness/cosigned.ts'
import { type SizedStore } from '../witness/ports.ts'
import { parseToken } from './token.ts'

/** Where they lie in a data folder. */
export const timestampsFolder = 'log/timestamps'

/** A head, and a time stamp over its text. */
export type Stamp = {
  readonly size: number
  /** The signed note. */
  readonly checkpoint: Uint8Array
  /** DER, without the status that an answer begins with. */
  readonly token: Uint8Array
  /** When the service says that it was, ms since 1970. */
  readonly at: number
}

/** What a `tick` says of a stamp. */
export type ToldStamp = {
  readonly size: number
  /** Of the token, hex. */
  readonly sha256: string
}

const lineStart = '\nrfc3161 '

function encodeStamp({ checkpoint, token }: Pick<Stamp, 'checkpoint' | 'token'>): Uint8Array {
  return utf8(`${fromUtf8(checkpoint) ?? ''}${lineStart}${toBase64(token)}\n`)
}

/** @param size that it was kept under @returns null when it is none. What it says is not verified */
export function decodeStamp(size: number, bytes: Uint8Array): Stamp | null {
  const text = fromUtf8(bytes) ?? ''
  const at = text.lastIndexOf(lineStart)
  const token = fromBase64(text.slice(at + lineStart.length, -1))
  if (at < 0 || !text.endsWith('\n') || token === null) return null
  try {
    return { size, checkpoint: utf8(text.slice(0, at)), token, at: parseToken(token).at }
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** What a token is over: a head's text, as tlog-checkpoint has it. */
export function stampedText(checkpoint: Uint8Array): Uint8Array {
  const note = fromUtf8(checkpoint) ?? ''
  return utf8(note.slice(0, note.lastIndexOf('\n\n') + 1))
}

export function toldStamp({ size, token }: Pick<Stamp, 'size' | 'token'>): ToldStamp {
  return { size, sha256: toHex(sha256(token)) }
}

async function* stampsIn(
  store: Pick<SizedStore, 'sizes' | 'read'>,
  { from, to }: { readonly from: number; readonly to: number },
): AsyncGenerator<Stamp> {
  for (const size of await store.sizes()) {
    if (size < from || size > to) continue
    const bytes = await store.read(size)
    const stamp = bytes === null ? null : decodeStamp(size, bytes)
    if (stamp !== null) yield stamp
  }
}

/** At most so many are told of in one `tick`; of more, the newest. */
const untoldMax = 64

/** The stamps of a record: what is there, what comes, and which of them no `tick` has told of yet. */
export type Stamps = {
  newest(): Promise<Stamp | null>
  /** Over heads of so many records, from (inclusive) to (inclusive), ascending; those that are damaged are left out: `verify` names them. */
  between(range: { readonly from: number; readonly to: number }): AsyncGenerator<Stamp>
  /** Keeps one, and thins out the older ones. Durable when it resolves. @throws {NoSpace} */
  keep(stamp: Stamp): Promise<void>
  /** Those to be told of, ascending. After a start that is the newest, which may have been told of. */
  untold(): Promise<readonly ToldStamp[]>
  /** One is to be made as soon as that can be: `takeWanted` says so once. */
  want(): void
  takeWanted(): boolean
  /** They stand on record. */
  told(stamps: readonly ToldStamp[]): void
}

export function keptStamps(store: SizedStore): Stamps {
  let untold: ToldStamp[] | null = null
  let isWanted = false

  async function newest(): Promise<Stamp | null> {
    for (const size of (await store.sizes()).toReversed()) {
      const bytes = await store.read(size)
      const stamp = bytes === null ? null : decodeStamp(size, bytes)
      if (stamp !== null) return stamp
    }
    return null
  }
  async function loaded(): Promise<ToldStamp[]> {
    if (untold !== null) return untold
    const last = await newest()
    untold ??= last === null ? [] : [toldStamp(last)]
    return untold
  }
  /** As heads that were cosigned are. */
  async function thinOut(now: number): Promise<void> {
    const kept: { size: number; at: number }[] = []
    for await (const { size, at } of stampsIn(store, { from: 0, to: Infinity }))
      kept.push({ size, at })
    for (const size of tooMany(kept, now)) await store.remove(size)
  }
  return {
    newest,
    between: (range) => stampsIn(store, range),
    async keep(stamp) {
      await loaded()
      await store.write(stamp.size, encodeStamp(stamp))
      untold = [...(untold ?? []), toldStamp(stamp)].slice(-untoldMax)
      await thinOut(stamp.at)
    },
    untold: async () => [...(await loaded())],
    want() {
      isWanted = true
    },
    takeWanted() {
      const wasWanted = isWanted
      isWanted = false
      return wasWanted
    },
    told(stamps) {
      const names = new Set(stamps.map(({ sha256: hash }) => hash))
      untold = (untold ?? []).filter(({ sha256: hash }) => !names.has(hash))
    },
  }
}
