// The envelope of a record: what was accepted, with its numbers. LEDGER.md §3.3, DESIGN.md §5.

import { isAct, isKind } from '../kinds.ts'
import { toHex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { isConversationId } from '../ids.ts'
import { type Classified } from '../retention/ports.ts'
import { type Envelope, type NewRecord, type PersonId, type View } from '../types.ts'
import { type EntryType } from './entry.ts'
import { partIds } from './parts.ts'
import { type Part } from './seal.ts'

/** What the sequencer gives: the numbers, and the class that is fixed with them. */
export type Numbers = Classified & {
  readonly convSeq: number
  readonly convPrev: string | null
  readonly senderSeq: number | null
  readonly at: number
  readonly stanzaId: string
}

/** The envelope's JSON. Written by hand, in the order of LEDGER.md: `JSON.stringify` of the whole takes half as long again. */
export function envelopeJson(record: NewRecord, numbers: Numbers): string {
  const { kind, conversation, sender, device, to, views, members, refs } = record
  return (
    `{"v":1,"kind":"${kind}","conv":"${conversation}","conv_seq":${numbers.convSeq}` +
    `,"conv_prev":${hex(numbers.convPrev)},"sender":${hex(sender)},"sender_seq":${numbers.senderSeq}` +
    `,"device":${JSON.stringify(device)},"to":${JSON.stringify(to)},"views":[${views.map(viewJson).join()}]` +
    `,"t_server":${numbers.at},"t_claimed":${text(record.claimedAt)}` +
    `,"members":{"hash":"${membersHash(members)}","count":${members.length}}` +
    `,"class":"${numbers.class}","policy":"${numbers.policy}","refs":${refs === null ? 'null' : JSON.stringify(refs)}` +
    `,"origin":${JSON.stringify(record.origin)},"message_id":${text(record.messageId)},"origin_id":${text(record.originId)}` +
    `,"stanza_id":"${numbers.stanzaId}"}`
  )
}

/** Whether an envelope is of the record with this stanza id, without reading all of it: `envelopeJson` writes the id last. */
export function namesStanzaId(envelope: string, stanzaId: string): boolean {
  return envelope.endsWith(`,"stanza_id":"${stanzaId}"}`)
}

const beforeKind = '{"v":1,"kind":"'
const beforeConv = '","conv":"'

/** What a record is and of which conversation, without reading all of its envelope: `envelopeJson` writes that first. */
export function startOfEnvelope(envelope: string): Pick<Envelope, 'kind' | 'conv'> {
  // Neither a kind nor an id has a quote in it.
  const kindEnd = envelope.indexOf('"', beforeKind.length)
  const convStart = kindEnd + beforeConv.length
  const kind = envelope.slice(beforeKind.length, kindEnd)
  const conv = envelope.slice(convStart, envelope.indexOf('"', convStart))
  const isOurs = envelope.startsWith(beforeKind) && envelope.startsWith(beforeConv, kindEnd)
  if (isOurs && isKind(kind) && isConversationId(conv)) return { kind, conv }
  // Another version wrote it.
  return JSON.parse(envelope)
}

/** The parts of a record as they are sealed. Empty ones, but for the content, are left out. */
export function partsOf(record: NewRecord, envelope: string): readonly Part[] {
  const { content, wire, files, verdicts } = record
  const parts: Part[] = [
    { id: partIds.envelope, data: envelope },
    { id: partIds.content, data: content },
  ]
  if (wire !== '') parts.push({ id: partIds.wire, data: wire })
  if (files !== '') parts.push({ id: partIds.files, data: files })
  if (verdicts !== '') parts.push({ id: partIds.verdicts, data: verdicts })
  return parts
}

/** Acts are sealed as another type than what people say and do in rooms, and so is what they upload. LEDGER.md §3.1 */
export function entryTypeOf(kind: Envelope['kind']): EntryType {
  return isAct(kind) || kind === 'file.upload' ? 2 : 1
}

function viewJson({ owner, peer, peerDevice, incoming }: View): string {
  return `{"owner":"${owner}","peer":${hex(peer)},"peerDevice":${JSON.stringify(peerDevice)},"incoming":${incoming}}`
}

/** Ids and hashes are hex digits, so there is nothing to escape. */
function hex(value: string | null): string {
  return value === null ? 'null' : `"${value}"`
}

function text(value: string | null): string {
  return value === null ? 'null' : JSON.stringify(value)
}

// Conversations of two come again and again. A room's list is long, and the same array until somebody comes or goes.
const hashesKept = 10_000
const hashes = new Map<string, string>()
const namedIdsMax = 8
const hashesOfLists = new WeakMap<readonly PersonId[], string>()

/** SHA-256 (hex) over the ids, sorted, each with a line feed behind it. */
export function membersHash(members: readonly PersonId[]): string {
  if (members.length > namedIdsMax) {
    const known = hashesOfLists.get(members)
    if (known !== undefined) return known
    const hash = hashOf(members)
    hashesOfLists.set(members, hash)
    return hash
  }
  const name = members.join('\n')
  const known = hashes.get(name)
  if (known !== undefined) return known
  const hash = hashOf(members)
  if (hashes.size >= hashesKept) hashes.clear()
  hashes.set(name, hash)
  return hash
}

function hashOf(members: readonly PersonId[]): string {
  const lines = members.toSorted().map((id) => `${id}\n`)
  return toHex(sha256(utf8(lines.join(''))))
}
