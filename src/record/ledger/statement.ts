// Open statements: entries of type 3. LEDGER.md §3.1. Their body is clear JSON, `{"v":1,"kind":…,"t":…,"says":{…}}`, so that
// whoever has the log and no key can read what the log says about itself. They stand in no bucket and in no conversation;
// their bodies lie where those of bucket 0 would.

import { isKind } from '../kinds.ts'
import { fromUtf8, sameBytes } from '../../base/bytes.ts'
import { sha256, sha256Into } from '../../base/crypto.ts'
import { conversationId } from '../ids.ts'
import { type Envelope, type NewStatement } from '../types.ts'
import { membersHash } from './envelope.ts'
import { entryBytes, handleBytes, saltBytes, writeEntryHead, type EntryHead } from './entry.ts'
import { type SealedRecord } from './seal.ts'

/** The most bytes that a statement's JSON may have: it is made each hour, and read by whoever follows the log. */
export const statementBytesMax = 1024 * 1024

const placeless = {
  type: 3,
  // Real ones begin with 1.
  bucket: 0,
  handle: new Uint8Array(handleBytes),
  seq: 0,
  salt: new Uint8Array(saltBytes),
} as const satisfies Omit<EntryHead, 'epoch'>

const noParts = new Uint8Array(32)

/** The JSON of a statement that is made at this server time, ms since 1970. */
export function statementJson({ kind, says }: NewStatement, at: number): string {
  return `{"v":1,"kind":"${kind}","t":${at},"says":${says}}`
}

/**
 * Writes entry and body, one after the other, at `offset` of `out`.
 *
 * @param epoch fencing number of the writer
 * @returns how many bytes were written
 */
export function writeStatement(
  out: Uint8Array,
  offset: number,
  { json, epoch }: { readonly json: Uint8Array; readonly epoch: number },
): number {
  writeEntryHead(out, offset, { ...placeless, epoch }, json.length)
  sha256Into(out, offset + 48, json)
  out.set(noParts, offset + 80)
  out.set(json, offset + entryBytes)
  return entryBytes + json.length
}

/** What came of reading one: its JSON as it is stored, or a sentence that says what does not fit. */
export type OpenedStatement =
  | { readonly ok: true; readonly json: string }
  | { readonly ok: false; readonly reason: string }

/** Reads the body of an entry of type 3: everything that there is to be checked without the tree. */
export function openStatement({ entry, body }: SealedRecord): OpenedStatement {
  if (body.length !== entry.bodyLength) {
    return {
      ok: false,
      reason: `the body has ${body.length} bytes, its entry says ${entry.bodyLength}`,
    }
  }
  if (!sameBytes(sha256(body), entry.bodyHash))
    return { ok: false, reason: 'the body does not have the hash that its entry names' }
  const json = fromUtf8(body)
  return json !== null && isStatement(json)
    ? { ok: true, json }
    : { ok: false, reason: 'it is no open statement that this version knows' }
}

/** What a statement says: a JSON object. */
export function saysOf(json: string): string {
  return JSON.stringify(parsed(json).says)
}

/** Nothing is said of people, so this is all that an envelope of it would say. */
export function envelopeOfStatement(json: string): Envelope {
  const { kind, t } = parsed(json)
  return {
    v: 1,
    kind,
    conv: nobodys,
    conv_seq: 0,
    conv_prev: null,
    sender: null,
    sender_seq: null,
    device: '',
    to: '',
    views: [],
    t_server: t,
    t_claimed: null,
    members: { hash: membersOfNobody, count: 0 },
    class: '',
    policy: '',
    refs: null,
    origin: 'native',
    message_id: null,
    origin_id: null,
    stanza_id: '',
  }
}

const nobodys = conversationId('0'.repeat(32))
const membersOfNobody = membersHash([])

type Statement = {
  readonly v: 1
  readonly kind: NewStatement['kind']
  readonly t: number
  readonly says: object
}

function parsed(json: string): Statement {
  return JSON.parse(json)
}

function isStatement(json: string): boolean {
  try {
    const found: unknown = JSON.parse(json)
    if (typeof found !== 'object' || found === null) return false
    if (!('v' in found && 'kind' in found && 't' in found && 'says' in found)) return false
    const { v, kind, t, says } = found
    const isOurs = v === 1 && typeof kind === 'string' && isKind(kind)
    return isOurs && Number.isSafeInteger(t) && typeof says === 'object' && says !== null
  } catch {
    return false
  }
}
