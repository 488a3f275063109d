import { conform } from './conform.ts'
import { error } from './error.ts'
import { get, has, long, nurse, pushed, q, set } from './rosters.ts'

conform('RFC 6121', 'adding a roster item', [
  {
    at: '2.3.2',
    says: `The server MUST return an IQ stanza of type "result" to the connected resource that sent the roster set.`,
    script: `
      there: ann connected
      ann > ${set(nurse)}
      ann < <iq type='result' id='s1' to='{ann/desk}'/>
    `,
  },
  {
    at: '2.3.2',
    says: `The server MUST also send a roster push containing the new roster item to all of the user's interested resources, including the resource that generated the roster set.`,
    script: `
      there: ann connected, ann/pad connected
      ann > ${get()}
      ann/pad > ${get()}
      all is read
      ann > ${set(nurse)}
      ann < ${pushed(`<item jid='nurse@example.com' name='Nurse' subscription='none'><group>Servants</group></item>`)}
      ann/pad < ${pushed(`<item jid='nurse@example.com' name='Nurse' subscription='none'><group>Servants</group></item>`)}
    `,
  },
  {
    at: '2.3.2',
    says: `If the server can successfully process the roster set for the new item […] it MUST create the item in the user's roster […]`,
    script: `
      there: ann connected
      ann > ${set(nurse)}
      ann < <iq type='result' id='s1'/>
      ann leaves
      ann connects
      ann > ${get()}
      ann < ${has(nurse)}
    `,
  },
  {
    at: '2.3.3',
    says: `The server MUST return a <forbidden/> stanza error to the client if the sender of the roster set is not authorized to update the roster (where typically only an authenticated resource of the account itself is authorized).`,
    script: `
      there: ann, bo
      ann > <iq type='set' id='s1' to='{bo}'>${q(nurse)}</iq>
      ann < <iq type='error' id='s1' from='{bo}'>${error('forbidden', 'auth')}</iq>
    `,
  },
  {
    at: '2.3.3',
    says: `The server MUST return a <bad-request/> stanza error to the client if […] The <query/> element contains more than one <item/> child element.`,
    script: `
      there: ann connected
      ann > ${set(`${nurse}<item jid='romeo@example.net'/>`)}
      ann < <iq type='error' id='s1'>${error('bad-request', 'modify')}</iq>
      ann > ${get()}
      ann < ${has('<item>{none}</item>')}
    `,
  },
  {
    at: '2.1.5',
    says: `The <query/> element MUST contain one and only one <item/> element.`,
    that: 'none',
    script: `
      there: ann connected
      ann > ${set('')}
      ann < <iq type='error' id='s1'>${error('bad-request', 'modify')}</iq>
    `,
  },
  {
    at: '2.3.3',
    says: `The server MUST return a <bad-request/> stanza error to the client if […] The <item/> element contains more than one <group/> element, but there are duplicate groups […]`,
    script: `
      there: ann connected
      ann > ${set(`<item jid='nurse@example.com'><group>A</group><group>A</group></item>`)}
      ann < <iq type='error' id='s1'>${error('bad-request', 'modify')}</iq>
      ann > ${get()}
      ann < ${has('<item>{none}</item>')}
    `,
  },
  {
    at: '2.3.3',
    says: `The server MUST return a <not-acceptable/> stanza error to the client if […] The length of the 'name' attribute is greater than a server-configured limit.`,
    script: `
      there: ann connected
      ann > ${set(`<item jid='nurse@example.com' name='${long}'/>`)}
      ann < <iq type='error' id='s1'>${error('not-acceptable', 'modify')}</iq>
    `,
  },
  {
    at: '2.3.3',
    says: `The server MUST return a <not-acceptable/> stanza error to the client if […] The XML character data of the <group/> element is of zero length […]`,
    script: `
      there: ann connected
      ann > ${set(`<item jid='nurse@example.com'><group/></item>`)}
      ann < <iq type='error' id='s1'>${error('not-acceptable', 'modify')}</iq>
      ann > ${get()}
      ann < ${has('<item>{none}</item>')}
    `,
  },
  {
    at: '2.3.3',
    says: `The server MUST return a <not-acceptable/> stanza error to the client if […] The XML character data of the <group/> element is greater than a server-configured limit.`,
    script: `
      there: ann connected
      ann > ${set(`<item jid='nurse@example.com'><group>${long}</group></item>`)}
      ann < <iq type='error' id='s1'>${error('not-acceptable', 'modify')}</iq>
    `,
  },
  {
    at: '2.3.3',
    says: `Some servers return a <not-allowed/> stanza error to the client if the value of the <item/> element's 'jid' attribute matches the bare JID <localpart@domainpart> of the user's account.`,
    script: `
      there: ann connected
      ann > ${set(`<item jid='{ann}'/>`)}
      ann < <iq type='error' id='s1'>${error('not-allowed', 'cancel')}</iq>
    `,
  },
  {
    at: '2.3.3',
    says: `If the server cannot successfully process the roster set, it MUST return a stanza error.`,
    that: 'and no push goes out',
    script: `
      there: ann connected
      ann > ${get()}
      all is read
      ann > ${set(`<item jid='nurse@example.com'><group/></item>`)}
      ann < <iq type='error' id='s1'/>
      ann !< ${pushed('<item/>')}
    `,
  },
])

/** Reasons for an update, section 2.4.1: before, after. */
const updates: readonly (readonly [string, string, string])[] = [
  [
    'adding a group',
    nurse,
    `<item jid='nurse@example.com' name='Nurse'><group>Servants</group><group>Lovers</group></item>`,
  ],
  [
    'deleting a group',
    nurse,
    `<item jid='nurse@example.com' name='Nurse'><group>{none}</group></item>`,
  ],
  [
    'changing the handle',
    nurse,
    `<item jid='nurse@example.com' name='Nan'><group>Servants</group></item>`,
  ],
  [
    'deleting the handle',
    nurse,
    `<item jid='nurse@example.com' name='{none}'><group>Servants</group></item>`,
  ],
]

conform('RFC 6121', 'updating a roster item', [
  ...updates.map(([that, before, after]) => ({
    at: '2.4.2',
    says: `[…] the server MUST update the item in the user's roster, send a roster push to all of the user's interested resources, and send an IQ result to the initiating resource.`,
    that,
    script: `
      there: ann connected, ann/pad connected
      ann > ${set(before)}
      ann > ${get()}
      ann/pad > ${get()}
      all is read
      ann > ${set(after.replace(" name='{none}'", '').replace('<group>{none}</group>', ''), 's2')}
      ann < ${pushed(after)}
      ann/pad < ${pushed(after)}
      ann < <iq type='result' id='s2'/>
      ann > ${get('g2')}
      ann < ${has(after, 'g2')}
    `,
  })),
  {
    at: '2.4.1',
    says: `Because a roster item is atomic, the item MUST be updated exactly as provided in the roster set.`,
    script: `
      there: ann connected
      ann > ${set(`<item jid='nurse@example.com' name='Nurse'><group>A</group><group>B</group></item>`)}
      ann > ${set(`<item jid='nurse@example.com'><group>C</group></item>`, 's2')}
      ann > ${get()}
      ann < ${has(`<item jid='nurse@example.com' name='{none}'><group>C</group><group>{none}</group></item>`)}
    `,
  },
  {
    at: '2.4.3',
    says: `The error cases described under Section 2.3.3 also apply to updating a roster item.`,
    script: `
      there: ann connected
      ann > ${set(nurse)}
      ann > ${set(`<item jid='nurse@example.com' name='Nan'><group/></item>`, 's2')}
      ann < <iq type='error' id='s2'>${error('not-acceptable', 'modify')}</iq>
      ann > ${get()}
      ann < ${has(nurse)}
    `,
  },
])

const removal = `<item jid='{bo}' subscription='remove'/>`

conform('RFC 6121', 'deleting a roster item', [
  {
    at: '2.5.2',
    says: `[…] it MUST remove the item from the user's roster, send a roster push to all of the user's interested resources (with the 'subscription' attribute set to a value of "remove"), and send an IQ result to the initiating resource.`,
    script: `
      there: ann connected, ann/pad connected
      ann > ${set(nurse)}
      ann > ${get()}
      ann/pad > ${get()}
      all is read
      ann > ${set(`<item jid='nurse@example.com' subscription='remove'/>`, 's2')}
      ann < ${pushed(`<item jid='nurse@example.com' subscription='remove'/>`)}
      ann/pad < ${pushed(`<item jid='nurse@example.com' subscription='remove'/>`)}
      ann < <iq type='result' id='s2'/>
      ann > ${get('g2')}
      ann < ${has('<item>{none}</item>', 'g2')}
    `,
  },
  {
    at: '2.5.2',
    says: `If the user has a presence subscription to the contact, then the user's server MUST send a presence stanza of type "unsubscribe" to the contact (in order to unsubscribe from the contact's presence).`,
    script: `
      there: ann, bo
      bo > ${get()}
      ann > <presence type='subscribe' to='{bo}'/>
      bo < <presence type='subscribe'/>
      bo > <presence type='subscribed' to='{ann}'/>
      all is read
      ann > ${set(removal)}
      bo < <presence type='unsubscribe' from='{ann}' to='{bo}'/>
      bo !< <presence type='unsubscribed'/>
    `,
  },
  {
    at: '2.5.2',
    says: `If the contact has a presence subscription to the user, then the user's server MUST send a presence stanza of type "unsubscribed" to the contact (in order to cancel the contact's subscription to the user).`,
    script: `
      there: ann, bo
      bo > ${get()}
      bo > <presence type='subscribe' to='{ann}'/>
      ann < <presence type='subscribe'/>
      ann > <presence type='subscribed' to='{bo}'/>
      all is read
      ann > ${set(removal)}
      bo < <presence type='unsubscribed' from='{ann}' to='{bo}'/>
      bo !< <presence type='unsubscribe'/>
    `,
  },
  {
    at: '2.5.2',
    says: `If the presence subscription is mutual, then the user's server MUST send both a presence stanza of type "unsubscribe" and a presence stanza of type "unsubscribed" to the contact.`,
    script: `
      there: ann, bo, ann=bo
      bo > ${get()}
      all is read
      ann > ${set(removal)}
      bo < <presence type='unsubscribe' from='{ann}' to='{bo}'/>
      bo < <presence type='unsubscribed' from='{ann}' to='{bo}'/>
      bo < <presence type='unavailable' from='{ann/desk}'/>
      ann < <presence type='unavailable' from='{bo/desk}'/>
      bo > ${get('g2')}
      bo < ${has(`<item jid='{ann}' subscription='none'/>`, 'g2')}
    `,
  },
  {
    at: '2.5.3',
    says: `If the value of the 'jid' attribute specifies an item that is not in the roster, then the server MUST return an <item-not-found/> stanza error.`,
    script: `
      there: ann connected
      ann > ${set(`<item jid='nobody@example.com' subscription='remove'/>`)}
      ann < <iq type='error' id='s1'>${error('item-not-found', 'cancel')}</iq>
    `,
  },
  {
    at: '2.5.3',
    says: `If the value of the 'jid' attribute specifies an item that is not in the roster, then the server MUST return an <item-not-found/> stanza error.`,
    that: 'somebody who has only asked',
    script: `
      there: ann, bo
      bo > <presence type='subscribe' to='{ann}'/>
      ann < <presence type='subscribe'/>
      ann > ${set(removal)}
      ann < <iq type='error' id='s1'>${error('item-not-found', 'cancel')}</iq>
    `,
  },
])
