import { conform } from './conform.ts'
import { streamError } from './error.ts'
import { refusedServer } from './other-servers.ts'
import {
  called,
  dialbackError,
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

conform(document, 'a key of another server', [
  {
    at: '1.1',
    says: 'a receiving server does not accept XMPP traffic from a sending server until it has (a) "called back" the authoritative server for the domain asserted by the sending server and (b) verified that the sending server is truly authorized',
    script: `
      there: ann
      server: far
      ${proved()}
      w > ${fromFar}
      ann < ${fromFar}`,
  },
  {
    at: '1.1',
    says: 'a receiving server does not accept XMPP traffic from a sending server until',
    that: 'before it says anything of who it is',
    script: `
      there: ann
      server: far
      ${secured()}
      w > ${fromFar}
      w < ${streamError('not-authorized')}
      w is ended
      ann !< <message/>`,
  },
  {
    at: '1.1',
    says: 'a receiving server does not accept XMPP traffic from a sending server until',
    that: 'while it is asked, also what was sent too early is refused',
    script: `
      there: ann
      server: far
      ${secured()}
      w > ${says('key')}
      w > ${fromFar}
      ${called()}
      b < ${question('key')}
      ann !< <message/>
      b > ${verdict('invalid')}
      w < ${result('invalid')}
      w is ended
      ann !< <message/>`,
  },
  {
    at: '2.1.2',
    says: "a <db:verify/> element whose XML character data is the dialback key received from the Initiating Server; the element MUST possess a 'from' attribute whose value is the Target Domain, MUST possess a 'to' attribute whose value is the Sender Domain […] and MUST possess an 'id' attribute whose value is the stream ID of the response stream header sent from the Receiving Server to the Initiating Server",
    script: `
      server: far
      ${secured()}
      w > ${says('b4835385f37fe2895af6')}
      ${called()}
      b < <verify xmlns='jabber:server:dialback' from='{domain}' to='{far}' id='{id}'>b4835385f37fe2895af6</verify>`,
  },
  {
    at: '2.1.2',
    says: 'Such an implementation SHOULD close the connection immediately after receiving the verification result.',
    script: `
      server: far
      ${proved()}
      b is ended`,
  },
  {
    at: '2.1.2',
    says: "The Receiving Server MUST ensure that the values of the 'from', 'to' and 'id attributes correlate to a request that was sent over the same XML stream",
    that: 'another id, another sender, another target',
    script: `
      there: ann
      server: far
      server: other
      ${secured()}
      w > ${says('key')}
      ${called()}
      b < ${question('key')}
      b > ${verdict('valid', '', '{far}', 'another')}
      b > ${verdict('valid', '', '{other}')}
      b > <db:verify from='{far}' to='{rooms}' id='{id}' type='valid'/>
      b > ${verdict('invalid')}
      w < ${result('invalid')}
      w is ended`,
  },
  {
    at: '2.1.2',
    says: 'If no inbound connection is found that matches this combination, the verification result SHOULD be dropped silently.',
    script: `
      server: far
      ${secured()}
      w > ${says('key')}
      ${called()}
      b < ${question('key')}
      b > ${verdict('invalid', '', '{far}', 'another')}
      b > ${verdict('valid')}
      w < ${result('valid')}`,
  },
  {
    at: '2.1.2',
    says: 'If the underlying TCP connection is closed by the remote side while there are pending verification requests, those requests SHOULD be considered failed and therefore be treated like an error response.',
    script: `
      server: far
      ${secured()}
      w > ${says('key')}
      ${called()}
      b < ${question('key')}
      b leaves
      w < ${result('error', dialbackError('remote-server-timeout'))}`,
  },
  {
    at: '2.2.1',
    says: "a <db:result/> element which MUST possess a 'from' attribute whose value is the Target Domain, MUST possess a 'to' attribute whose value is the Sender Domain, and MUST possess a 'type' attribute whose value is either \"valid\" or \"invalid\"",
    script: `
      server: far
      ${secured()}
      w > ${says('key')}
      ${called()}
      b > ${verdict('valid')}
      w < <result xmlns='jabber:server:dialback' from='{domain}' to='{far}' type='valid'/>`,
  },
  {
    at: '2.2.1',
    says: 'If no other valid domain pairs exist for this connection (i.e., if this is the first attempt), the Receiving Server SHOULD send a result with type "invalid" and MUST close the XML stream.',
    script: `
      there: ann
      server: far
      ${secured()}
      w > ${says('forged')}
      ${called()}
      b < ${question('forged')}
      b > ${verdict('invalid')}
      w < ${result('invalid')}
      w is ended
      ann !< <message/>`,
  },
  {
    at: '2.2.1',
    says: 'If there exist other valid domain pairs for this connection […] the Receiving Server MAY (instead of closing the connection) return an error condition of <forbidden/>',
    that: 'and accepts nothing from the domain that was not proved',
    script: `
      there: ann
      server: far
      server: other
      ${proved()}
      w > ${says('forged', '{other}')}
      ${called('', 'other', 'c')}
      c < ${question('forged', 'other')}
      c > ${verdict('invalid', '', '{other}')}
      w < ${result('error', dialbackError('forbidden'), '{domain}', '{other}')}
      w > ${fromFar}
      ann < ${fromFar}
      w > ${another}
      w < ${streamError('invalid-from')}
      w is ended
      ann !< <message/>`,
  },
  {
    at: '2.2.1',
    says: "If the Target Domain as given in the 'to' attribute of the element is not a configured domain of the Receiving Server, this results in a dialback error. This error […] MUST NOT result in closing of the stream",
    script: `
      server: far
      ${secured()}
      w > ${says('key', '{far}', 'elsewhere.example')}
      w < ${result('error', dialbackError('item-not-found'), 'elsewhere.example')}
      w > ${says('key')}
      ${called()}
      b > ${verdict('valid')}
      w < ${result('valid')}`,
  },
  {
    at: '2.2.1',
    says: "the verification process might fail prematurely, for example, if the Receiving Server's policy states that connections from the Initiating Server or the Sender Domain are not allowed.",
    script: `
      server: far
      ${secured()}
      w > ${says('key', refusedServer)}
      w < ${result('error', dialbackError('policy-violation'), '{domain}', refusedServer)}`,
  },
  {
    at: '2.2.1',
    says: 'The Receiving Server MUST continue to accept and process stanzas for already verified domain pairs, and MUST continue to process both <db:result/> and <db:verify/> elements.',
    that: 'while another key is in question',
    script: `
      there: ann
      server: far
      server: other
      ${proved()}
      w > ${says('slow', '{other}')}
      ${called('', 'other', 'c')}
      c < ${question('slow', 'other')}
      w > ${fromFar}
      ann < ${fromFar}
      w > <db:verify from='{far}' to='{domain}' id='x'>unknown</db:verify>
      w < <verify xmlns='jabber:server:dialback' from='{domain}' to='{far}' id='x' type='invalid'/>
      w > ${says('key', '{far}', '{rooms}')}
      far is called: d
      c > ${verdict('valid', '', '{other}')}
      w < ${result('valid', '', '{domain}', '{other}')}
      w > ${another}
      ann < ${another}`,
  },
])

conform(document, 'what others must not do to a stream', [
  {
    at: '1.2',
    says: 'the receiving server for an XML stream can associate a pair of domain names with the stream',
    that: 'and no others: neither another sender nor another target',
    script: `
      there: ann
      server: far
      server: other
      ${proved()}
      w > ${another}
      w < ${streamError('invalid-from')}
      w is ended
      ${proved()}
      w > <presence from='zoe@{far}/desk' to='{room}/zoe'><x xmlns='{muc}'/></presence>
      w < ${streamError('invalid-from')}
      w is ended
      ann !< <message/>`,
  },
  {
    at: '1.2',
    says: 'those two domain names are the sender domain asserted by the initiating server and the domain name at the receiving server',
    that: 'one of our own people is not spoken for',
    script: `
      there: ann, bo
      server: far
      ${proved()}
      w > ${message('{bo}', '{ann}', 'pay')}
      w < ${streamError('invalid-from')}
      w is ended
      ann !< <message/>`,
  },
  {
    at: '3.1',
    says: "Failure to reject those 'unsolicited' responses lets an attacker either spoof stanzas with an arbitrary sender domain",
    that: 'a result that nobody asked for',
    script: `
      there: ann
      server: far
      ${secured()}
      w > <db:result from='{far}' to='{domain}' type='valid'/>
      w > <db:result from='{domain}' to='{far}' type='valid'/>
      w > ${fromFar}
      w < ${streamError('not-authorized')}
      w is ended
      ann !< <message/>`,
  },
  {
    at: '3.1',
    says: 'sending verify (STEP 3) or result (STEP 4) responses without an associated request, in an unexpected direction and/or on an unexpected XML stream',
    that: 'the answer to our question on the stream of the one in question',
    script: `
      there: ann
      server: far
      ${secured()}
      w > ${says('forged')}
      w > ${verdict('valid')}
      ${called()}
      b < ${question('forged')}
      b > ${verdict('invalid')}
      w < ${result('invalid')}
      w is ended
      ann !< <message/>`,
  },
  {
    at: '3.1',
    says: 'on an unexpected XML stream',
    that: 'on one on which another pair is proved',
    script: `
      there: ann
      server: far
      server: other
      ${proved()}
      w > ${says('forged', '{other}')}
      ${called('', 'other', 'c')}
      c < ${question('forged', 'other')}
      w > ${verdict('valid', '', '{other}')}
      w > <db:result from='{other}' to='{domain}' type='valid'/>
      w > ${another}
      w < ${streamError('invalid-from')}
      w is ended
      ann !< <message/>`,
  },
])
