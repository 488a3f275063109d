// Holds what the state has of who may what against the acts on record that made it.

import { type Opened } from '../../record/bodies/opened.ts'
import { actOf, isAccessKind } from './acts.ts'
import { type StoredAccess } from './ports.ts'
import { accessRegister } from './register.ts'

/** Follows the record, and says in the end what differs. */
export type AccessAudit = {
  see(record: Pick<Opened, 'position' | 'envelope' | 'content'>): void
  /** Null when the state is what the acts up to its position make; else a clause. */
  difference(): string | null
}

export function auditAccess(stored: StoredAccess): AccessAudit {
  const register = accessRegister()
  const texts = new Map<string, string>()
  let applied = -1
  return {
    see(record) {
      const { position, envelope } = record
      if (!isAccessKind(envelope.kind) || position > stored.applied) return
      applied = position
      for (const { key, text } of register.apply(actOf(record), {
        position,
        at: envelope.t_server,
      }))
        if (text === null) texts.delete(key)
        else texts.set(key, text)
    },
    difference() {
      if (applied !== stored.applied)
        return `its newest act about who may what is record ${stored.applied}, which is none`
      const made = [...texts.values()].toSorted().join('\n')
      const isSame =
        made ===
        stored.texts
          .map((text) => text ?? '')
          .toSorted()
          .join('\n')
      return isSame ? null : 'its grants are not those that the acts on record make'
    },
  }
}
