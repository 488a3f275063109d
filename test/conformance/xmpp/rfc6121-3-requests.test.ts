import { conform } from './conform.ts'
import { error } from './error.ts'
import { bothInterested, get, has, pushed } from './rosters.ts'

conform('RFC 6121', 'requesting a subscription', [
  {
    at: '3.1.2',
    says: `If the JID is of the form <contact@domainpart/resourcepart> instead of <contact@domainpart>, the user's server SHOULD treat it as if the request had been directed to the contact's bare JID and modify the 'to' address accordingly.`,
    script: `
      ${bothInterested}
      ann > <presence type='subscribe' to='{bo/desk}'/>
      bo < <presence type='subscribe' from='{ann}' to='{bo}'/>
      ann < ${pushed(`<item jid='{bo}' ask='subscribe'/>`)}
    `,
  },
  {
    at: '3.1.2',
    says: `The server MAY also verify that the JID adheres to the format defined in [XMPP-ADDR] and possibly return a <jid-malformed/> stanza error.`,
    script: `
      there: ann
      ann > <presence type='subscribe' to='@@' id='p1'/>
      ann < <presence type='error' id='p1'>${error('jid-malformed', 'modify')}</presence>
    `,
  },
  {
    at: '3.1.2',
    says: `[…] before locally delivering or remotely routing the presence subscription request, the user's server MUST stamp the outbound subscription request with the bare JID <user@domainpart> of the user.`,
    script: `
      ${bothInterested}
      ann > <presence type='subscribe' to='{bo}'/>
      bo < <presence type='subscribe' from='{ann}'/>
    `,
  },
  {
    at: '3.1.2',
    says: `[…] the user's server MUST then send a roster push to all of the user's interested resources, containing the potential contact with a subscription state of "none" and with notation that the subscription is pending (via an 'ask' attribute whose value is "subscribe").`,
    script: `
      there: ann, ann/pad, bo
      ann > ${get()}
      ann/pad > ${get()}
      all is read
      ann > <presence type='subscribe' to='{bo}'/>
      ann < ${pushed(`<item jid='{bo}' subscription='none' ask='subscribe'/>`)}
      ann/pad < ${pushed(`<item jid='{bo}' subscription='none' ask='subscribe'/>`)}
    `,
  },
  {
    at: '3.1.3',
    says: `[…] if […] the user already has a subscription to the contact's presence, then the contact's server MUST auto-reply on behalf of the contact by sending a presence stanza of type "subscribed" from the contact's bare JID to the user's bare JID.`,
    script: `
      outsider: cy
      there: bo
      cy > <presence type='subscribe' to='{bo}'/>
      bo < <presence type='subscribe' from='{cy}'/>
      bo > <presence type='subscribed' to='{cy}'/>
      all is read
      cy > <presence type='subscribe' to='{bo}'/>
      cy < <presence type='subscribed' from='{bo}' to='{cy}'/>
      bo !< <presence type='subscribe'/>
    `,
  },
  {
    at: '3.1.3',
    says: `[…] the contact's server MUST NOT automatically approve subscription requests on the contact's behalf […]`,
    script: `
      ${bothInterested}
      ann > <presence type='subscribe' to='{bo}'/>
      ann !< <presence type='subscribed'/>
      ann !< <presence from='{bo/desk}'/>
    `,
  },
  {
    at: '3.1.3',
    says: `[…] if there is at least one available resource associated with the contact […], then the contact's server MUST broadcast that subscription request to all available resources in accordance with Section 8.`,
    script: `
      there: ann, bo, bo/pad -3, bo/mute connected
      ann > <presence type='subscribe' to='{bo}'/>
      bo < <presence type='subscribe' from='{ann}' to='{bo}'/>
      bo/pad < <presence type='subscribe' from='{ann}' to='{bo}'/>
      bo/mute !< <presence type='subscribe'/>
    `,
  },
  {
    at: '3.1.3',
    says: `[…] the contact's server MUST keep a record of the complete presence stanza comprising the subscription request, including any extended content contained therein […], and then deliver the request when the contact next has an available resource.`,
    script: `
      there: ann
      account: bo
      ann > <presence type='subscribe' to='{bo}' id='p1' xml:lang='en'>
        <status>I am Ann of accounts.</status><nick xmlns='http://jabber.org/protocol/nick'>Ann</nick>
        <x xmlns='urn:example:extended' a='1'>more</x></presence>
      bo arrives
      bo < <presence type='subscribe' from='{ann}' to='{bo}' id='p1' xml:lang='en'>
        <status>I am Ann of accounts.</status><nick xmlns='http://jabber.org/protocol/nick'>Ann</nick>
        <x xmlns='urn:example:extended' a='1'>more</x></presence>
    `,
  },
  {
    at: '3.1.3',
    says: `[…] the contact's server MUST broadcast that subscription request to all available resources […]`,
    that: 'whole',
    script: `
      ${bothInterested}
      ann > <presence type='subscribe' to='{bo}'><status>It is me.</status></presence>
      bo < <presence type='subscribe' from='{ann}'><status>It is me.</status></presence>
    `,
  },
  {
    at: '3.1.3',
    says: `[…] and then deliver the request when the contact next has an available resource.`,
    that: 'from another domain',
    script: `
      outsider: cy
      there: ann
      account: bo
      cy > <presence type='subscribe' to='{bo}'><status>From far away.</status></presence>
      all is read
      bo arrives
      bo < <presence type='subscribe' from='{cy}' to='{bo}'><status>From far away.</status></presence>
    `,
  },
  {
    at: '8.2',
    says: `[…] the server MUST route the stanza to the remote server […]`,
    that: 'a request with all that it says',
    script: `
      outsider: cy
      there: ann
      ann > <presence type='subscribe' to='{cy}'><status>Hello.</status></presence>
      cy < <presence type='subscribe' from='{ann}' to='{cy}'><status>Hello.</status></presence>
    `,
  },
  {
    at: '3.1.3',
    says: `The contact's server MUST continue to deliver the subscription request whenever the contact creates an available resource, until the contact either approves or denies the request.`,
    script: `
      there: ann
      account: bo
      ann > <presence type='subscribe' to='{bo}'><status>me</status></presence>
      bo arrives
      bo < <presence type='subscribe' from='{ann}'><status>me</status></presence>
      bo/pad arrives
      bo/pad < <presence type='subscribe' from='{ann}'><status>me</status></presence>
      bo leaves
      bo arrives
      bo < <presence type='subscribe' from='{ann}'><status>me</status></presence>
      bo > <presence type='unsubscribed' to='{ann}'/>
      bo/phone arrives
      bo/phone !< <presence type='subscribe'/>
    `,
  },
  {
    at: '3.1.3',
    says: `The contact's server MUST continue to deliver the subscription request […] until the contact either approves or denies the request.`,
    that: 'approves',
    script: `
      there: ann
      account: bo
      ann > <presence type='subscribe' to='{bo}'/>
      bo arrives
      bo < <presence type='subscribe' from='{ann}'/>
      bo > <presence type='subscribed' to='{ann}'/>
      bo/pad arrives
      bo/pad !< <presence type='subscribe'/>
    `,
  },
  {
    at: '3.1.3',
    says: `The contact's server MUST NOT deliver more than one subscription request from any given user when the contact next has an available resource […]`,
    script: `
      there: ann
      account: bo
      ann > <presence type='subscribe' to='{bo}'><status>one</status></presence>
      ann > <presence type='subscribe' to='{bo}'><status>two</status></presence>
      ann > <presence type='subscribe' to='{bo}'/>
      all is read
      bo arrives
      bo < <presence type='subscribe' from='{ann}'/>
      bo !< <presence type='subscribe'/>
    `,
  },
  {
    at: '3.1.3',
    says: `[…] the contact's server MUST NOT push or deliver roster items in that state to the contact […]`,
    that: '"None + Pending In"',
    script: `
      ${bothInterested}
      ann > <presence type='subscribe' to='{bo}'/>
      bo < <presence type='subscribe'/>
      bo !< ${pushed('<item/>')}
      bo > ${get()}
      bo < ${has('<item>{none}</item>')}
    `,
  },
])
