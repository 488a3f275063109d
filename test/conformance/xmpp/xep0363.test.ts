import { conform } from './conform.ts'
import { NS_INFO, NS_ITEMS } from './pubsub-words.ts'

const document = 'XEP-0363 (1.2.0)'
const NS = 'urn:xmpp:http:upload:0'
const NS_PURPOSE = 'urn:xmpp:http:upload:purpose:0'

function request(attrs: string, inside = ''): string {
  return `<request xmlns='${NS}' ${attrs}>${inside}</request>`
}

/** Asks for a slot, whose addresses are `{put}` and `{get}` from then on. */
function slot(attrs: string, inside = ''): string {
  return `
      ann gets upload.{domain}: ${request(attrs, inside)}
      ann is given <slot xmlns='${NS}'><put url='{=put}'/><get url='{=get}'/></slot>`
}

conform(document, 'discovering support', [
  {
    at: '3',
    says: 'An entity advertises support for this protocol by including the "urn:xmpp:http:upload:0" in its service discovery information features […] an entity SHOULD also include the maximum file size […]. The field name MUST be "max-file-size" and the value MUST be in bytes.',
    script: `
      there: ann
      ann gets upload.{domain}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><identity category='store' type='file'/><feature var='${NS}'/>
        <x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>${NS}</value></field><field var='max-file-size'><value>{any}</value></field></x></query>
    `,
  },
  {
    at: '3',
    says: "A user's server SHOULD include any known entities that provide such services into its service discovery items.",
    script: `
      there: ann
      ann gets {domain}: <query xmlns='${NS_ITEMS}'/>
      ann is given <query xmlns='${NS_ITEMS}'><item jid='upload.{domain}'/></query>
    `,
  },
  {
    at: '5.1',
    says: 'An entity advertises support for the \'message\' purpose by including "urn:xmpp:http:upload:purpose:0#message" in its service discovery features.',
    that: 'and no purpose that is not served',
    script: `
      there: ann
      ann gets upload.{domain}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><feature var='${NS_PURPOSE}#message'/><feature var='${NS_PURPOSE}#profile'>{none}</feature><feature var='${NS_PURPOSE}#ephemeral'>{none}</feature><feature var='${NS_PURPOSE}#permanent'>{none}</feature></query>
    `,
  },
])

conform(document, 'requesting a slot', [
  {
    at: '4',
    says: 'The upload service responds with both a PUT and a GET URL wrapped by a <slot> element.',
    script: `
      there: ann
      ann gets upload.{domain}: ${request(`filename='a.bin' size='23456'`)}
      ann is given <slot xmlns='${NS}'><put url='http{any}'/><get url='http{any}'/></slot>
    `,
  },
  {
    at: '4',
    says: 'The service SHOULD keep the file name and especially the file ending intact. […] Non ASCII characters MUST be percent-encoded.',
    script: `
      there: ann
      ann gets upload.{domain}: ${request(`filename='très cool.jpg' size='23456' content-type='image/jpeg'`)}
      ann is given <slot xmlns='${NS}'><put url='{any}/tr%C3%A8s%20cool.jpg'/><get url='{any}/tr%C3%A8s%20cool.jpg'/></slot>
    `,
  },
  {
    at: '4',
    says: 'Only the following header names are allowed: Authorization, Cookie, Expires.',
    that: 'ours needs none',
    script: `
      there: ann
      ann gets upload.{domain}: ${request(`filename='a.bin' size='1'`)}
      ann is given <slot xmlns='${NS}'><put url='{any}'><header>{none}</header></put></slot>
    `,
  },
  {
    at: '9.3',
    says: 'Service implementors SHOULD use long randomized parts in their URLs making it impossible to guess the location of arbitrary files.',
    that: 'put and get tell nothing of each other',
    script: `
      there: ann
      ${slot(`filename='a.bin' size='1'`)}
      GET {put}
      status 404
    `,
  },
  {
    at: '5.1',
    says: "The requesting entity indicates that the upload slot is meant to be used for messaging purposes by including an element 'message'",
    script: `
      there: ann
      ${slot(`filename='a.bin' size='1'`, `<message xmlns='${NS_PURPOSE}'/>`)}
    `,
  },
  ...['profile', 'permanent', `ephemeral expire-before='2035-09-10T23:08:25Z'`].map((purpose) => ({
    at: '5.4',
    says: 'Support for this purpose - like any other specific purpose - is OPTIONAL.',
    that: purpose,
    script: `
      there: ann
      ann gets upload.{domain}: ${request(`filename='a.bin' size='1'`, `<${purpose} xmlns='${NS_PURPOSE}'/>`)}
      ann is refused cancel feature-not-implemented
    `,
  })),
])

const many = Array.from(
  { length: 50 },
  () => `ann gets upload.{domain}: ${request(`filename='a.bin' size='1'`)}
      ann is given <slot xmlns='${NS}'/>`,
)

conform(document, 'requests that are refused', [
  {
    at: '6',
    says: 'Instead of providing the client with a slot the service MAY respond with an error if the requested file size is too large. In addition the entity MAY inform the requester about the maximum file size.',
    script: `
      there: ann
      ann gets upload.{domain}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><x xmlns='jabber:x:data'><field var='max-file-size'><value>{=most}</value></field></x></query>
      ann gets upload.{domain}: ${request(`filename='a.bin' size='99999999999'`)}
      ann is refused modify not-acceptable <text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>{any}</text><file-too-large xmlns='${NS}'><max-file-size>{most}</max-file-size></file-too-large>
      ann gets upload.{domain}: ${request(`filename='a.bin' size='{most}'`)}
      ann is given <slot xmlns='${NS}'/>
    `,
  },
  ...[
    `size='1'`,
    `filename='a.bin'`,
    `filename='' size='1'`,
    `filename='a.bin' size=''`,
    `filename='a.bin' size='0'`,
    `filename='a.bin' size='-1'`,
    `filename='a.bin' size='1.5'`,
    `filename='a.bin' size='many'`,
    `filename='a.bin' size='0x10'`,
    `filename='..' size='1'`,
    `filename='/' size='1'`,
    `filename='${'a'.repeat(300)}' size='1'`,
  ].map((attrs) => ({
    at: '4',
    says: 'This element MUST include the attributes filename and size containing the file name and size (in bytes) respectively.',
    that: attrs.slice(0, 40),
    script: `
      there: ann
      ann gets upload.{domain}: ${request(attrs)}
      ann is refused modify bad-request
    `,
  })),
  {
    at: '6',
    says: "For temporary errors such as exceeding a personal quota the service MAY include a <retry/> element […]. The retry element MUST include an attribute 'stamp' which indicates the time at which the requesting entity may try again. The format of the timestamp MUST adhere to the date-time format specified in XEP-0082 and MUST be expressed in UTC.",
    script: `
      there: ann
      ${many.join('\n')}
      ann gets upload.{domain}: ${request(`filename='a.bin' size='1'`)}
      ann is refused wait resource-constraint <retry xmlns='${NS}' stamp='20{any}T{any}Z'/>
    `,
  },
  {
    at: '6',
    says: 'Alternative response by the upload service to indicate an auth error to a client that is not allowed to upload files',
    that: 'somebody at another domain',
    script: `
      outsider: bo
      bo > <iq type='get' id='u1' from='{bo}/x' to='upload.{domain}'>${request(`filename='a.bin' size='1'`)}</iq>
      bo < <iq type='error' id='u1'><error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
    `,
  },
  {
    at: '4',
    says: 'A client requests a new upload slot by sending an IQ-get to the upload service',
    that: 'and not by a set, a message, or to somebody there',
    script: `
      there: ann
      ann sets upload.{domain}: ${request(`filename='a.bin' size='1'`)}
      ann is refused cancel service-unavailable
      ann gets somebody@upload.{domain}: ${request(`filename='a.bin' size='1'`)}
      ann is refused cancel service-unavailable
      ann gets upload.{domain}: <request xmlns='urn:example:x' filename='a.bin' size='1'/>
      ann is refused cancel service-unavailable
      ann > <message id='m1' to='upload.{domain}'><body>hi</body></message>
      ann < <message type='error' id='m1'/>
    `,
  },
])
