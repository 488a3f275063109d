import { type Ask } from '../../record/witness/ports.ts'
import { exchange } from './exchange.ts'

/** Far more than a witness's cosignatures or a time stamp with its certificates have. */
const answerBytesMax = 262_144

/** @param timeoutMs of each question @param signal ends what is under way, and all later ones */
export function httpAsking(timeoutMs: number, signal: AbortSignal): Ask {
  const bounds = { timeoutMs, answerBytesMax, ca: null, signal }
  return async ({ url, ...question }) => await exchange({ ...question, url: new URL(url) }, bounds)
}
