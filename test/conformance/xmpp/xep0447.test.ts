// XEP-0446 and XEP-0447: what a message says of a file, which the server carries, and in which it looks for its own addresses.
import { conform } from './conform.ts'
import { isKept, oneLine } from './in-messages.ts'

const document = 'XEP-0447 (0.3.1)'
const NS_UPLOAD = 'urn:xmpp:http:upload:0'
const hash = `<hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=</hash>`
const file = (inside: string): string => `<file xmlns='urn:xmpp:file:metadata:0'>${inside}</file>`
const hello = file(`<media-type>text/plain</media-type><name>hello.txt</name><size>5</size>${hash}`)
const url = (address: string): string =>
  `<url-data xmlns='http://jabber.org/protocol/url-data' target='${address}'/>`
const share = (inside: string, attrs = ` disposition='attachment'`): string =>
  `<file-sharing xmlns='urn:xmpp:sfs:0'${attrs}>${inside}</file-sharing>`
const sources = (...all: readonly string[]): string => `<sources>${all.join('')}</sources>`

/** Ann has uploaded a file, whose address is `{get}`. */
const uploaded = `
  there: ann, bo
  ann gets upload.{domain}: <request xmlns='${NS_UPLOAD}' filename='hello.txt' size='5' content-type='text/plain'/>
  ann is given <slot xmlns='${NS_UPLOAD}'><put url='{=put}'/><get url='{=get}'/></slot>
  PUT {put} content-type=text/plain: hello
  status 201
`

conform(document, 'sharing a file', [
  {
    at: '3.1',
    says: 'To share a file, a user sends a message stanza including <file-sharing/> to the inteded recipient contact or group.',
    that: 'it is carried as it is, and the address works from then on',
    script: `
      ${uploaded}
      ann > <message to='{bo}' type='chat'>${share(hello + sources(url('{get}')))}</message>
      bo < <message from='{ann/desk}'>${share(hello + sources(url('{get}')))}</message>
      GET {get}
      status 200
      body hello
    `,
  },
  {
    at: '3.1',
    says: 'To share a file, a user sends a message stanza including <file-sharing/> to the inteded recipient contact or group.',
    that: 'in a room',
    script: `
      ${uploaded}
      ann makes {room} as Ann
      bo joins {room} as Bo
      ann > <message to='{room}' type='groupchat'>${share(hello + sources(url('{get}')))}</message>
      bo < <message from='{room}/Ann'>${share(hello + sources(url('{get}')))}</message>
      GET {get}
      status 200
    `,
  },
  {
    at: '3.1',
    says: 'The <sources/> element provides one or multiple sources that the receiving client may use to obtain the file.',
    that: 'several, of others too',
    script: isKept(
      share(
        hello + sources(url('https://one.example/hello.txt'), url('https://two.example/hello.txt')),
      ),
    ),
  },
  {
    at: '3.1',
    says: 'The message MAY include a suitable fallback body. When doing so, an appropriate XEP-0428 <fallback/> indicator with for set to urn:xmpp:sfs:0 MUST be added. […] If the <sources/> element includes an <url-data/> element that can be represented as a single URL, adding a XEP-0066 x-oob reference is RECOMMENDED for compatibility.',
    script: `
      ${uploaded}
      ann > <message to='{bo}' type='chat'><body>{get}</body><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:sfs:0'><body/></fallback><x xmlns='jabber:x:oob'><url>{get}</url></x>${share(hello + sources(url('{get}')))}</message>
      bo < <message><body>{get}</body><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:sfs:0'><body/></fallback><x xmlns='jabber:x:oob'><url>{get}</url></x>${share(hello)}</message>
      GET {get}
      status 200
    `,
  },
  {
    at: '3.1',
    says: 'If the message has an empty body, it is RECOMMENDED to add a message processing hint, see XEP-0334, to indicate the message to be stored in message stores like XEP-0313.',
    that: 'it is kept without that as well',
    script: isKept(share(hello + sources(url('https://one.example/hello.txt')))),
  },
  {
    at: '3.3',
    says: 'If the file was originally shared without a <sources/> element, the sending entity SHOULD attach a file source at a later point.',
    that: 'the address works from then on, and not before',
    script: `
      ${uploaded}
      ann > <message to='{bo}' type='chat' id='m1'>${share(hello, ` id='f1'`)}</message>
      bo < <message id='m1'>${share(hello, ` id='f1'`)}</message>
      ann > <message to='{bo}' type='chat' id='m2'><attach-to xmlns='urn:xmpp:message-attaching:1' id='m1'/><sources xmlns='urn:xmpp:sfs:0' id='f1'>${url('{get}')}</sources></message>
      bo < <message id='m2'><sources xmlns='urn:xmpp:sfs:0' id='f1'>${url('{get}')}</sources></message>
      GET {get}
      status 200
    `,
  },
  {
    at: '4.2',
    says: 'To do so, the sending entity SHOULD add multiple <file-sharing/> elements in a single message. It MUST add an id attribute with differing values to each of these <file-sharing/> elements.',
    script: isKept(
      share(hello + sources(url('https://one.example/1')), ` id='1'`) +
        share(hello + sources(url('https://one.example/2')), ` id='2'`),
    ),
  },
  {
    at: '4.1',
    says: 'To do so, the sending entity SHOULD add such textual message in the body of the message that contains the <file-sharing/> element.',
    script: isKept(`<body>Look!</body>${share(hello + sources(url('https://one.example/1')))}`),
  },
])

conform('XEP-0446 (0.2.0)', 'what is said of a file', [
  {
    at: '2',
    says: 'All child elements are OPTIONAL, however, specifications making use of the file metadata object MAY require providing some of these elements as part of their specification.',
    that: 'all of them pass, and are in the archive',
    script: isKept(
      share(
        file(
          `<date>2015-07-26T21:46:00+01:00</date><desc xml:lang='en'>Photo from the summit.</desc><desc xml:lang='de'>Foto vom Gipfel.</desc><media-type>image/jpeg</media-type><name>summit.jpg</name><size>3032449</size><width>4096</width><height>2160</height><length>63000</length>${hash}<thumbnail xmlns='urn:xmpp:thumbs:1' uri='cid:sha1+ffd7c8d28e9c5e82afea41f97108c6b4@bob.xmpp.org' media-type='image/png' width='128' height='96'/>`,
        ),
      ),
    ),
  },
  {
    at: '2',
    says: 'Multiple hashes MAY be included for hash agility.',
    script: isKept(
      share(
        file(
          `${hash}<hash xmlns='urn:xmpp:hashes:2' algo='sha3-256'>2XarmwTlNxDAMkvymloX3S5+VbylNrJt/l5QyPa+YoU=</hash>`,
        ),
      ),
    ),
  },
  {
    at: '3',
    says: 'For example, a malicious user could request a file with <name>/etc/passwd</name> or include file system specific control patterns […].',
    that: 'the server makes nothing of a name in a message',
    script: `
      ${oneLine}
      cy > <message to='{room}' type='groupchat'>${share(file('<name>../../etc/passwd</name>'))}</message>
      bo < <message from='{room}/Cy'>${share(file('<name>../../etc/passwd</name>'))}</message>
    `,
  },
])
