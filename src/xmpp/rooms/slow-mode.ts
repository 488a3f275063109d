// XEP-0500: MUC Slow Mode, version 0.1.1
// Source: https://xmpp.org/extensions/xep-0500.html
import { type PersonId } from '../../directory/ports.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { affiliationOf, type Room } from './room.ts'

/** Of one room, who have to wait. The oldest is forgotten. */
const waitingMax = 10_000

/**
 * Section 6: the person speaks, or it is too soon for that. Section 10: whatever devices and nicknames he has, and whether he has gone
 * meanwhile. Admins and owners never wait.
 *
 * @param now ms since 1970
 * @throws {StanzaError}
 */
export function slowDown(room: Room, person: PersonId, now: number): void {
  const { state, spokeAt } = room
  const pauseMs = state.config.slowModeSeconds * 1_000
  const affiliation = affiliationOf(room, person)
  if (pauseMs === 0 || affiliation === 'owner' || affiliation === 'admin') return
  for (const [one, at] of spokeAt) {
    if (at + pauseMs > now && spokeAt.size < waitingMax) break
    spokeAt.delete(one)
  }
  const at = spokeAt.get(person)
  if (at === undefined || at + pauseMs <= now) {
    spokeAt.delete(person)
    spokeAt.set(person, now)
    return
  }
  const seconds = Math.ceil((at + pauseMs - now) / 1_000)
  throw new StanzaError('policy-violation', {
    type: 'wait',
    text: `In this room you have to wait ${state.config.slowModeSeconds} s between messages: you may speak again in ${seconds} s.`,
  })
}
