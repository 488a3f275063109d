import { type Place } from '../bodies/ports.ts'
import { type Entry } from '../ledger/entry.ts'
import { type Names } from '../mailbox/names.ts'
import { type Pseudonym, type RecordRows, type ViewRow } from '../mailbox/ports.ts'
import { type Envelope, type LogPosition, type View } from '../types.ts'

/** A record in the log, with what its envelope says. */
export type Integrable = {
  readonly position: LogPosition
  readonly entry: Entry
  readonly leafHash: Uint8Array
  readonly envelope: Envelope
  readonly place: Place
}

/** What is kept of a record so that it can be found: made of the record alone, so it can be made again at any time. */
export function rowsOf(record: Integrable, names: Names): RecordRows {
  const { position, entry, envelope, place } = record
  const { sender, kind, refs } = envelope
  return {
    position,
    at: envelope.t_server,
    kind,
    place,
    conversation: entry.type === 3 ? null : standing(record, names),
    sender: sender === null ? null : names.person(sender),
    nextSenderSeq: (envelope.sender_seq ?? -1) + 1,
    views: envelope.views.map((view) => viewRow(view, names)),
    messageIds: messageIds(envelope, names),
    retracts: takesBack(kind) && refs !== null ? refs.position : null,
  }
}

function standing(
  { entry, leafHash, envelope }: Integrable,
  names: Names,
): RecordRows['conversation'] {
  const head = {
    nextConvSeq: envelope.conv_seq + 1,
    prev: leafHash.toHex(),
    handle: entry.handle,
    nextSeq: entry.seq + 1,
  }
  return { name: names.conversation(envelope.conv), head }
}

/** XEP-0424, and XEP-0425 by a moderator. */
function takesBack(kind: Envelope['kind']): boolean {
  return kind === 'retraction' || kind === 'moderation'
}

function viewRow({ owner, peer, peerDevice, incoming }: View, names: Names): ViewRow {
  return {
    owner: names.person(owner),
    peer: peer === null ? null : names.person(peer),
    peerDevice: peerDevice === '' ? null : names.device(peer ?? owner, peerDevice),
    incoming,
  }
}

/** The ids under which the sender may name the record later. Many clients give one id twice. */
function messageIds(
  { sender, message_id: id, origin_id: origin }: Envelope,
  names: Names,
): Pseudonym[] {
  if (sender === null) return []
  const ids = [id, origin === id ? null : origin]
  return ids.flatMap((one) => (one === null ? [] : [names.messageId(sender, one)]))
}
