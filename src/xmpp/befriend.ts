import { type Account } from './accounts.ts'
import { type RosterChange } from './ports.ts'
import { type Presences } from './presence.ts'
import { itemOf, type Rosters } from './rosters.ts'

/**
 * Two people here become contacts of each other, as one has invited the other (XEP-0379, XEP-0401 section 4.5): their devices are
 * told, and see each other. @returns what has to be saved
 */
export function befriend(
  { rosters, presences }: { readonly rosters: Rosters; readonly presences: Presences },
  one: Account,
  other: Account,
): RosterChange[] {
  const put = (of: Account, contact: Account): RosterChange =>
    rosters.put(of, {
      ...itemOf(of, contact.bare),
      listed: true,
      subscription: 'both',
      ask: false,
      pendingIn: false,
      approved: false,
      request: null,
    })
  const changes = [put(one, other), put(other, one)]
  presences.show(one, other)
  presences.show(other, one)
  return changes
}
