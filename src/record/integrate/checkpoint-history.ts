// The history of signed heads: one item of 128 bytes for each. docs/decisions/0004-checkpoint-history.md

import { sameBytes } from '../../base/bytes.ts'
import { type Keys } from '../keys/ports.ts'
import { hashBytes } from '../ledger/tree.ts'

/** A head that was signed: enough to verify its Ed25519 signature, and that every later tree begins with it. */
export type SignedHeadItem = {
  readonly size: number
  readonly root: Uint8Array
  /** ms since 1970, by the server's clock. */
  readonly at: number
  /** 64 bytes: of the checkpoint's text, as in the note. It does not cover the time. */
  readonly ed25519: Uint8Array
}

/** Over an item and the MAC of the one before it, under a key of the vault: a time that was changed shows, and an item that is missing. */
export type ItemMac = (item: Uint8Array) => Uint8Array

export function itemMac(keys: Pick<Keys, 'mac'>): ItemMac {
  return (item) => keys.mac('checkpoint history', item)
}

const macBytes = 16
const bareItemBytes = 8 + hashBytes + 8 + 64

/** u64 size ‖ root ‖ u64 ms since 1970 ‖ Ed25519 signature ‖ 16 bytes of the MAC. */
export const historyItemBytes = bareItemBytes + macBytes

const timeAt = 8 + hashBytes
const signatureAt = timeAt + 8

/** @param before the newest item that is there; null for the first of all */
export function encodeHistoryItem(
  { size, root, at, ed25519 }: SignedHeadItem,
  before: Uint8Array | null,
  mac: ItemMac,
): Uint8Array {
  const bytes = new Uint8Array(historyItemBytes)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(size))
  bytes.set(root, 8)
  view.setBigUint64(timeAt, BigInt(at))
  bytes.set(ed25519, signatureAt)
  bytes.set(chained(bytes, before, mac), bareItemBytes)
  return bytes
}

/** The MAC over that of the item before, or zeros, and this item. */
function chained(item: Uint8Array, before: Uint8Array | null, mac: ItemMac): Uint8Array {
  const input = new Uint8Array(macBytes + bareItemBytes)
  if (before !== null) input.set(before.subarray(bareItemBytes))
  input.set(item.subarray(0, bareItemBytes), macBytes)
  return mac(input).subarray(0, macBytes)
}

/** @param history whole items; the arrays in the result are views of it */
export function decodeHistory(history: Uint8Array): readonly SignedHeadItem[] {
  const view = new DataView(history.buffer, history.byteOffset, history.length)
  const items: SignedHeadItem[] = []
  for (let from = 0; from + historyItemBytes <= history.length; from += historyItemBytes) {
    items.push({
      size: Number(view.getBigUint64(from)),
      root: history.subarray(from + 8, from + timeAt),
      at: Number(view.getBigUint64(from + timeAt)),
      ed25519: history.subarray(from + signatureAt, from + bareItemBytes),
    })
  }
  return items
}

/** Whether it is the item of that head. */
export function isItemOf(
  item: Uint8Array,
  { size, root }: Pick<SignedHeadItem, 'size' | 'root'>,
): boolean {
  const [head] = decodeHistory(item)
  return head?.size === size && sameBytes(head.root, root)
}

/** Whether the item with this number is as it was written, behind the one that was written before it. */
export function isItemIntact(history: Uint8Array, number: number, mac: ItemMac): boolean {
  const at = (i: number): Uint8Array =>
    history.subarray(i * historyItemBytes, (i + 1) * historyItemBytes)
  const item = at(number)
  const expected = chained(item, number === 0 ? null : at(number - 1), mac)
  return sameBytes(expected, item.subarray(bareItemBytes))
}
