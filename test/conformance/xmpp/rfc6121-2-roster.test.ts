import { conform } from './conform.ts'
import { error } from './error.ts'
import { get, has, nurse, pushed, q, set } from './rosters.ts'

conform('RFC 6121', 'syntax and semantics of rosters', [
  {
    at: '2.1.1',
    says: `It is RECOMMENDED that […] the server SHOULD include the 'ver' attribute on all roster pushes and results that it sends to the client.`,
    script: `
      there: ann connected
      ann > ${get()}
      ann < <iq type='result' id='g1'><query xmlns='jabber:iq:roster' ver='{any}'/></iq>
      ann > ${set(nurse)}
      ann < <iq type='set'><query xmlns='jabber:iq:roster' ver='{any}'><item jid='nurse@example.com'/></query></iq>
    `,
  },
  {
    at: '2.1.2.1',
    says: `The boolean value "true" for the 'approved' attribute indicates that the user has pre-approved the subscription.`,
    script: `
      there: ann, bo
      ann > ${get()}
      all is read
      ann > <presence type='subscribed' to='{bo}'/>
      ann < ${pushed(`<item jid='{bo}' subscription='none' approved='true'/>`)}
    `,
  },
  {
    at: '2.1.2.2',
    says: `A server SHOULD include the 'ask' attribute to inform the client of "Pending Out" sub-states.`,
    script: `
      there: ann, bo
      ann > <presence type='subscribe' to='{bo}'/>
      ann > ${get()}
      ann < ${has(`<item jid='{bo}' subscription='none' ask='subscribe'/>`)}
    `,
  },
  {
    at: '2.1.2.2',
    says: `A client MUST NOT include the 'ask' attribute in the roster sets it sends to the server […]`,
    that: 'it has no effect',
    script: `
      there: ann connected
      ann > ${get()}
      ann > ${set(`<item jid='nurse@example.com' ask='subscribe' approved='true'/>`)}
      ann < ${pushed(`<item jid='nurse@example.com' subscription='none' ask='{none}' approved='{none}'/>`)}
    `,
  },
  {
    at: '2.1.2.3',
    says: `The 'jid' attribute is REQUIRED whenever a client or server adds, updates, deletes, or returns a roster item.`,
    script: `
      there: ann connected
      ann > ${set(`<item name='Nobody'/>`)}
      ann < <iq type='error' id='s1'>${error('bad-request', 'modify')}</iq>
      ann > ${get()}
      ann < ${has('<item>{none}</item>')}
    `,
  },
  {
    at: '2.1.2.3',
    says: `The 'jid' attribute […] specifies the Jabber Identifier (JID) that uniquely identifies the roster item.`,
    that: 'an address that is none',
    script: `
      there: ann connected
      ann > ${set(`<item jid='@@'/>`)}
      ann < <iq type='error' id='s1'>${error('bad-request', 'modify')}</iq>
    `,
  },
  {
    at: '2.1.2.3',
    says: `The 'jid' attribute […] uniquely identifies the roster item.`,
    that: 'in other letters it is the same item',
    script: `
      there: ann connected
      ann > ${set(nurse)}
      ann > ${set(`<item jid='NURSE@Example.COM' name='Nan'/>`, 's2')}
      ann < <iq type='result' id='s2'/>
      ann > ${get()}
      ann < ${has(`<item jid='nurse@example.com' name='Nan'/><item>{none}</item>`)}
    `,
  },
  {
    at: '2.1.2.4',
    says: `It is OPTIONAL for a client to include the 'name' attribute when adding or updating a roster item.`,
    script: `
      there: ann connected
      ann > ${set(`<item jid='nurse@example.com'/>`)}
      ann < <iq type='result' id='s1'/>
      ann > ${get()}
      ann < ${has(`<item jid='nurse@example.com' name='{none}' subscription='none'/>`)}
    `,
  },
  {
    at: '2.1.2.5',
    says: `In a roster set […] the server MUST ignore all values of the 'subscription' attribute other than "remove".`,
    script: `
      there: ann connected
      ann > ${get()}
      ann > ${set(`<item jid='nurse@example.com' subscription='both'/>`)}
      ann < ${pushed(`<item jid='nurse@example.com' subscription='none'/>`)}
      ann < <iq type='result' id='s1'/>
    `,
  },
  ...['from', 'to', 'none', 'nonsense'].map((value) => ({
    at: '2.1.5',
    says: `The server MUST ignore any value of the 'subscription' attribute other than "remove" (see Section 2.1.2.5).`,
    that: value,
    script: `
      there: ann, bo, ann=bo
      ann > ${set(`<item jid='{bo}' subscription='${value}'/>`)}
      ann < <iq type='result' id='s1'/>
      ann > ${get()}
      ann < ${has(`<item jid='{bo}' subscription='both'/>`)}
    `,
  })),
  {
    at: '2.1.2.6',
    says: `An <item/> element MAY contain more than one <group/> element, since roster groups are not exclusive.`,
    script: `
      there: ann connected
      ann > ${set(`<item jid='nurse@example.com'><group>A</group><group>B</group></item>`)}
      ann < <iq type='result' id='s1'/>
      ann > ${get()}
      ann < ${has(`<item jid='nurse@example.com'><group>A</group><group>B</group></item>`)}
    `,
  },
  {
    at: '2.1.2.6',
    says: `If a roster set (Section 2.1.5) includes no <group/> element, then the item is to be interpreted as being affiliated with no group.`,
    script: `
      there: ann connected
      ann > ${set(nurse)}
      ann > ${set(`<item jid='nurse@example.com'/>`, 's2')}
      ann > ${get()}
      ann < ${has(`<item jid='nurse@example.com' name='{none}'><group>{none}</group></item>`)}
    `,
  },
  {
    at: '2.1.3',
    says: `A "roster get" is […] an IQ stanza of type "get" […] where the <query/> element MUST NOT contain any <item/> child elements.`,
    script: `
      there: ann connected
      ann > <iq type='get' id='g1'>${q(`<item jid='nurse@example.com'/>`)}</iq>
      ann < <iq type='error' id='g1'>${error('bad-request', 'modify')}</iq>
    `,
  },
  {
    at: '2.1.4',
    says: `If the roster exists but there are no contacts in the roster, then the server MUST return an IQ-result containing a child <query/> element that in turn contains no <item/> children […]`,
    script: `
      there: ann connected
      ann > ${get()}
      ann < <iq type='result' id='g1' to='{ann/desk}'>${q('<item>{none}</item>')}</iq>
    `,
  },
  {
    at: '2.1.4',
    says: `The <query/> element in the roster result contains one <item/> element for each contact and therefore can contain more than one <item/> element.`,
    script: `
      there: ann connected
      ann > ${set(nurse)}
      ann > ${set(`<item jid='romeo@example.net'/>`, 's2')}
      ann > ${get()}
      ann < ${has(`<item jid='romeo@example.net'/><item jid='nurse@example.com'/>`)}
    `,
  },
  {
    at: '2.1.5',
    says: `[…] the entity that processes a roster set MUST verify that the sender of the roster set is authorized to update the roster, and if not return a <forbidden/> error.`,
    script: `
      there: ann, bo, ann=bo
      ann > <iq type='set' id='s1' to='{bo}'>${q(nurse)}</iq>
      ann < <iq type='error' id='s1' from='{bo}'>${error('forbidden', 'auth')}</iq>
      bo > ${get()}
      bo < ${has(`<item jid='nurse@example.com'>{none}</item>`)}
    `,
  },
  {
    at: '2.1.5',
    says: `[…] a roster set might include a 'to' address other than that of the sender.`,
    that: `one's own bare address`,
    script: `
      there: ann connected
      ann > <iq type='set' id='s1' to='{ann}'>${q(nurse)}</iq>
      ann < <iq type='result' id='s1' from='{ann}'/>
    `,
  },
  {
    at: '2.1.6',
    says: `The <query/> element in a roster push MUST contain one and only one <item/> element.`,
    script: `
      there: ann connected
      ann > ${set(nurse)}
      ann > ${get()}
      all is read
      ann > ${set(`<item jid='romeo@example.net'/>`, 's2')}
      ann < ${pushed(`<item jid='romeo@example.net'/><item>{none}</item>`)}
      ann !< ${pushed('<item/>')}
    `,
  },
  {
    at: '2.1.6',
    says: `A receiving client MUST ignore the stanza unless it has no 'from' attribute […] or it has a 'from' attribute whose value matches the user's bare JID <user@domainpart>.`,
    script: `
      there: ann connected
      ann > ${get()}
      all is read
      ann > ${set(nurse)}
      ann < <iq type='set' id='{any}' from='{none}' to='{ann/desk}'>${q('<item/>')}</iq>
    `,
  },
  {
    at: '2.1.6',
    says: `As mandated by the semantics of the IQ stanza […] each resource that receives a roster push from the server is supposed to reply with an IQ stanza of type "result" or "error".`,
    script: `
      there: ann connected
      ann > ${get()}
      all is read
      ann > ${set(nurse)}
      ann < <iq type='set' id='{=push}'>${q('<item/>')}</iq>
      ann > <iq type='result' id='{push}'/>
      ann < <iq type='result' id='s1'/>
      ann !< <iq type='error'/>
    `,
  },
])

conform('RFC 6121', 'retrieving the roster on login', [
  {
    at: '2.2',
    says: `If a connected resource or available resource requests the roster, it is referred to as an "interested resource". The server MUST send roster pushes to all interested resources.`,
    script: `
      there: ann connected, ann/pad, ann/phone
      ann > ${get()}
      ann/pad > ${get()}
      all is read
      ann/phone > ${set(nurse)}
      ann < ${pushed(`<item jid='nurse@example.com'/>`)}
      ann/pad < ${pushed(`<item jid='nurse@example.com'/>`)}
      ann/phone !< ${pushed('<item/>')}
    `,
  },
  {
    at: '2.2',
    says: `Implementation Note: Presence stanzas can be received before the roster; […] a client SHOULD request the roster before sending initial presence.`,
    that: 'it may ask later, or never',
    script: `
      there: ann
      ann > ${get()}
      ann < ${has('')}
      ann > ${set(nurse)}
      ann < ${pushed('<item/>')}
    `,
  },
])

conform('RFC 6121', 'roster versioning', [
  {
    at: '2.6.1',
    says: `If a server supports roster versioning, then it MUST advertise the following stream feature during stream negotiation.`,
    script: `
      account: ann
      wire W
      W signs in as ann
      W < <features xmlns='http://etherx.jabber.org/streams'><ver xmlns='urn:xmpp:features:rosterver'/></features>
    `,
  },
  {
    at: '2.6.2',
    says: `If a client supports roster versioning […] but it has no cached version, it MUST send an empty 'ver' attribute.`,
    that: 'it gets the whole roster',
    script: `
      there: ann connected
      ann > ${set(nurse)}
      ann > ${get('g1', " ver=''")}
      ann < <iq type='result' id='g1'><query xmlns='jabber:iq:roster' ver='{any}'>${nurse}</query></iq>
    `,
  },
  {
    at: '2.6.3',
    says: `[…] if roster versioning is enabled and the roster has not been modified since the version ID enumerated by the client, the server will simply not send any roster pushes to the client […]`,
    script: `
      there: ann connected
      ann > ${set(nurse)}
      ann > ${get()}
      ann < <iq type='result' id='g1'><query xmlns='jabber:iq:roster' ver='{=ver}'/></iq>
      ann > ${get('g2', " ver='{ver}'")}
      ann < <iq type='result' id='g2'>${q('{none}')}</iq>
      ann !< ${pushed('<item/>')}
    `,
  },
  {
    at: '2.6.3',
    says: `[…] the server MUST […] either return the complete roster […] or return an empty IQ-result […] followed by roster pushes for each modification […]`,
    script: `
      there: ann connected
      ann > ${set(nurse)}
      ann > ${get()}
      ann < <iq type='result' id='g1'><query xmlns='jabber:iq:roster' ver='{=ver}'/></iq>
      ann > ${set(`<item jid='romeo@example.net'/>`, 's2')}
      ann > ${get('g2', " ver='{ver}'")}
      ann < ${has(`${nurse}<item jid='romeo@example.net'/>`, 'g2')}
    `,
  },
  {
    at: '2.6.3',
    says: `When roster versioning is enabled, the server MUST include the updated roster version with each roster push.`,
    script: `
      there: ann connected
      ann > ${get()}
      ann > ${set(nurse)}
      ann < <iq type='set'><query xmlns='jabber:iq:roster' ver='{=ver}'><item/></query></iq>
      ann > ${get('g2', " ver='{ver}'")}
      ann < <iq type='result' id='g2'>${q('{none}')}</iq>
    `,
  },
  {
    at: '2.6.3',
    says: `Roster pushes MUST occur in order of modification and the version contained in a roster push MUST be unique.`,
    script: `
      there: ann connected
      ann > ${get()}
      all is read
      ann > ${set(nurse)}
      ann > ${set(`<item jid='romeo@example.net'/>`, 's2')}
      ann < <iq type='set'><query xmlns='jabber:iq:roster' ver='{=ver}'><item jid='nurse@example.com'/></query></iq>
      ann !< <iq type='set'><query xmlns='jabber:iq:roster' ver='{ver}'/></iq>
      ann < ${pushed(`<item jid='romeo@example.net'/>`)}
    `,
  },
])
