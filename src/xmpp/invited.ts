// XEP-0379: Pre-Authenticated Roster Subscription, version 0.3.3
// Source: https://xmpp.org/extensions/xep-0379.html
import { OperatorError } from '../base/errors.ts'
import { type Directory } from '../directory/ports.ts'
import { child, type Element } from '../xml/element.ts'
import { type Account } from './accounts.ts'
import { rosterItemsMax } from './rosters.ts'
import { StanzaError } from './wire/stanza-error.ts'

/**
 * Whether somebody asks for a subscription with an invitation that the server has made for this person: section 3.5, in place of
 * his client. The invitation is used up then, which is on record. Other tokens are for his client, and go on with the request.
 *
 * @param by who asks; his roster where he is here
 * @throws {StanzaError} where the record takes nothing
 */
export type IsInvited = (
  request: Element,
  inviting: Account,
  by: { readonly bare: string; readonly roster?: Account['roster'] },
) => Promise<boolean>

export function createInvited({ invitations }: Pick<Directory, 'invitations'>): IsInvited {
  return async (request, { person, roster }, by) => {
    if (request.attrs['type'] !== 'subscribe') return false
    const token = child(request, 'preauth', 'urn:xmpp:pars:0')?.attrs['token']
    const invitation = token === undefined ? null : invitations.find(token)
    if (invitation?.to !== 'contact' || invitation.inviter !== person.id) return false
    if (roster.own.size >= rosterItemsMax || (by.roster?.own.size ?? 0) >= rosterItemsMax)
      return false
    try {
      return await invitations.take(invitation.id, by.bare)
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error
      throw new StanzaError('resource-constraint', { text: error.message })
    }
  }
}
