// The act of export: on record before the first byte is given.

import { conversationId, personId } from '../../record/ids.ts'
import { serverRecord } from '../../record/server-record.ts'
import { type NewRecord } from '../../record/types.ts'
import { type BundleScope, type ExportAct } from './ports.ts'

/** All exports are one conversation, so that none can be left out unseen. */
const exportsConversation = conversationId(`${'0'.repeat(30)}59`)

/** What an act of export says. */
export type ExportContent = Omit<ExportAct, 'position' | 'at'> & {
  readonly v: 1
  /** The verifier key that the bundle's manifest is signed with: the log vouches for it. */
  readonly key: string
}

export function exportRecord(content: ExportContent): NewRecord {
  const record = serverRecord({
    kind: 'export',
    conversation: exportsConversation,
    members: [content.by],
    content: JSON.stringify(content),
  })
  return { ...record, sender: content.by }
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

/** The act out of its record, whose content `exportRecord` wrote. */
export function exportAct(
  content: string,
  { position, at }: Pick<ExportAct, 'position' | 'at'>,
): ExportAct {
  const said: ExportContent = JSON.parse(content)
  const { id, purpose, matter, scope } = said
  return { position, id, by: personId(said.by), at, purpose, matter, scope }
}

/** Who may have evidence made. DESIGN.md §7. */
export function mayExport(person: { readonly role: string; readonly enabled: boolean }): boolean {
  return person.enabled && (person.role === 'officer' || person.role === 'legal')
}
