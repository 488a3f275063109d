// What the records that are shown tell of persons, members and files: what the rest of the bundle is made of.

import { type DisclosedPart } from '../../record/evidence/ports.ts'
import { isConversationId } from '../../record/ids.ts'
import { membersHash } from '../../record/ledger/envelope.ts'
import { partIds } from '../../record/ledger/parts.ts'
import { type Envelope, type LogPosition, type PersonId } from '../../record/types.ts'
import { partText, personsIn } from './opened.ts'
import { type NamedAttachment } from './ports.ts'

/** Files in one bundle. */
const filesMax = 100_000

/** An attachment, and the first record that names it. */
export type Attachment = { readonly file: NamedAttachment; readonly index: LogPosition }

/** Grows with persons, conversations and files, and not with records. */
export type Seen = {
  readonly persons: Set<PersonId>
  /** Members by the hash that envelopes have of them; null where no list was found that has it. */
  readonly members: Map<string, readonly PersonId[] | null>
  /** By SHA-256. */
  readonly attachments: Map<string, Attachment>
  /** Addresses that stanzas name: of people at other domains, nothing else says who has an id. */
  readonly addresses: Set<string>
  readonly shown: { records: number; masked: number; withoutMembers: number }
}

export function nothingSeen(): Seen {
  return {
    persons: new Set(),
    members: new Map(),
    attachments: new Map(),
    addresses: new Set(),
    shown: { records: 0, masked: 0, withoutMembers: 0 },
  }
}

/** @param parts those that are shown */
export function see(seen: Seen, index: LogPosition, parts: readonly DisclosedPart[]): void {
  const json = partText(parts, partIds.envelope)
  if (json !== '') seeEnvelope(seen, JSON.parse(json), partText(parts, partIds.content))
  const wire = partText(parts, partIds.wire)
  for (const [, address = ''] of wire.matchAll(/\s(?:from|to)=['"]([^'"<>&]{3,3071})['"]/g))
    addAddress(seen, address)
  const named = partText(parts, partIds.files)
  if (named !== '') seeFiles(seen, index, named)
}

function seeEnvelope(seen: Seen, envelope: Envelope, content: string): void {
  for (const id of personsIn(envelope)) seen.persons.add(id)
  addAddress(seen, envelope.to)
  const { hash } = envelope.members
  const lists = [personsIn(envelope), envelope.kind === 'room.members' ? listIn(content) : []]
  for (const list of lists) {
    const ids = [...new Set(list)].toSorted()
    if (membersHash(ids) === hash) seen.members.set(hash, ids)
  }
  if (!seen.members.has(hash)) seen.members.set(hash, null)
  if (seen.members.get(hash) === null) seen.shown.withoutMembers++
}

const addressesMax = 100_000

function addAddress({ addresses }: Seen, address: string): void {
  if (address === '' || addresses.size >= addressesMax) return
  addresses.add(address)
  const slash = address.indexOf('/')
  if (slash > 0) addresses.add(address.slice(0, slash))
}

/** The ids in a snapshot of a room's members. */
function listIn(content: string): readonly PersonId[] {
  const { members }: { members?: unknown } = JSON.parse(content)
  return Array.isArray(members) ? members.filter(isPerson) : []
}

function isPerson(id: unknown): id is PersonId {
  return typeof id === 'string' && isConversationId(id)
}

function seeFiles({ attachments }: Seen, index: LogPosition, json: string): void {
  // Part 3 is written by `files/part.ts`.
  const { files }: { files: readonly NamedAttachment[] } = JSON.parse(json)
  for (const { id, size, sha256: hash, key } of files) {
    if (attachments.has(hash) || attachments.size >= filesMax) continue
    attachments.set(hash, { file: { id, size, sha256: hash, key }, index })
  }
}
