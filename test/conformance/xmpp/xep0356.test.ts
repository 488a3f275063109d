// XEP-0356: each case has a component of its own, which says and hears all of it on the wire `c`.
import { conform } from './conform.ts'
import { componentDomains, outsideSecret, privilegedDomains, readerDomain } from './server.ts'

const document = 'XEP-0356 (0.4.1)'
const NS = 'urn:xmpp:privilege:2'
const NS_COMPONENT = 'jabber:component:accept'
const NS_STREAMS = 'http://etherx.jabber.org/streams'
const NS_ROSTER = 'jabber:iq:roster'

let used = 0

/** A component that nobody else is; its domain is in the script for `DOMAIN`. */
function component(script: string, domain = privilegedDomains[used++] ?? ''): string {
  return `
    wire c at the components
    c > <stream:stream xmlns='${NS_COMPONENT}' xmlns:stream='${NS_STREAMS}' to='${domain}'>
    c < <stream xmlns='${NS_STREAMS}' id='{=id}'/>
    c shakes hands with ${outsideSecret}
    c < <handshake xmlns='${NS_COMPONENT}'/>
    ${script.replaceAll('DOMAIN', domain)}
  `
}

/** To the component. */
function hears(stanza: string): string {
  return `c < ${stanza.replace(/^<(\w+)/, `<$1 xmlns='${NS_COMPONENT}'`)}`
}

const told = (perm: string): string =>
  hears(
    `<message from='{domain}' to='DOMAIN'><privilege xmlns='${NS}'>${perm}</privilege></message>`,
  )
const error = (name: string, id: string, condition: string, type = 'auth'): string =>
  hears(
    `<${name} type='error' id='${id}'><error type='${type}'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></${name}>`,
  )

const rosterOf = (type: string, inside = ''): string =>
  `c > <iq type='${type}' id='roster' from='DOMAIN' to='{ann}'><query xmlns='${NS_ROSTER}'>${inside}</query></iq>`

function says(from: string, to = '{bo}', inside = '<body>hi</body>'): string {
  const inner = `<message xmlns='jabber:client' from='${from}' to='${to}' type='chat' id='m1'>${inside}</message>`
  return `c > <message from='DOMAIN' to='{domain}' id='out'><privilege xmlns='${NS}'><forwarded xmlns='urn:xmpp:forward:0'>${inner}</forwarded></privilege></message>`
}

function asks(
  inner: string,
  { type = 'get', to = '{ann}' }: { readonly type?: string; readonly to?: string } = {},
): string {
  return `c > <iq type='${type}' id='outer' from='DOMAIN' to='${to}'><privileged_iq xmlns='${NS}'>${inner}</privileged_iq></iq>`
}

const ping = `<ping xmlns='urn:xmpp:ping'/>`
const innerIq = (attrs: string, payload = ping): string =>
  `<iq xmlns='jabber:client' ${attrs} id='inner' to='{domain}'>${payload}</iq>`

conform(document, 'rosters', [
  {
    at: '4.2',
    says: `Once a privileged entity is authenticated and stream is started, the server send it a <message/> stanza with a <privilege/> elements which MUST have the namespace '${NS}'.`,
    script: component(
      told(
        `<perm access='roster' type='both' push='true'/><perm access='message' type='outgoing'/>`,
      ),
    ),
  },
  {
    at: '4.1',
    says: 'none — the entity is not allowed to access managed entity roster at all. This is usually the default value.',
    script: component(
      `
      there: ann
      ${rosterOf('get')}
      ${error('iq', 'roster', 'forbidden')}`,
      componentDomains[11],
    ),
  },
  {
    at: '4.3',
    says: 'The server then answers normally, as it would have done to the managed entity:',
    script: component(`
      there: ann, bo, ann=bo
      ${rosterOf('get')}
      ${hears(`<iq type='result' id='roster' from='{ann}' to='DOMAIN'><query xmlns='${NS_ROSTER}'><item jid='{bo}' subscription='both'/></query></iq>`)}`),
  },
  {
    at: '4.3',
    says: "Doing a get or set operation on the roster of a managed entity is done in the usual way (as described in RFC 6121 section 2), except that the 'to' attribute is set to the attribute of the managed entity.",
    that: 'his own devices hear of it',
    script: component(`
      there: ann
      ann gets: <query xmlns='${NS_ROSTER}'/>
      ${rosterOf('set', `<item jid='nurse@example.com' name='Nurse'/>`)}
      ann < <iq type='set'><query xmlns='${NS_ROSTER}'><item jid='nurse@example.com' name='Nurse' subscription='none'/></query></iq>
      ${hears(`<iq type='result' id='roster' from='{ann}'/>`)}`),
  },
  {
    at: '4.3',
    says: 'The server MUST check that the privileged entity has right to get or set the roster of managed entity, and MUST return a <forbidden/> error if it is not the case:',
    that: 'of who may get and not set, and of nobody’s',
    script: component(
      `
      there: ann
      ${rosterOf('get')}
      ${hears(`<iq type='result' id='roster'/>`)}
      ${rosterOf('set', `<item jid='nurse@example.com'/>`)}
      ${error('iq', 'roster', 'forbidden')}
      ${rosterOf('get').replace('{ann}', 'nobody@{domain}')}
      ${error('iq', 'roster', 'forbidden')}`,
      readerDomain,
    ),
  },
  {
    at: '4.4',
    says: `If "push" attribute is unset or set to "true" and roster permission type is either "get" or "both", the server MUST send roster pushes when there is a newly created, updated or deleted roster item for roster of any managed entity.`,
    script: component(`
      there: ann
      ann does: <query xmlns='${NS_ROSTER}'><item jid='nurse@example.com'/></query>
      ${hears(`<iq type='set' from='{ann}' to='DOMAIN'><query xmlns='${NS_ROSTER}'><item jid='nurse@example.com' subscription='none'/></query></iq>`)}
      ann does: <query xmlns='${NS_ROSTER}'><item jid='nurse@example.com' subscription='remove'/></query>
      ${hears(`<iq type='set' from='{ann}'><query xmlns='${NS_ROSTER}'><item jid='nurse@example.com' subscription='remove'/></query></iq>`)}`),
  },
])

conform(document, 'messages', [
  {
    at: '5.3',
    says: "The server sees that forwarded message 'from' attribute (juliet@capulet.lit) is a bare JID of the server, and that outgoing message permission was granted; it can now send the notification:",
    script: component(`
      there: ann, bo
      ${says('{ann}')}
      bo < <message from='{ann}' to='{bo}' type='chat' id='m1'><body>hi</body></message>`),
  },
  ...['{ann/desk}', 'nobody@{domain}', '{zed}'].map((from) => ({
    at: '5.1',
    says: "forwarded <message/> 'from' attribute MUST be a bare JID from the server, no resource is allowed […] If this rule is violated, the server MUST return a <message/> error with condition <forbidden/>, as in RFC 6120 section 8.3.3.4.",
    that: from,
    script: component(`
      there: ann, bo
      outsider: zed
      ${says(from)}
      ${error('message', 'out', 'forbidden')}
      bo !< <message/>`),
  })),
  {
    at: '5.1',
    says: 'none — the entity is not allowed to send <message/> stanza in the name of the server. This is usually the default value.',
    script: component(
      `
      there: ann, bo
      ${says('{ann}')}
      ${error('message', 'out', 'forbidden')}
      bo !< <message/>`,
      componentDomains[10],
    ),
  },
  {
    at: '9',
    says: 'Generaly, the server MUST NOT allow the privileged entity to do anything that the managed entity could not do.',
    that: 'to who has blocked that person',
    script: component(`
      there: ann, bo
      bo does: <block xmlns='urn:xmpp:blocking'><item jid='{ann}'/></block>
      ${says('{ann}')}
      c < <message xmlns='${NS_COMPONENT}' type='error' id='out'/>
      bo !< <message/>`),
  },
])

conform(document, 'requests', [
  {
    at: '6.2',
    says: `Server adversites "iq" permission by using a <perm> element with an 'access' attribute of the value "iq" and wihout 'type' attribute.`,
    script: component(
      told(`<perm access='iq' type='{none}'><namespace ns='urn:xmpp:ping' type='get'/></perm>`),
    ),
  },
  {
    at: '6.3',
    says: 'Once the server gets the IQ response, it sends it back to privileged entity using a XEP-0297 <forward> element encapsulated in a <privilege> element […].',
    script: component(`
      there: ann
      ${asks(innerIq(`type='get'`))}
      ${hears(`<iq type='result' id='outer' from='{ann}' to='DOMAIN'><privilege xmlns='${NS}'><forwarded xmlns='urn:xmpp:forward:0'><iq xmlns='jabber:client' type='result' id='inner' from='{domain}'/></forwarded></privilege></iq>`)}`),
  },
  ...(
    [
      ['is not a bare JID of a managed entity', innerIq(`type='get'`), { to: 'nobody@{domain}' }],
      [
        'the requesting entity has not the permission granted for the namespace used in payload of the encapsulated IQ stanza',
        innerIq(`type='get'`, `<query xmlns='jabber:iq:version'/>`),
        {},
      ],
      [
        'the requesting entity has not the permission granted for the type of IQ request used in the encapsulated IQ stanza for the namespace used in its payload',
        innerIq(`type='set'`),
        { type: 'set' },
      ],
      [
        'the namespace of the encapsulated IQ stanza is not "jabber:client"',
        innerIq(`type='get'`).replace('jabber:client', 'urn:example:x'),
        {},
      ],
      [
        "the 'from' attribute of the encapsulated IQ stanza exists and is set to a JID which doesn't match the 'to' attribute of the top-level IQ stanza.",
        innerIq(`type='get' from='{bo}'`),
        {},
      ],
      [
        "the 'type' attribute of the top-level IQ stanza does not match the 'type' attribute of the encapsulated IQ stanza",
        innerIq(`type='set'`),
        {},
      ],
    ] as const
  ).map(([sentence, inner, how]) => ({
    at: '6.3',
    says: sentence,
    script: component(`
      there: ann, bo
      ${asks(inner, how)}
      ${error('iq', 'outer', 'forbidden')}`),
  })),
])

conform(document, 'presence', [
  {
    at: '7.1',
    says: 'If the privilege is granted, the server MUST use a directed presence from the full jid of the managed entity, to the privileged entity […] on the behalf of managed entity each time its presence information change.',
    script: component(`
      there: ann
      ${hears(`<presence from='{ann/desk}' to='DOMAIN' type='{none}'/>`)}
      ann leaves
      ${hears(`<presence from='{ann/desk}' to='DOMAIN' type='unavailable'/>`)}`),
  },
  {
    at: '7.1',
    says: 'Only initial <presence/> stanzas and <presence/> stanzas with a \'type\' attribute with the value "unavailable" are transmitted to the privileged entity, the server MUST NOT transmit any other <presence/> stanza.',
    that: 'no request, and nothing that is for somebody alone',
    script: component(`
      there: ann, bo
      ${hears(`<presence from='{ann/desk}'/>`)}
      ann > <presence type='subscribe' to='{bo}'/>
      bo < <presence type='subscribe'/>
      ann > <presence to='{bo/desk}'><show>dnd</show></presence>
      bo < <presence from='{ann/desk}'/>
      ${rosterOf('get')}
      ${hears(`<iq type='result' id='roster'/>`)}
      c !< <presence xmlns='${NS_COMPONENT}' type='subscribe'/>
      c !< <presence xmlns='${NS_COMPONENT}'><show>dnd</show></presence>`),
  },
  {
    at: '8',
    says: `For "presence" access, if a privileged entity is connected after first <presence/> stanzas have been received, the server MUST send it all the <presence/> stanzas with no 'type' attribute it would have had if it was connected first (in other words: all the presences informations for connected entities it has access to).`,
    script: `
      there: ann
      ${component(hears(`<presence from='{ann/desk}' to='DOMAIN'/>`))}`,
  },
])
