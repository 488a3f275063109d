import { recentMap } from '../base/recent-map.ts'
import { type History } from '../history/ports.ts'
import { type Outbound, type Recorded, Transient } from '../intake/outbound.ts'
import { type Intake } from '../intake/ports.ts'
import { type Element } from '../xml/element.ts'
import { serialize } from '../xml/serialize.ts'
import { type Addressee, statusDraftOf } from './drafts.ts'
import { onRecord } from './reply.ts'
import { type Speaker } from './services.ts'

/** Of people elsewhere, whose newest presence with words in it is remembered: the same again is not another record. */
const statusesRemembered = 1_000
const statusCharsMax = 2_048

/** Presence as it may go out; to nobody yet where there is no addressee. @throws {StanzaError} where it may not be recorded */
export type Spoken = (
  stanza: Element,
  from: Speaker,
  addressee: Addressee | null,
) => Promise<Outbound>

/**
 * Presence with words in it (a status, a nickname) is recorded first, all else is transient by the table. The same words
 * once more, as clients send them after each change of something else, are not another record.
 */
export function createSpoken(intake: Intake, history: Pick<History, 'onGone'>): Spoken {
  let ofOutsiders = recentMap<Recorded>(statusesRemembered)
  // The same words once more are another record then.
  history.onGone(() => {
    ofOutsiders = recentMap(statusesRemembered)
  })

  return async (stanza, from, addressee) => {
    const transient = Transient.of(stanza, 'relayed')
    if (transient) return transient
    const { session } = from
    const wire = serialize(stanza)
    const key = `${from.jid.text} ${addressee?.to.text ?? ''}`
    const last = session ? session.lastStatus : ofOutsiders.get(key)
    if (last?.wire === wire) return last
    const recorded = await onRecord(intake, statusDraftOf(stanza, from, addressee))
    if (session) session.lastStatus = recorded
    else if (wire.length <= statusCharsMax) ofOutsiders.set(key, recorded)
    return recorded
  }
}
