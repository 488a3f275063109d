import { conform } from './conform.ts'
import { annHasBo, bothInterested, get, has, pushed } from './rosters.ts'

conform('RFC 6121', 'approving, refusing', [
  {
    at: '3.1.5',
    says: `[…] the contact's server MUST stamp the outbound stanza with the bare JID <contact@domainpart> of the contact and locally deliver or remotely route the stanza to the user.`,
    script: `
      ${bothInterested}
      ann > <presence type='subscribe' to='{bo}'/>
      bo < <presence type='subscribe'/>
      bo > <presence type='subscribed' to='{ann}'/>
      ann < <presence type='subscribed' from='{bo}' to='{ann}'/>
    `,
  },
  {
    at: '3.1.5',
    says: `The contact's server then MUST send an updated roster push to all of the contact's interested resources, with the 'subscription' attribute set to a value of "from".`,
    script: `
      ${bothInterested}
      ann > <presence type='subscribe' to='{bo}'/>
      bo < <presence type='subscribe'/>
      bo > <presence type='subscribed' to='{ann}'/>
      bo < ${pushed(`<item jid='{ann}' subscription='from'/>`)}
    `,
  },
  {
    at: '3.1.5',
    says: `The contact's server MUST then also send current presence to the user from each of the contact's available resources.`,
    script: `
      there: ann, bo, bo/pad 3
      bo > <presence><show>away</show></presence>
      all is read
      ann > <presence type='subscribe' to='{bo}'/>
      bo < <presence type='subscribe'/>
      bo > <presence type='subscribed' to='{ann}'/>
      ann < <presence from='{bo/desk}' to='{ann}' type='{none}'><show>away</show></presence>
      ann < <presence from='{bo/pad}' to='{ann}'><priority>3</priority></presence>
    `,
  },
  {
    at: '3.1.6',
    says: `[…] it MUST […] deliver the inbound subscription approval to all of the user's interested resources […]. This MUST occur before sending the roster push […]`,
    script: `
      ${bothInterested}
      ann > <presence type='subscribe' to='{bo}'/>
      bo < <presence type='subscribe'/>
      all is read
      bo > <presence type='subscribed' to='{ann}'/>
      ann next < <presence type='subscribed' from='{bo}'/>
      ann next < ${pushed(`<item jid='{bo}' subscription='to' ask='{none}'/>`)}
      ann next < <presence from='{bo/desk}'/>
    `,
  },
  {
    at: '3.1.6',
    says: `If […] the contact is not in the user's roster or the contact is in the user's roster with a subscription state other than those described in the foregoing check, then the user's server MUST silently ignore the stanza […]`,
    script: `
      outsider: cy
      there: ann
      ann > ${get()}
      all is read
      cy > <presence type='subscribed' to='{ann}'/>
      ann !< <presence type='subscribed'/>
      ann !< ${pushed('<item/>')}
    `,
  },
  {
    at: '3.2.1',
    says: `A contact denies a subscription request by sending a presence stanza of type "unsubscribed".`,
    script: `
      ${bothInterested}
      ann > <presence type='subscribe' to='{bo}'/>
      bo < <presence type='subscribe'/>
      all is read
      bo > <presence type='unsubscribed' to='{ann}'/>
      ann next < <presence type='unsubscribed' from='{bo}' to='{ann}'/>
      ann next < ${pushed(`<item jid='{bo}' subscription='none' ask='{none}'/>`)}
      bo !< ${pushed('<item/>')}
    `,
  },
])

conform('RFC 6121', 'canceling a subscription', [
  {
    at: '3.2.2',
    says: `[…] MUST send a presence stanza of type "unavailable" from all of the […] online resources […]`,
    that: 'and the cancellation itself',
    script: `
      ${annHasBo}
      bo > <presence type='unsubscribed' to='{ann}'/>
      ann < <presence type='unsubscribed' from='{bo}' to='{ann}'/>
      ann < <presence type='unavailable' from='{bo/desk}'/>
    `,
  },
  {
    at: '3.2.2',
    says: `The user's server then MUST send a roster push with the updated roster item to all of the user's interested resources, where the subscription state is now either "none" or "to" (see Appendix A).`,
    script: `
      ${annHasBo}
      bo > <presence type='unsubscribed' to='{ann}'/>
      bo < ${pushed(`<item jid='{ann}' subscription='none'/>`)}
    `,
  },
  {
    at: '3.2.3',
    says: `Deliver the inbound subscription cancellation to all of the user's interested resources […]. This MUST occur before sending the roster push […]`,
    script: `
      ${annHasBo}
      bo > <presence type='unsubscribed' to='{ann}'/>
      ann next < <presence type='unsubscribed' from='{bo}'/>
      ann next < ${pushed(`<item jid='{bo}' subscription='none'/>`)}
    `,
  },
  {
    at: '3.2.1',
    says: `If a contact would like to cancel a subscription that it has previously granted to a user, […] it sends a presence stanza of type "unsubscribed".`,
    that: 'presence is not seen any more',
    script: `
      ${annHasBo}
      bo > <presence type='unsubscribed' to='{ann}'/>
      all is read
      bo > <presence><show>dnd</show></presence>
      ann !< <presence from='{bo/desk}'/>
    `,
  },
])

conform('RFC 6121', 'unsubscribing', [
  {
    at: '3.3.2',
    says: `[…] the user's server MUST stamp the outbound unsubscribe with the bare JID <user@domainpart> of the user and locally deliver or remotely route the stanza to the contact.`,
    script: `
      ${annHasBo}
      ann > <presence type='unsubscribe' to='{bo}'/>
      bo < <presence type='unsubscribe' from='{ann}' to='{bo}'/>
    `,
  },
  {
    at: '3.3.2',
    says: `The user's server then MUST send a roster push with the updated roster item to all of the user's interested resources, where the subscription state is now either "none" or "from" (see Appendix A).`,
    script: `
      ${annHasBo}
      ann > <presence type='unsubscribe' to='{bo}'/>
      ann < ${pushed(`<item jid='{bo}' subscription='none'/>`)}
    `,
  },
  {
    at: '3.3.3',
    says: `Deliver the inbound unsubscribe to all of the contact's interested resources […]. This MUST occur before sending the roster push […]`,
    script: `
      ${annHasBo}
      ann > <presence type='unsubscribe' to='{bo}'/>
      bo next < <presence type='unsubscribe' from='{ann}'/>
      bo next < ${pushed(`<item jid='{ann}' subscription='none'/>`)}
    `,
  },
  {
    at: '3.3.3',
    says: `Generate an outbound presence stanza of type "unavailable" from each of the contact's available resources to the user.`,
    script: `
      ${annHasBo}
      bo/pad arrives
      all is read
      ann > <presence type='unsubscribe' to='{bo}'/>
      ann < <presence type='unavailable' from='{bo/desk}'/>
      ann < <presence type='unavailable' from='{bo/pad}'/>
    `,
  },
])

conform('RFC 6121', 'pre-approving a subscription request', [
  {
    at: '3.4',
    says: `If a server supports subscription pre-approvals, then it MUST advertise the following stream feature during stream negotiation.`,
    script: `
      account: ann
      wire W
      W signs in as ann
      W < <features xmlns='http://etherx.jabber.org/streams'><sub xmlns='urn:xmpp:features:pre-approval'/></features>
    `,
  },
  {
    at: '3.4.2',
    says: `If the contact is not yet in the user's roster, the user's server MUST create a roster item for the contact with a state of "none" and set the 'approved' flag to a value of "true", then push the roster item to all of the user's interested resources.`,
    script: `
      ${bothInterested}
      ann > <presence type='subscribed' to='{bo}'/>
      ann < ${pushed(`<item jid='{bo}' subscription='none' approved='true'/>`)}
    `,
  },
  {
    at: '3.4.2',
    says: `[…] the user's server MUST NOT route or deliver the presence stanza of type "subscribed" to the contact.`,
    script: `
      ${bothInterested}
      ann > <presence type='subscribed' to='{bo}'/>
      bo !< <presence type='subscribed'/>
    `,
  },
  {
    at: '3.4.2',
    says: `If the contact is in the user's roster with a state of "To", "None", or "None + Pending Out", the user's server MUST note the subscription pre-approval by setting the 'approved' flag to a value of "true", then push the modified roster item to all of the user's interested resources.`,
    script: `
      ${bothInterested}
      ann > <presence type='subscribe' to='{bo}'/>
      all is read
      ann > <presence type='subscribed' to='{bo}'/>
      ann < ${pushed(`<item jid='{bo}' subscription='none' ask='subscribe' approved='true'/>`)}
    `,
  },
  {
    at: '3.4.2',
    says: `If the contact is in the user's roster with a state of "Both", "From", or "From + Pending Out", the user's server MUST silently ignore the stanza.`,
    script: `
      ${annHasBo}
      bo > <presence type='subscribed' to='{ann}'/>
      bo !< ${pushed('<item/>')}
      ann !< <presence/>
    `,
  },
  {
    at: '3.4.2',
    says: `[…] when the contact's server receives a subscription request that was pre-approved, it SHOULD auto-reply […]`,
    that: 'and does not ask the contact',
    script: `
      ${bothInterested}
      bo > <presence type='subscribed' to='{ann}'/>
      all is read
      ann > <presence type='subscribe' to='{bo}'/>
      ann < <presence type='subscribed' from='{bo}' to='{ann}'/>
      ann < ${pushed(`<item jid='{bo}' subscription='to'/>`)}
      ann < <presence from='{bo/desk}'/>
      bo < ${pushed(`<item jid='{ann}' subscription='from'/>`)}
      bo !< <presence type='subscribe'/>
    `,
  },
  {
    at: '3.4.2',
    says: `A user can cancel a pre-approval by sending a presence stanza of type "unsubscribed".`,
    script: `
      ${bothInterested}
      bo > <presence type='subscribed' to='{ann}'/>
      all is read
      bo > <presence type='unsubscribed' to='{ann}'/>
      bo < ${pushed(`<item jid='{ann}' subscription='none' approved='{none}'/>`)}
      ann !< <presence type='unsubscribed'/>
      ann > <presence type='subscribe' to='{bo}'/>
      bo < <presence type='subscribe' from='{ann}'/>
    `,
  },
  {
    at: '3.4',
    says: `[…] a user can pre-approve a subscription request […]`,
    that: 'while nobody of the contact is there',
    script: `
      there: bo
      account: ann
      bo > <presence type='subscribed' to='{ann}'/>
      bo leaves
      ann arrives
      ann > <presence type='subscribe' to='{bo}'/>
      ann > ${get()}
      ann < ${has(`<item jid='{bo}' subscription='to'/>`)}
    `,
  },
])
