import { Recorded, Transient } from '../../src/intake/outbound.ts'
import { el } from '../../src/xml/element.ts'
import { escapeText } from '../../src/xml/serialize.ts'
import { newRecord } from './new-record.ts'

/** A message on a record that takes anything. */
export async function recordedMessage(body: string): Promise<Recorded> {
  const wire = `<message xmlns='jabber:client'><body>${escapeText(body)}</body></message>`
  const place = { position: 0, leafHash: '', stanzaId: 's', at: 0 }
  return await Recorded.accept({ append: async () => place }, newRecord({ wire }))
}

/** Presence, which may wait while nobody looks. */
export function transientPresence(from: string, id: string): Transient {
  const presence = Transient.of(el('presence', 'jabber:client', { from, id }), 'server')
  if (!presence) throw new Error('presence is transient')
  return presence
}
