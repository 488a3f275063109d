import { hash } from 'node:crypto'
import { recentMap } from '../base/recent-map.ts'
import { type LogPosition } from '../record/types.ts'
import { type Draft } from './draft.ts'

/**
 * How many messages are remembered at least. More than the integrator may be behind (20,000 records, DESIGN.md §3), so
 * that what is forgotten here is found in the mailbox rows.
 */
const messagesRemembered = 24_000

/** A message that was accepted lately, or is being written. */
export type Said = {
  /** Null while it is being written, and when it was refused after all. */
  place: { readonly position: LogPosition; readonly leafHash: string; readonly at: number } | null
  /** Resolves when it is known what became of it; null once it is. */
  settled: Promise<void> | null
  /** Tells a resend: the same device, origin id and content. Null without an origin id. */
  readonly resend: string | null
}

/** Messages of late by who said them where, and the ids that he gave them. */
export type Recent = {
  find(draft: Pick<Draft, 'conversation'>, sender: string, id: string): Said | undefined
  add(draft: Draft): Said
}

export function createRecent(): Recent {
  const byId = recentMap<Said>(messagesRemembered)
  return {
    find: ({ conversation }, sender, id) => byId.get(keyOf(conversation, sender, id)),
    add(draft) {
      const { conversation, sender, messageId, originId } = draft
      const said: Said = { place: null, settled: null, resend: resendOf(draft) }
      if (sender === null) return said
      if (messageId !== null) byId.set(keyOf(conversation, sender, messageId), said)
      if (originId !== null && originId !== messageId)
        byId.set(keyOf(conversation, sender, originId), said)
      return said
    },
  }
}

/** Equal for a message and its resend after a cut (XEP-0359 §4), and for nothing else. */
export function resendOf({
  device,
  originId,
  kind,
  content,
}: Pick<Draft, 'device' | 'originId' | 'content'> & { readonly kind: string }): string | null {
  if (originId === null) return null
  return hash('sha256', `${originId}\n${device}\n${kind}\n${content}`, 'base64')
}

/** Longer ids, in UTF-16 units, are remembered by their hash: an id may be as long as a stanza. */
const idUnitsMax = 128

/** Ids of conversations and persons have one length, so no two triples meet. */
function keyOf(conversation: string, sender: string, id: string): string {
  return conversation + sender + (id.length > idUnitsMax ? hash('sha256', id, 'base64') : id)
}
