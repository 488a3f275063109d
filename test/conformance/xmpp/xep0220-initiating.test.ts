import { conform } from './conform.ts'
import { error } from './error.ts'
import { about, asks, called, message, NS_SERVER, proved, secured } from './server-words.ts'

const document = 'XEP-0220 (1.1.1)'
const toFar = message('{ann/desk}', 'zoe@{far}', 'hello')
const arrives = message('{ann/desk}', 'zoe@{far}', 'hello', ` xmlns='${NS_SERVER}'`)
function answer(type: string, inside = '', from = '{far}', to = '{domain}'): string {
  return `<db:result from='${from}' to='${to}' type='${type}'>${inside}</db:result>`
}

const failed = `<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`

conform(document, 'our server calls another', [
  {
    at: '2.1.1',
    says: "a <db:result/> element whose XML character data is the dialback key; the element MUST possess a 'from' attribute whose value is the Sender Domain and MUST possess a 'to' attribute whose value is the Target Domain.",
    script: asks,
  },
  {
    at: '2.4.1',
    says: 'Support for the traditional server dialback protocol […] is indicated by inclusion of the dialback namespace declaration in the stream header.',
    that: 'with the prefix "db", which stands in the header alone',
    script: `
      there: ann
      server: far
      ann > ${toFar}
      far is called: b
      b < <stream xmlns='http://etherx.jabber.org/streams'/>
      text of b has xmlns:db='jabber:server:dialback'`,
  },
  {
    at: '2.1.1',
    says: 'If the Initiating Server wishes to send any stanzas for this domain pair, it MUST queue them for sending after it has received authorization to send stanzas from the Receiving Server, and MUST NOT attempt to send stanzas until it has received such authorization.',
    script: `${asks}
      b !< <message xmlns='${NS_SERVER}'/>
      b > ${answer('valid')}
      b < ${arrives}`,
  },
  {
    at: '2.1.1',
    says: 'the Initiating Server can send any outbound stanzas it has queued up for routing to the Receiving Server for the domain pair',
    that: 'in order',
    script: `${asks}
      ann > ${message('{ann/desk}', 'zoe@{far}', 'two')}
      ann > ${message('{ann/desk}', 'zoe@{far}', 'three')}
      all is read
      b > ${answer('valid')}
      b < ${arrives}
      b next < ${message('{ann/desk}', 'zoe@{far}', 'two', ` xmlns='${NS_SERVER}'`)}
      b next < ${message('{ann/desk}', 'zoe@{far}', 'three', ` xmlns='${NS_SERVER}'`)}`,
  },
  {
    at: '2.1.1',
    says: "The Initiating Server MUST ensure that the 'from' and 'to' attributes in this response correlate to a request that was sent over the same XML stream",
    script: `
      server: other
      ${asks}
      b > ${answer('valid', '', '{other}')}
      b > ${answer('valid', '', '{far}', '{rooms}')}
      b !< <message xmlns='${NS_SERVER}'/>
      b > ${answer('valid')}
      b < ${arrives}`,
  },
  {
    at: '2.1.1',
    says: 'the Initiating Server MUST NOT attempt to send any outbound stanzas it has queued up for routing to the Receiving Server for the domain pair but instead MUST return such stanzas to the respective senders at the Sender Domain with an <internal-server-error/> stanza error.',
    script: `${asks}
      b > ${answer('invalid')}
      ann < <message from='zoe@{far}' id='m1' type='error'>${error('internal-server-error')}</message>
      b is ended
      b !< <message xmlns='${NS_SERVER}'/>`,
  },
  {
    at: '2.1.1',
    says: 'the Initiating Server MUST return any queued stanzas to the respective senders at the Sender Domain with a <remote-server-timeout/> stanza error.',
    script: `${asks}
      b > ${answer('error', failed)}
      ann < <message from='zoe@{far}' id='m1' type='error'>${error('remote-server-timeout', 'wait')}</message>
      b !< <message xmlns='${NS_SERVER}'/>`,
  },
  {
    at: '2.3',
    says: 'Since XMPP Server-to-Server connections are unidirectional […] dialback needs to be completed in each direction before XML stanzas can be exchanged over the two TCP connections between the servers.',
    that: 'nothing is taken on the connection that our server made',
    script: `${asks}
      b > ${answer('valid')}
      b < ${arrives}
      b > ${message('zoe@{far}', '{ann}', 'hi')}
      b < <error xmlns='http://etherx.jabber.org/streams'><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>
      ann !< <message/>`,
  },
  {
    at: '2.3',
    says: 'dialback needs to be completed in each direction',
    that: 'nothing is sent on the connection that the other server made',
    script: `
      there: ann
      server: far
      ${proved()}
      ann > ${toFar}
      ${called('', 'far', 'c')}
      c < <result xmlns='jabber:server:dialback'/>
      w !< <message xmlns='${NS_SERVER}'/>`,
  },
])

conform(document, 'our server is asked about a key', [
  {
    at: '2.2.2',
    says: "a <db:verify/> element which MUST possess 'from' and 'to' attributes whose values are swapped from the request, MUST possess an 'id' attribute whose value is copied from the 'id' value of the request, and MUST possess a 'type' attribute whose value is either \"valid\" or \"invalid\".",
    script: `${asks}
      ${secured()}
      ${about('{key}', 'back', 'valid')}
      ${about('forged', 'back', 'invalid')}`,
  },
  {
    at: '2.2.2',
    says: "If the Target Domain as given in the 'to' attribute of the element does not match a configured local domain according to the Authoritative Server, this results in a dialback error. This error […] MUST NOT result in closing of the stream",
    script: `${asks}
      ${secured()}
      w > <db:verify from='{far}' to='elsewhere.example' id='back'>{key}</db:verify>
      w < <verify xmlns='jabber:server:dialback' from='elsewhere.example' to='{far}' id='back' type='error'><error xmlns='${NS_SERVER}' type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></verify>
      ${about('{key}', 'back', 'valid')}`,
  },
])
