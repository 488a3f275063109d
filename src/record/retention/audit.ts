// Holds what the state has of retention against the acts on record that made it.

import { type Opened } from '../bodies/opened.ts'
import { type LogPosition } from '../types.ts'
import { actOf, itemOf } from './acts.ts'
import { type StoredRetention } from './ports.ts'
import { isRetentionKind } from './types.ts'

/** Follows the record, and says in the end what differs. */
export type RetentionAudit = {
  see(record: Pick<Opened, 'position' | 'envelope' | 'content'>): void
  /** Null when the state is what the acts up to its position make; else a clause. */
  difference(): string | null
}

/** @param pseudonym of an item's key, as the state has it */
export function auditRetention(
  stored: StoredRetention,
  pseudonym: (key: string) => string,
): RetentionAudit {
  const items = new Map<string, { readonly position: LogPosition; readonly text: string }>()
  let applied = -1
  return {
    see(record) {
      const { position, envelope } = record
      if (!isRetentionKind(envelope.kind) || position > stored.applied) return
      applied = position
      const { key, text } = itemOf(actOf(record))
      if (text === null) items.delete(pseudonym(key))
      else items.set(pseudonym(key), { position, text })
    },
    difference() {
      if (applied !== stored.applied)
        return `its newest act of retention is record ${stored.applied}, which is none`
      const isSame =
        items.size === stored.items.size &&
        [...items].every(([name, { position, text }]) => {
          const there = stored.items.get(name)
          return there?.position === position && there.text === text
        })
      return isSame ? null : 'its rules of retention are not those that the acts on record make'
    },
  }
}
