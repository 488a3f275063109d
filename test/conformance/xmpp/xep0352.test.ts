import { conform } from './conform.ts'

const document = 'XEP-0352 (1.0.0)'
const NS = 'urn:xmpp:csi:0'
const inactive = `<inactive xmlns='${NS}'/>`
const active = `<active xmlns='${NS}'/>`

const start = `
  there: ann, bo, ann=bo
  ann > ${inactive}
  all is read
  ann > ${inactive}
`

conform(document, 'client state', [
  {
    at: '4.1',
    says: 'If the server supports CSI, it advertises it in the stream features after the client has authenticated.',
    script: `
      account: ann
      wire W
      W opens
      W < <features xmlns='http://etherx.jabber.org/streams'><csi xmlns='${NS}'>{none}</csi></features>
      wire V
      V signs in as ann
      V < <features xmlns='http://etherx.jabber.org/streams'><csi xmlns='${NS}'/></features>
    `,
  },
  {
    at: '4.2',
    says: 'There is no reply from the server to either of these elements (though they may indirectly cause the server to send stanzas, e.g., to update presence information when the client becomes active after a period of inactivity).',
    script: `
      there: ann
      ann > ${inactive}
      ann > ${active}
      ann > ${active}
      ann gets {domain}: <ping xmlns='urn:xmpp:ping'/>
      ann next < <iq type='result'/>
    `,
  },
  {
    at: '3.2',
    says: 'Suppress presence updates until the client becomes active again. On becoming active, push the latest presence from each contact.',
    that: 'what was newest comes then',
    script: `
      ${start}
      bo > <presence><show>away</show></presence>
      bo > <presence><show>dnd</show></presence>
      bo > <iq type='get' id='b1' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>
      bo < <iq id='b1'/>
      ann > ${active}
      ann < <presence from='{bo/desk}'><show>dnd</show></presence>
      ann !< <presence from='{bo/desk}'><show>away</show></presence>
    `,
  },
  {
    at: '3.2',
    says: 'Suppress presence updates until the client becomes active again.',
    that: 'messages and requests are not held back',
    script: `
      ${start}
      bo > <message to='{ann}' id='m1' type='chat'><body>hi</body></message>
      ann < <message id='m1'/>
      bo > <iq type='get' id='v1' to='{ann/desk}'><query xmlns='jabber:iq:version'/></iq>
      ann < <iq type='get' id='v1'/>
    `,
  },
  {
    at: '5',
    says: `[…] CSI active/inactive state is unrelated to the user's presence, the server MUST treat the two independently.`,
    script: `
      ${start}
      bo !< <presence/>
      bo > <message to='{ann}' id='m1'><body>hi</body></message>
      ann < <message id='m1'/>
    `,
  },
  {
    at: '5',
    says: 'The server MUST assume all clients to be in the ‘active’ state until the client indicates otherwise.',
    script: `
      there: ann, bo, ann=bo
      bo > <presence><show>away</show></presence>
      ann < <presence from='{bo/desk}'><show>away</show></presence>
    `,
  },
  {
    at: '5.1',
    says: 'XMPP requires stanzas to be processed in order as per RFC 6120 10.1.',
    that: 'presence that waits comes before the message that follows it',
    script: `
      there: ann, bo, ann=bo
      ann > ${inactive}
      bo > <presence><show>xa</show></presence>
      bo > <message to='{ann}' id='m1'><body>hi</body></message>
      ann < <presence from='{bo/desk}'><show>xa</show></presence>
      ann next < <message id='m1'/>
    `,
  },
  {
    at: '5.1',
    says: `After the state has been restored to 'active' and all resulting stanzas have been put on the wire, the server sends the pong.`,
    script: `
      ${start}
      bo > <presence><show>away</show></presence>
      bo > <iq type='get' id='b1' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>
      bo < <iq id='b1'/>
      ann > ${active}
      ann > <iq type='get' id='ping1' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>
      ann < <presence from='{bo/desk}'><show>away</show></presence>
      ann next < <iq id='ping1'/>
    `,
  },
  {
    at: '5.2',
    says: `That is, stream resumption does not affect the current CSI state, which always defaults to 'active' for new and resumed streams.`,
    script: `
      there: bo
      account: ann
      wire W
      W binds ann/desk
      bo > <presence type='subscribe' to='{ann}'/>
      W > <enable xmlns='urn:xmpp:sm:3' resume='true'/>
      W < <enabled xmlns='urn:xmpp:sm:3' id='{=session}'/>
      W > <presence/>
      W < <presence type='subscribe'/>
      W > <presence type='subscribed' to='{bo}'/>
      W > <presence type='subscribe' to='{bo}'/>
      bo < <presence type='subscribe'/>
      bo > <presence type='subscribed' to='{ann}'/>
      W < <presence from='{bo/desk}'/>
      W > ${inactive}
      W > <iq type='get' id='q1' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>
      W < <iq id='q1'/>
      W is cut off
      wire V
      V signs in as ann
      V < <features xmlns='http://etherx.jabber.org/streams'/>
      V > <resume xmlns='urn:xmpp:sm:3' previd='{session}' h='0'/>
      V < <resumed xmlns='urn:xmpp:sm:3'/>
      bo > <presence><show>dnd</show></presence>
      V < <presence from='{bo/desk}'><show>dnd</show></presence>
    `,
  },
  {
    at: '6',
    says: 'To protect the privacy of users, servers MUST NOT reveal the clients active/inactive state to other entities on the network.',
    script: `
      there: ann, bo, ann=bo
      ann > ${inactive}
      ann > ${active}
      ann gets {domain}: <ping xmlns='urn:xmpp:ping'/>
      ann is given nothing
      bo !< <presence/>
    `,
  },
])
