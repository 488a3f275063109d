import { type Case, conform } from './conform.ts'
import { error } from './error.ts'

type Sent = readonly [inside: string, attrs?: string]

/** What ann sends bo, who has it as it is. */
const passes = (at: string, says: string, that: string, [inside, attrs = '']: Sent): Case => ({
  at,
  says,
  that,
  script: `
    there: ann, bo
    ann > <message to='{bo}'${attrs}>${inside}</message>
    bo < <message from='{ann/desk}' to='{bo}'${attrs}>${inside}</message>
    ann !< <message/>
  `,
})

conform('RFC 6121', 'message syntax', [
  {
    at: '5.2.2',
    says: `If an application receives a message with no 'type' attribute or the application does not understand the value of the 'type' attribute provided, it MUST consider the message to be of type "normal" (i.e., "normal" is the default).`,
    that: 'no type, nobody there: it waits',
    script: `
      there: ann
      account: bo
      ann > <message to='{bo}' id='m1'><body>hi</body></message>
      bo arrives
      bo < <message from='{ann/desk}' id='m1'><body>hi</body></message>
    `,
  },
  {
    at: '5.2.2',
    says: `[…] or the application does not understand the value of the 'type' attribute provided, it MUST consider the message to be of type "normal" […]`,
    that: 'to a device that is not there: as "normal"',
    script: `
      there: ann, bo
      ann > <message to='{bo}/gone' type='letter' id='m1'><body>hi</body></message>
      ann < <message type='error' id='m1'>${error('service-unavailable')}</message>
      ann > <message to='{bo}' type='letter' id='m2'><body>hi</body></message>
      bo < <message id='m2'><body>hi</body></message>
    `,
  },
  ...['chat', 'headline', 'normal'].map((type) =>
    passes('5.2.2', `The value of the 'type' attribute SHOULD be one of the following […]`, type, [
      '<body>hi</body>',
      ` type='${type}'`,
    ]),
  ),
  passes(
    '5.2.3',
    `Multiple instances of the <body/> element MAY be included in a message stanza for the purpose of providing alternate versions of the same body, but only if each instance possesses an 'xml:lang' attribute with a distinct language value […]`,
    'two languages',
    [`<body>hello</body><body xml:lang='de'>hallo</body>`],
  ),
  passes(
    '5.2.4',
    `There MAY be multiple <subject/> elements […] but only if each instance possesses an 'xml:lang' attribute with a distinct language value […]`,
    'two languages',
    [`<subject xml:lang='en'>one</subject><subject xml:lang='de'>eins</subject><body>hi</body>`],
  ),
  passes(
    '5.2.4',
    `The <subject/> element MUST NOT contain mixed content […]`,
    'text with what has to be escaped',
    [`<subject>a &amp; b &lt; c</subject><body>"quoted" 'once' ]]&gt; done</body>`],
  ),
  passes(
    '5.2.5',
    `The primary use of the XMPP <thread/> element is to uniquely identify a conversation thread or "messaging session" between two entities […]`,
    'thread',
    [`<body>hi</body><thread>0e3141cd80894871a68e6fe6b1ec56fa</thread>`],
  ),
  passes(
    '5.2.5',
    `The <thread/> element MAY possess a 'parent' attribute that identifies another thread of which the current thread is an offshoot or child […]`,
    'parent',
    [
      `<body>hi</body><thread parent='e0ffe42b28561960c6b12b944a092794b9683a38'>0e3141cd80894871a68e6fe6b1ec56fa</thread>`,
    ],
  ),
  passes(
    '5.3',
    `[…] a message stanza MAY house one or more elements specifying extended content […]`,
    'unknown elements',
    [`<body>hi</body><x xmlns='urn:example:a' b='c'><y>z</y></x><w xmlns='urn:example:v'/>`],
  ),
  passes(
    '5.3',
    `[…] a message stanza MAY house one or more elements specifying extended content […]`,
    'and nothing else',
    [`<x xmlns='urn:example:a'>z</x>`],
  ),
  passes(
    '5.2.3',
    `The <body/> element contains human-readable XML character data […]`,
    'all kinds of letters',
    [`<body>žluťoučký 漢字 👩‍🚀 \u{1d11e} e\u0301</body>`],
  ),
  passes(
    '5.2.3',
    `The <body/> element contains human-readable XML character data […]`,
    'white space stays',
    [`<body>  a&#10;&#9;b  </body>`],
  ),
  {
    at: '5.2.1',
    says: `An instant messaging client specifies an intended recipient for a message by providing the JID of the intended recipient in the 'to' attribute of the <message/> stanza.`,
    that: 'letters of an address do not matter',
    script: `
      there: ann, bo
      ann > <message to='{BO}' id='m1'><body>hi</body></message>
      bo < <message id='m1'><body>hi</body></message>
    `.replace('{BO}', '{bo.local}@CHAT.Example'),
  },
  {
    at: '5.1',
    says: `[…] in order to support […] a chat session, the user's client SHOULD send subsequent messages […] to the full JID […]`,
    that: 'an answer goes to the device that spoke',
    script: `
      there: ann, ann/pad, bo
      ann > <message to='{bo}' type='chat'><body>hi</body></message>
      bo < <message from='{ann/desk}'/>
      bo > <message to='{ann/desk}' type='chat'><body>ho</body></message>
      ann < <message from='{bo/desk}'><body>ho</body></message>
      ann/pad !< <message/>
    `,
  },
  {
    at: '5.2.2',
    says: `error -- The message is generated by an entity that experiences an error when processing a message received from another entity […]`,
    that: 'comes back to the device that sent it',
    script: `
      there: ann, ann/pad, bo
      ann > <message to='{bo}' id='m1'><body>hi</body></message>
      bo < <message id='m1'/>
      bo > <message to='{ann/desk}' type='error' id='m1'>${error('not-acceptable', 'modify')}</message>
      ann < <message from='{bo/desk}' type='error' id='m1'>${error('not-acceptable', 'modify')}</message>
      ann/pad !< <message/>
    `,
  },
])

conform('RFC 6121', 'exchanging IQs', [
  {
    at: '6',
    says: `[…] the extended content is […] defined […] by an application-specific […] namespace […]`,
    that: 'requests go in order',
    script: `
      there: ann
      ann > <iq type='get' id='q1' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>
      ann > <iq type='get' id='q2' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>
      ann next < <iq type='result' id='q1'/>
      ann next < <iq type='result' id='q2'/>
    `,
  },
])
