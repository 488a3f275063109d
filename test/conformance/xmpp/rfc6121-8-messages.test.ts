import { conform } from './conform.ts'

conform('RFC 6121', 'server rules for messages to a bare address', [
  {
    at: '8.5.2.1.1',
    says: 'For a message stanza of type "chat" […] deliver it to all of the non-negative resources that have opted in to receive chat messages.',
    script: `
      there: ann, bo/desk, bo/pad 5, bo/phone -1
      ann > <message type='chat' to='{bo}' id='m1'><body>hi</body></message>
      bo/desk < <message type='chat' from='{ann/desk}' id='m1'><body>hi</body></message>
      bo/pad < <message type='chat' from='{ann/desk}' id='m1'><body>hi</body></message>
      bo/phone !< <message/>
    `,
  },
  {
    at: '8.5.2.1.1',
    says: 'For a message stanza of type "groupchat", the server MUST NOT deliver the stanza to any of the available resources but instead MUST return a stanza error to the sender, which SHOULD be <service-unavailable/>.',
    script: `
      there: ann, bo
      ann > <message type='groupchat' to='{bo}' id='m1'><body>hi</body></message>
      ann < <message type='error' from='{bo}' id='m1'><error type='cancel'>
        <service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>
      bo !< <message/>
    `,
  },
])
