// The act of export: on record before the first byte is given.

import { conversationId, personId } from '../../record/ids.ts'
import { type Record } from '../../record/ports.ts'
import { serverRecord } from '../../record/server-record.ts'
import { type ConversationId, type NewRecord, type PersonId } from '../../record/types.ts'
import { type PurposeKind } from '../ports.ts'
import { type BundleScope, type ExportAct } from './ports.ts'

/** Whoever exported what: an archive that is nobody's, where it is found again. Ids are random, this is none. */
export const exportsArchive = personId(`${'0'.repeat(30)}59`)

/** All exports are one conversation, so that none can be left out unseen. */
const exportsConversation = conversationId(`${'0'.repeat(30)}59`)

/** How many records there were when an export was asked for: what has no number behind it cannot be left out unseen either. */
export type Ends = {
  /** Of each conversation that was asked for. */
  readonly conversations: readonly { readonly id: ConversationId; readonly next: number }[]
  /** Of what each person that was asked for had sent. */
  readonly persons: readonly { readonly id: PersonId; readonly next: number }[]
}

/** What an act of export says. */
export type ExportContent = Omit<ExportAct, 'position' | 'at'> & {
  readonly v: 1
  readonly ends: Ends
  /** Acts from before this was noted have none. */
  readonly category?: PurposeKind
  /** The server makes the bundle and keeps it for a while. Left out: whoever asked makes it himself. */
  readonly keeps?: true
  /** The limited grant by which it was asked for. */
  readonly grant?: string
  /** The verifier key that the bundle's manifest is signed with: the log vouches for it. */
  readonly key: string
}

export function exportRecord(content: ExportContent): NewRecord {
  return serverRecord({
    kind: 'export',
    conversation: exportsConversation,
    members: [content.by],
    content: JSON.stringify(content),
    sender: content.by,
    archive: exportsArchive,
  })
}

/** A scope as it stands in acts and manifests: always with these fields, in this order. */
export function scopeOf(asked: Partial<BundleScope>): BundleScope {
  return {
    positions: asked.positions ?? null,
    time: asked.time ?? null,
    conversations: asked.conversations ?? null,
    persons: asked.persons ?? null,
    mask: asked.mask ?? [],
    withhold: asked.withhold ?? [],
  }
}

/** How far the conversations and persons of a scope go, of what is integrated. */
export function endsOf({ conversations, persons }: BundleScope, counts: Record['counts']): Ends {
  return {
    conversations: (conversations ?? []).map((id) => ({ id, next: counts.conversation(id) })),
    persons: (persons ?? []).map((id) => ({ id, next: counts.sender(id) })),
  }
}

/** The act out of its record, whose content `exportRecord` wrote. */
export function exportAct(
  content: string,
  { position, at }: Pick<ExportAct, 'position' | 'at'>,
): ExportAct {
  const said: ExportContent = JSON.parse(content)
  const { id, purpose, matter, scope, range = null } = said
  return { position, id, by: personId(said.by), at, purpose, matter, scope, range }
}
