// XEP-0357: an outsider is the push service, as it would be at another domain.
import { conform } from './conform.ts'
import { NS_INFO } from './pubsub-words.ts'

const document = 'XEP-0357 (0.4.1)'
const NS = 'urn:xmpp:push:0'
const options = 'http://jabber.org/protocol/pubsub#publish-options'

function enable(node: string, inside = ''): string {
  return `<enable xmlns='${NS}' jid='{svc}' node='${node}'>${inside}</enable>`
}

/** The form that a service asks for. */
function secret(value: string, type = 'submit'): string {
  return `<x xmlns='jabber:x:data' type='${type}'><field var='FORM_TYPE'><value>${options}</value></field><field var='secret'><value>${value}</value></field></x>`
}

/** A notification, whose id is `{push}` then. */
function notification(node: string, inside = '', more = ''): string {
  const payload = `<notification xmlns='${NS}'>${inside}</notification>`
  return `<iq type='set' from='{domain}' to='{svc}' id='{=push}'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='${node}'><item>${payload}</item></publish>${more}</pubsub></iq>`
}

function summary(fields: string): string {
  return `<x xmlns='jabber:x:data'><field var='FORM_TYPE'><value>urn:xmpp:push:summary</value></field>${fields}</x>`
}

/** What a service says of a node to Ann, section 8. */
function notice(node: string, affiliation = 'none'): string {
  return `<message to='{ann}'><pubsub xmlns='http://jabber.org/protocol/pubsub' node='${node}'><affiliation jid='{ann}' affiliation='${affiliation}'/></pubsub></message>`
}

const none = (name: string): string => `<field var='${name}'>{none}</field>`
const start = `
  there: ann, bo
  outsider: svc
`
/** Nobody but Bo is there, and he says something to Ann. */
const boSpeaks = `
  ann leaves
  bo > <message to='{ann}' type='chat' id='m1'><body>Wherefore art thou?</body></message>
`

conform(document, 'discovering and enabling', [
  {
    at: '4.1',
    says: `If the user's server supports publishing push notifications and the account is provisioned to allow them, the server MUST include the feature 'urn:xmpp:push:0' in its list of supported features.`,
    script: `
      there: ann
      ann gets {ann}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><identity category='account' type='registered'/><feature var='${NS}'/></query>
    `,
  },
  {
    at: '4.2',
    says: `If a service supports the XMPP Push Service publish-subscribe profile described herein, it MUST include an identity of "pubsub/push" in "disco#info" results.`,
    that: 'this server is none',
    script: `
      there: ann
      ann gets {domain}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><identity category='pubsub' type='push'>{none}</identity></query>
    `,
  },
  {
    at: '5',
    says: `For the last step, the App Client sends an IQ-set to the user's bare JID with an <enable /> element qualified by the 'urn:xmpp:push:0' namespace, which MUST contain a 'jid' attribute of the XMPP Push Service being enabled.`,
    that: 'with his own address, and without one',
    script: `
      ${start}
      ann sets: ${enable('n1')}
      ann is given nothing
      ann sets {ann}: ${enable('n2')}
      ann is given nothing
    `,
  },
  {
    at: '5',
    says: `[…] which MUST contain a 'jid' attribute of the XMPP Push Service being enabled.`,
    that: 'without it, and with one that is no address',
    script: `
      ${start}
      ann sets: <enable xmlns='${NS}' node='n1'/>
      ann is refused modify bad-request
      ann sets: <enable xmlns='${NS}' jid='a@@b' node='n1'/>
      ann is refused modify jid-malformed
    `,
  },
  {
    at: '5',
    says: `[…] the App Client sends an IQ-set to the user's bare JID […]`,
    that: 'nobody does that for somebody else',
    script: `
      ${start}
      bo sets {ann}: ${enable('n1')}
      bo is refused cancel service-unavailable
      ${boSpeaks}
      svc !< <iq type='set'/>
    `,
  },
  {
    at: '5',
    says: `It SHOULD contain a 'node' attribute which is set to the provisioned node specified by the App Server.`,
    that: 'without one, notifications have none',
    script: `
      ${start}
      ann does: <enable xmlns='${NS}' jid='{svc}'/>
      ${boSpeaks}
      svc < ${notification('{none}')}
    `,
  },
  {
    at: '5',
    says: `These parameters are included in the enable request by adding a XEP-0004 data form with a FORM_TYPE of 'http://jabber.org/protocol/pubsub#publish-options'.`,
    that: 'another form is refused',
    script: `
      ${start}
      ann sets: ${enable('n1', `<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:example:x</value></field></x>`)}
      ann is refused modify bad-request
    `,
  },
  {
    at: '5',
    says: 'The JID for a Push Service MAY be enabled multiple times for a user only if different node values are provided.',
    script: `
      ${start}
      ann does: ${enable('n1')}
      ann does: ${enable('n2')}
      ${boSpeaks}
      svc < ${notification('n1')}
      svc < ${notification('n2')}
      svc !< <iq type='set'/>
    `,
  },
  {
    at: '5',
    says: 'If the combination of JID and node has already been enabled, then the server SHOULD use the last received request for any publish options.',
    script: `
      ${start}
      ann does: ${enable('n1', secret('old'))}
      ann does: ${enable('n1', secret('new'))}
      ${boSpeaks}
      svc < ${notification('n1', '', `<publish-options>${secret('new')}</publish-options>`)}
      svc !< <iq type='set'/>
    `,
  },
])

conform(document, 'disabling', [
  {
    at: '6',
    says: `If a 'node' attribute is provided, then only that combination of JID and node SHOULD be removed from the set of enabled services.`,
    script: `
      ${start}
      ann does: ${enable('n1')}
      ann does: ${enable('n2')}
      ann does: <disable xmlns='${NS}' jid='{svc}' node='n1'/>
      ${boSpeaks}
      svc < ${notification('n2')}
      svc !< <iq type='set'/>
    `,
  },
  {
    at: '6',
    says: 'Otherwise, the server SHOULD disable all enabled entries for the specified service for the user.',
    that: 'and for nobody else',
    script: `
      ${start}
      there: cy
      ann does: ${enable('n1')}
      ann does: ${enable('n2')}
      cy does: ${enable('of-cy')}
      ann does: <disable xmlns='${NS}' jid='{svc}'/>
      cy leaves
      bo > <message to='{cy}' type='chat'><body>hi</body></message>
      ${boSpeaks}
      svc < ${notification('of-cy')}
      svc !< <iq type='set'/>
    `,
  },
  {
    at: '6',
    says: `[…] which MUST include a 'jid' attribute of the service to be removed.`,
    script: `
      there: ann
      ann sets: <disable xmlns='${NS}' node='n1'/>
      ann is refused modify bad-request
    `,
  },
  {
    at: '6',
    says: 'When a service is not enabled, the server MUST NOT attempt publishing notifications to the service.',
    that: 'what was not enabled can be disabled',
    script: `
      ${start}
      ann does: <disable xmlns='${NS}' jid='{svc}'/>
      ${boSpeaks}
      svc !< <iq type='set'/>
    `,
  },
])

conform(document, 'publishing', [
  {
    at: '7',
    says: `When the user's server detects an event warranting a push notification, it performs a PubSub publish to all XMPP Push Services registered for the user, where the item payload is a <notification /> element in the 'urn:xmpp:push:0' namespace.`,
    that: 'a message for who is away',
    script: `
      ${start}
      outsider: other
      ann does: ${enable('n1')}
      ann does: <enable xmlns='${NS}' jid='{other}' node='n2'/>
      ${boSpeaks}
      svc < ${notification('n1')}
      other < <iq type='set' from='{domain}'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='n2'/></pubsub></iq>
    `,
  },
  {
    at: '7',
    says: `A XEP-0004 data form whose FORM_TYPE is 'urn:xmpp:push:summary' MAY be included to provide summarized information such as the number of unread messages or number of pending subscription requests.`,
    that: 'the number alone: nothing of who said what',
    script: `
      ${start}
      ann does: ${enable('n1')}
      ${boSpeaks}
      svc < ${notification('n1', summary(`<field var='message-count'><value>1</value></field>${none('last-message-sender')}${none('last-message-body')}`))}
    `,
  },
  {
    at: '7',
    says: 'If additional data was provided when enabling the service, the publish request SHOULD include the data as publish options.',
    script: `
      ${start}
      ann does: ${enable('n1', secret('eruio234vzxc2kla-91'))}
      ${boSpeaks}
      svc < ${notification('n1', '', `<publish-options>${secret('eruio234vzxc2kla-91')}</publish-options>`)}
    `,
  },
  {
    at: '7',
    says: `When the user's server detects an event warranting a push notification […]`,
    that: 'none while the client is connected, nor for a chat state or a headline',
    script: `
      ${start}
      ann does: ${enable('n1')}
      bo > <message to='{ann}' type='chat'><body>hi</body></message>
      ann < <message from='{bo/desk}'/>
      svc !< <iq type='set'/>
      ann leaves
      bo > <message to='{ann}' type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>
      bo > <message to='{ann}' type='headline'><body>news</body></message>
      svc !< <iq type='set'/>
    `,
  },
  {
    at: '7',
    says: `When the user's server detects an event warranting a push notification […]`,
    that: 'of a client that is away, while another of the same person is there',
    script: `
      there: ann/phone, ann/desk, bo
      outsider: svc
      ann/phone does: ${enable('phone')}
      ann/desk does: ${enable('desk')}
      ann/phone leaves
      bo > <message to='{ann}' type='chat'><body>hi</body></message>
      ann < <message from='{bo/desk}'/>
      svc < ${notification('phone')}
      svc !< <iq type='set'/>
    `,
  },
  {
    at: '7.1',
    says: 'If a publish request is returned with an IQ-error, then the server SHOULD consider the particular JID and node combination to be disabled.',
    that: 'sixteen are allowed, so there is room for another one then',
    script: `
      ${start}
      ${Array.from({ length: 16 }, (_, at) => `ann does: ${enable(`n${at}`)}`).join('\n')}
      ann sets: ${enable('one-more')}
      ann is refused wait resource-constraint
      ${boSpeaks}
      svc < ${notification('n3')}
      svc > <iq type='error' id='{push}' to='{domain}'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
      all is read
      ann connects
      ann does: ${enable('one-more')}
      ann sets: ${enable('and-another')}
      ann is refused wait resource-constraint
    `,
  },
  {
    at: '7.1',
    says: 'However, a server MAY choose to keep a service enabled if the error is deemed recoverable or transient, until a sufficient number of errors have been received in a row.',
    script: `
      ${start}
      ${Array.from({ length: 16 }, (_, at) => `ann does: ${enable(`n${at}`)}`).join('\n')}
      ${boSpeaks}
      svc < ${notification('n3')}
      svc > <iq type='error' id='{push}' to='{domain}'><error type='wait'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
      all is read
      ann connects
      ann sets: ${enable('one-more')}
      ann is refused wait resource-constraint
    `,
  },
  {
    at: '8',
    says: `Upon receiving an affiliation change event, the server MAY remove the received JID and node combination from the set of enabled services.`,
    that: 'that one, and no other',
    script: `
      ${start}
      ann does: ${enable('n1')}
      ann does: ${enable('n2')}
      svc > ${notice('n1')}
      all is read
      ${boSpeaks}
      svc < ${notification('n2')}
      svc !< <iq type='set'/>
    `,
  },
  {
    at: '8',
    says: `To do so, the XMPP Push Service removes the 'publish-only' (or other publish-enabling affiliation) from the user's JID, and MAY send an affiliation change notice to the user's bare JID:`,
    that: 'nobody else says so, and what can be published to still stays',
    script: `
      ${start}
      outsider: other
      ann does: ${enable('n1')}
      other > ${notice('n1')}
      bo > ${notice('n1')}
      svc > ${notice('n1', 'publish-only')}
      all is read
      ${boSpeaks}
      svc < ${notification('n1')}
    `,
  },
  {
    at: '9',
    says: 'As such, servers SHOULD allow users to limit the information sent via push notifications.',
    that: 'there is nothing to limit: a text in the options is no token',
    script: `
      ${start}
      ann sets: ${enable('n1', secret('meet me at noon'))}
      ann is refused modify not-acceptable
    `,
  },
])
