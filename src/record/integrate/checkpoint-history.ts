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

/** 16 bytes over an item, under a key of the vault: what makes a time that was changed show. */
export type ItemMac = (item: Uint8Array) => Uint8Array

export function itemMac(keys: Pick<Keys, 'mac'>): ItemMac {
  return (item) => keys.mac('checkpoint history', item)
}

const macBytes = 16
const bareItemBytes = 8 + hashBytes + 8 + 64

/** u64 size ‖ root ‖ u64 ms since 1970 ‖ Ed25519 signature ‖ MAC. */
export const historyItemBytes = bareItemBytes + macBytes

const timeAt = 8 + hashBytes
const signatureAt = timeAt + 8

export function encodeHistoryItem(
  { size, root, at, ed25519 }: SignedHeadItem,
  mac: ItemMac,
): Uint8Array {
  const bytes = new Uint8Array(historyItemBytes)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(size))
  bytes.set(root, 8)
  view.setBigUint64(timeAt, BigInt(at))
  bytes.set(ed25519, signatureAt)
  bytes.set(mac(bytes.subarray(0, bareItemBytes)).subarray(0, macBytes), bareItemBytes)
  return bytes
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

/** Whether the item with this number is as it was written. */
export function isItemIntact(history: Uint8Array, number: number, mac: ItemMac): boolean {
  const item = history.subarray(number * historyItemBytes, (number + 1) * historyItemBytes)
  const expected = mac(item.subarray(0, bareItemBytes)).subarray(0, macBytes)
  return sameBytes(expected, item.subarray(bareItemBytes))
}
