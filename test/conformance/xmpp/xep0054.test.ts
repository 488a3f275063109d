import { conform } from './conform.ts'
import { NS_INFO } from './pubsub-words.ts'

const document = 'XEP-0054 (1.3.0)'
const NS = 'vcard-temp'
const empty = `<vCard xmlns='${NS}'/>`
const card = `<vCard xmlns='${NS}'><FN>Ann Other</FN><N><FAMILY>Other</FAMILY><GIVEN>Ann</GIVEN><MIDDLE/></N><TEL><WORK/><NUMBER/></TEL></vCard>`
const other = `<vCard xmlns='${NS}'><FN>Ann Third</FN></vCard>`

conform(document, 'cards', [
  {
    at: '3.1',
    says: 'If a vCard exists for the user, the server MUST return in an IQ-result',
    script: `
      there: ann
      ann sets: ${card}
      ann is given nothing
      ann gets: ${empty}
      ann is given ${card}
      ann gets {ann}: ${empty}
      ann is given ${card}
    `,
  },
  {
    at: '3.1',
    says: 'If no vCard exists, the server MUST return a stanza error (which SHOULD be <item-not-found/>) or an IQ-result containing an empty <vCard/> element.',
    script: `
      there: ann
      ann gets: ${empty}
      ann is refused cancel item-not-found
    `,
  },
  {
    at: '3.2',
    says: 'the entire vCard must be sent to the server in order to update any part of the vCard.',
    script: `
      there: ann
      ann does: ${card}
      ann does: ${other}
      ann gets: ${empty}
      ann is given <vCard xmlns='${NS}'><FN>Ann Third</FN><N>{none}</N></vCard>
    `,
  },
  {
    at: '3.2',
    says: "If a user attempts to perform an IQ set on another user's vCard (i.e., by setting a 'to' address to a JID other than the sending user's bare JID), the server MUST return a stanza error, which SHOULD be <forbidden/> or <not-allowed/>.",
    script: `
      there: ann, bo, cy, ann=bo
      bo sets {ann}: ${card}
      bo is refused auth forbidden
      cy sets {ann}: ${card}
      cy is refused auth forbidden
      ann gets: ${empty}
      ann is refused cancel item-not-found
    `,
  },
  {
    at: '3.3',
    says: "A user may view another user's vCard by sending an IQ of type \"get\" to the other user's bare JID. […] a compliant server MUST respond on behalf of the requestor and not forward the IQ to the requestee's connected resource.",
    that: 'also of who is not there',
    script: `
      there: ann, cy
      ann does: ${card}
      cy gets {ann}: ${empty}
      cy is given ${card}
      ann !< <iq/>
      ann leaves
      cy gets {ann}: ${empty}
      cy is given ${card}
    `,
  },
  {
    at: '3.3',
    says: 'If no vCard exists or the user does not exist, the server MUST return a stanza error. The server MUST return the same error condition in both cases […] Hence, <service-unavailable/> MUST be used in both cases.',
    script: `
      there: ann, bo, cy, ann=bo
      bo gets {ann}: ${empty}
      bo is refused cancel service-unavailable
      cy gets {ann}: ${empty}
      cy is refused cancel service-unavailable
      cy gets nobody@{domain}: ${empty}
      cy is refused cancel service-unavailable
    `,
  },
  {
    at: '3.3',
    says: 'an XMPP server could itself have a vCard',
    that: 'ours has none, and nobody gives it one',
    script: `
      there: ann
      ann gets {domain}: ${empty}
      ann is refused cancel service-unavailable
      ann sets {domain}: ${card}
      ann is refused cancel service-unavailable
    `,
  },
  {
    at: '4',
    says: 'If an entity supports the vcard-temp protocol, it MUST report that by including a service discovery feature of "vcard-temp"',
    script: `
      there: ann
      ann gets {domain}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><feature var='${NS}'/></query>
      ann gets {ann}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><feature var='${NS}'/></query>
    `,
  },
  {
    at: '8',
    says: 'The correct capitalization of the wrapper element is <vCard/>',
    script: `
      there: ann
      ann gets: <VCARD xmlns='${NS}'/>
      ann is refused cancel service-unavailable
    `,
  },
])
