import { conform } from './conform.ts'
import { absentServer } from './other-servers.ts'
import {
  called,
  dialbackError,
  dialbackFeature,
  features,
  message,
  proved,
  question,
  result,
  says,
  secured,
  verdict,
} from './server-words.ts'

const document = 'XEP-0220 (1.1.1)'
const fromFar = message('zoe@{far}', '{ann}', 'hi')
const another = message('zoe@{other}', '{ann}', 'hi')

conform(document, 'errors', [
  {
    at: '2.4.2',
    says: "it MUST advertise that via a stream feature which is a <dialback/> element qualified by the 'urn:xmpp:features:dialback' namespace, including an empty <errors/> element.",
    script: `
      server: far
      ${secured()}
      ${features(dialbackFeature)}`,
  },
  {
    at: '2.5',
    says: 'If an error is encountered in Step 3 of the dialback negotiation, the Receiving Server MUST send a <remote-server-not-found/> dialback error to the Initiating Server.',
    script: `
      server: far
      ${secured()}
      w > ${says('key')}
      ${called()}
      b < ${question('key')}
      b > ${verdict('error', `<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`)}
      w < ${result('error', dialbackError('remote-server-not-found'))}`,
  },
  {
    at: '2.5',
    says: 'The Receiving Server encountered an <item-not-found/> error condition or a <host-unknown/> stream error when attempting to contact the Authoritative Server.',
    script: `
      server: far
      ${secured()}
      w > ${says('key')}
      ${called()}
      b < ${question('key')}
      b > <stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>
      w < ${result('error', dialbackError('remote-server-not-found'))}`,
  },
  {
    at: '2.5',
    says: 'The Receiving Server was unable to establish a connection to the Authoritative Server and therefore could not validate the identity of the Initiating Server.',
    script: `
      server: far
      ${secured()}
      w > ${says('key', absentServer)}
      w < ${result('error', '', '{domain}', absentServer)}`,
  },
  {
    at: '2.5',
    says: 'Dialback errors are to be considered non-fatal for the XML stream',
    script: `
      there: ann
      server: far
      ${secured()}
      w > ${says('key', absentServer)}
      w < ${result('error', '', '{domain}', absentServer)}
      w > ${says('key')}
      ${called()}
      b > ${verdict('valid')}
      w < ${result('valid')}
      w > ${fromFar}
      ann < ${fromFar}`,
  },
  {
    at: '2.5',
    says: "the element MUST contain an <error/> element (implicitly qualified by the 'jabber:server' namespace), which MUST in turn contain an XML element qualified by the 'urn:ietf:params:xml:ns:xmpp-stanzas' namespace",
    script: `
      server: far
      ${secured()}
      w > ${says('key', '{far}', 'elsewhere.example')}
      w < ${result('error', dialbackError('item-not-found'), 'elsewhere.example')}
      w > <db:verify from='{far}' to='elsewhere.example' id='x'>key</db:verify>
      w < <verify xmlns='jabber:server:dialback' from='elsewhere.example' to='{far}' id='x' type='error'>${dialbackError('item-not-found')}</verify>`,
  },
])

conform(document, 'several domains on one stream', [
  {
    at: '2.6.1',
    says: 'Specifying different Sender Domains is called "sender multiplexing" and MAY be used without further negotation.',
    script: `
      there: ann
      server: far
      server: other
      ${proved()}
      w > ${says('second', '{other}')}
      ${called('', 'other', 'c')}
      c < ${question('second', 'other')}
      c > ${verdict('valid', '', '{other}')}
      w < ${result('valid', '', '{domain}', '{other}')}
      w > ${another}
      w > ${fromFar}
      ann < ${another}
      ann < ${fromFar}`,
  },
  {
    at: '2.6.2',
    says: 'Specifying different target domains is called "target multiplexing".',
    script: `
      there: ann
      server: far
      ${proved()}
      w > ${says('rooms', '{far}', '{rooms}')}
      far is called: c
      c < <stream xmlns='http://etherx.jabber.org/streams' from='{rooms}' to='{far}'/>
      c > <stream:stream xmlns='jabber:server' xmlns:db='jabber:server:dialback' xmlns:stream='http://etherx.jabber.org/streams' id='c' from='{far}' to='{rooms}' version='1.0'><stream:features/>
      c < <verify xmlns='jabber:server:dialback' from='{rooms}' to='{far}' id='{id}'>rooms</verify>
      c > <db:verify from='{far}' to='{rooms}' id='{id}' type='valid'/>
      w < ${result('valid', '', '{rooms}')}
      ann makes {room} as ann with membersonly=0
      w > <presence from='zoe@{far}/desk' to='{room}/zoe'><x xmlns='{muc}'/></presence>
      ann < <presence from='{room}/zoe'/>`,
  },
])
