// XEP-0401: Ad-hoc Account Invitation Generation, version 0.6.0
// Source: https://xmpp.org/extensions/xep-0401.html
import { befriend } from '../befriend.ts'
import { type Feature } from '../host.ts'

/** Before sign-in, by the streams (`stream/registering.ts`). */
export const registeringInvited: Feature = {
  name: 'registering-invited',
  xep: 445,
  title: 'Pre-Authenticated In-Band Registration',
  version: '0.2.0',
  discovery: [],
  notes: ['To who has shown no token there is no registration: `service-unavailable`.'],
}

/** By `invited.ts`. */
export const preAuthenticated: Feature = {
  name: 'pre-authenticated',
  xep: 379,
  title: 'Pre-Authenticated Roster Subscription',
  version: '0.3.3',
  discovery: [],
  notes: [
    'Tokens that the server has made (XEP-0401) are answered by it; others go on to the clients of the contact.',
  ],
}

/** Who has come with an invitation and who invited become contacts. The commands are in `commands/invite.ts`. */
export const invitations: Feature = {
  name: 'invitations',
  xep: 401,
  title: 'Ad-hoc Account Invitation Generation',
  version: '0.6.0',
  discovery: [],
  notes: [
    'By the setting ONRECORD_INVITATIONS. Without a landing page: the URI is what is given.',
    'A token is 144 random bits, kept as a hash, good once and for some days. Who came, and by whom he was invited, is on record.',
  ],
  setup(host) {
    const { accounts, directory, rosters } = host
    directory.invitations.onJoined(async (person, { inviter, subscribes }) => {
      const inviting = inviter === null ? null : directory.get(inviter)
      if (!subscribes || !inviting) return
      const both = [await accounts.load(inviting), await accounts.load(person)] as const
      // If we stop before this is stored, they have to become contacts by themselves.
      await rosters.save(befriend(host, ...both))
    })
  },
}
