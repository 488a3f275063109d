import { query, result } from './archives.ts'
import { conform } from './conform.ts'
import { isKept, sentToNobody } from './in-messages.ts'

const document = 'XEP-0249 (1.2)'
const invitation = (attrs = ''): string =>
  `<x xmlns='jabber:x:conference' jid='darkcave@macbeth.shakespeare.lit'${attrs}/>`

conform(document, 'invitations from person to person', [
  {
    at: '2',
    says: `A user invites a contact to a room by sending a <message/> stanza containing only an <x/> element qualified by the 'jabber:x:conference' namespace.`,
    that: 'it passes, and is in the archive',
    script: isKept(invitation(), 'normal'),
  },
  {
    at: '2',
    says: `The 'password' attribute, which is OPTIONAL, specifies a password needed for entry into a password-protected room […]. The 'reason' attribute, which is OPTIONAL, specifies a human-readable purpose for the invitation […].`,
    script: isKept(
      invitation(
        ` password='cauldronburn' reason='Hey Hecate, this is the place for all good witches!'`,
      ),
    ),
  },
  {
    at: '2',
    says: `The 'continue' and 'thread' attributes, which are OPTIONAL, specify that the groupchat room continues a one-to-one chat having the designated thread […].`,
    script: isKept(
      invitation(` continue='true' thread='e0ffe42b28561960c6b12b944a092794b9683a38'`),
    ),
  },
  {
    at: '1',
    says: 'Therefore, this specification defines a method for sending an invitation directly from the user to the contact […].',
    that: 'it waits for who is away',
    script: `
      ${sentToNobody(invitation(), 'normal')}
      bo < <message from='{ann/desk}' id='m1'>${invitation()}</message>
    `,
  },
  {
    at: '6',
    says: `The recipient can mitigate this attack by blocking the sender using technologies such as XEP-0016 and XEP-0191.`,
    script: `
      there: ann, bo
      bo does: <block xmlns='urn:xmpp:blocking'><item jid='{ann}'/></block>
      ann > <message to='{bo}' id='m1'>${invitation()}</message>
      ann < <message type='error' id='m1'/>
      bo !< <message/>
      bo sets: ${query()}
      bo !< ${result('<message/>')}
    `,
  },
  {
    at: '2',
    says: `If the contact accepts the invitation, the contact's client shall join the room as described in XEP-0045.`,
    that: 'to a room for members only it does not let anybody in: that is for the room’s admins (section 4)',
    script: `
      there: ann, bo
      ann makes {room} as Ann with membersonly=1
      ann > <message to='{bo}' id='m1'><x xmlns='jabber:x:conference' jid='{room}'/></message>
      bo < <message from='{ann/desk}'><x xmlns='jabber:x:conference' jid='{room}'/></message>
      bo > <presence to='{room}/Bo'><x xmlns='{muc}'/></presence>
      bo < <presence from='{room}/Bo' type='error'><error type='auth'><registration-required xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>
    `,
  },
])
