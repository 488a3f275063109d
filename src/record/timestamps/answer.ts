// What a time-stamping service answers. RFC 3161 section 2.4.2.

import { fromUtf8, sameBytes } from '../../base/bytes.ts'
import { type Certificate } from './certificate.ts'
import { childOf, childrenOf, type Der, derAt, tags } from './der.ts'
import { parseToken, verifyToken } from './token.ts'

/** How far a service's clock may be from ours before one of them is taken to be wrong. */
const skewMsMax = 300_000
/** Of what a service says in words. */
const wordsMax = 200

/** What was asked, and what the answer is believed by. */
export type Asked = {
  /** What was to be stamped. */
  readonly text: Uint8Array
  readonly nonce: Uint8Array
  readonly roots: readonly Certificate[]
  /** Our time, ms since 1970. */
  readonly now: number
}

/** The token by itself and its time, or a sentence that says why there is none. */
export type Answered = { readonly token: Uint8Array; readonly at: number } | string

/** Reads a TimeStampResp. It is believed when it answers this very request: nonce, imprint, chain, and the time of now. */
export function readAnswer(bytes: Uint8Array, asked: Asked): Answered {
  try {
    const fields = childrenOf(derAt(bytes))
    const refused = refusalIn(childrenOf(childOf(fields, 0)))
    if (refused !== null) return refused
    const token = childOf(fields, 1).raw
    const { nonce, imprint } = parseToken(token)
    if (nonce === null || !sameBytes(nonce, asked.nonce))
      return 'it answers another request (nonce)'
    if (imprint.hash !== 'sha256') return 'it is over another hash than was asked for'
    return believed(token, asked)
  } catch (error) {
    if (error instanceof RangeError)
      return `it is no answer to a request for a time stamp: ${error.message}`
    throw error
  }
}

function believed(token: Uint8Array, { text, roots, now }: Asked): Answered {
  const verified = verifyToken(token, text, roots)
  if (!verified.ok) return verified.reason
  const seconds = Math.round((verified.at - now) / 1_000)
  if (Math.abs(seconds) > skewMsMax / 1_000)
    return `its time is ${seconds} s from that of this machine: one of the two clocks is wrong`
  return { token, at: verified.at }
}

/** PKIStatus: granted (0), or granted with modifications (1); anything else is none. */
function refusalIn([status, ...rest]: readonly Der[]): string | null {
  const number = status?.tag === tags.integer ? status.value[0] : undefined
  if (number === 0 || number === 1) return null
  const words = rest.find(({ tag }) => tag === tags.sequence)
  const said =
    words === undefined ? [] : childrenOf(words).map(({ value }) => fromUtf8(value) ?? '')
  // What a stranger says goes into our log: one short line of it.
  const line = said
    .join('; ')
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .slice(0, wordsMax)
  return `it refuses (status ${number ?? 'missing'})${line === '' ? '' : `: ${line}`}`
}
