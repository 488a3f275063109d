// When an algorithm ages, what it has proved is put under newer ones while it is still believed: RFC 4998 section 5.3, with the log in the
// place of an archive time stamp. A statement names all time stamps, cosigned heads and signed heads by SHA-512; the head over it is
// signed by the keys of now, shown to the witnesses of now, and stamped by the service of now.

import { toBase64, toHex } from '../../base/bytes.ts'
import { digestOf } from '../../base/pki.ts'
import { historyItemBytes } from '../integrate/checkpoint-history.ts'
import { type Record } from '../ports.ts'
import { type LogPosition } from '../types.ts'
import { type SizedStore } from '../witness/ports.ts'
import { type Stamps } from './kept.ts'

/** Of one statement: some 110 bytes each, and a statement has 1 MiB at most. */
const itemsMax = 8_000

/** Size of the head, and SHA-512 (base64) of the token, or of the note. */
export type RenewedItem = readonly [number, string]

/** What a `renew` says. Where there is too much for one, several do, each with a part of the lists. */
export type RenewedSays = {
  /** Of `log/checkpoints`: its first so many items, SHA-512 in hex. */
  readonly heads: { readonly count: number; readonly sha512: string }
  readonly stamps: readonly RenewedItem[]
  readonly cosigned: readonly RenewedItem[]
  /** That sign the head over it. */
  readonly keys: readonly string[]
}

export type Renewed = {
  /** Of the newest statement: a head of more records than that has everything under it. */
  readonly position: LogPosition
  readonly heads: number
  readonly stamps: number
  readonly cosigned: number
}

type Parts = {
  readonly record: Pick<Record, 'state' | 'shedding'>
  readonly stamps: Pick<Stamps, 'between' | 'want'>
  readonly witnessed: Pick<SizedStore, 'sizes' | 'read'>
  /** Of all heads. */
  readonly history: () => Promise<Uint8Array>
  readonly keys: { readonly log: { readonly verifierKeys: readonly string[] } }
}

/** Resolves when a head over it is signed; a time stamp is asked for at once. @throws {RecordRefused} as `Record.state` */
export async function renewEvidence(parts: Parts): Promise<Renewed> {
  const { record, stamps, witnessed, history, keys } = parts
  const whole = await history()
  const heads = { count: Math.floor(whole.length / historyItemBytes), sha512: '' }
  heads.sha512 = toHex(digestOf('sha512', whole.subarray(0, heads.count * historyItemBytes)))
  const stamped: RenewedItem[] = []
  for await (const { size, token } of stamps.between({ from: 0, to: Infinity }))
    stamped.push([size, sha512Of(token)])
  const cosigned: RenewedItem[] = []
  for (const size of await witnessed.sizes()) {
    const note = await witnessed.read(size)
    if (note !== null) cosigned.push([size, sha512Of(note)])
  }
  let position = -1
  const count = Math.max(stamped.length, cosigned.length, 1)
  for (let from = 0; from < count; from += itemsMax / 2) {
    const part = (all: readonly RenewedItem[]): readonly RenewedItem[] =>
      all.slice(from, from + itemsMax / 2)
    const says: RenewedSays = {
      heads,
      stamps: part(stamped),
      cosigned: part(cosigned),
      keys: keys.log.verifierKeys,
    }
    ;({ position } = await record.state({ kind: 'renew', says: JSON.stringify(says) }))
  }
  await record.shedding.signed(position + 1)
  stamps.want()
  return { position, heads: heads.count, stamps: stamped.length, cosigned: cosigned.length }
}

function sha512Of(bytes: Uint8Array): string {
  return toBase64(digestOf('sha512', bytes))
}
