import { conform } from './conform.ts'
import { error } from './error.ts'

const info = `<query xmlns='http://jabber.org/protocol/disco#info'/>`
const items = `<query xmlns='http://jabber.org/protocol/disco#items'/>`
const infoOf = (inside: string): string =>
  `<query xmlns='http://jabber.org/protocol/disco#info'>${inside}</query>`
const node = (name: string, kind = 'info'): string =>
  `<query xmlns='http://jabber.org/protocol/disco#${kind}' node='${name}'/>`

conform('XEP-0030 (2.5.0)', 'discovering information', [
  {
    at: '3.1',
    says: `The result MUST contain a <query/> element qualified by the 'http://jabber.org/protocol/disco#info' namespace, which in turn contains one or more <identity/> elements and one or more <feature/> elements.`,
    that: 'the server',
    script: `
      there: ann
      ann gets {domain}: ${info}
      ann is given ${infoOf(`<identity category='server' type='im'/><feature var='http://jabber.org/protocol/disco#info'/>`)}
    `,
  },
  {
    at: '3.1',
    says: `Every entity MUST have at least one identity, and every entity MUST support at least the 'http://jabber.org/protocol/disco#info' feature […].`,
    that: `one's own account, with its address and without`,
    script: `
      there: ann
      ann gets {ann}: ${info}
      ann is given ${infoOf(`<identity category='account' type='registered'/><feature var='http://jabber.org/protocol/disco#info'/>`)}
      ann gets: ${info}
      ann is given ${infoOf(`<identity category='account' type='registered'/><feature var='http://jabber.org/protocol/disco#info'/>`)}
    `,
  },
  {
    at: '3.1',
    says: `[…] the server itself MUST reply on behalf of the hosted account […]. […] the primary identity SHOULD have a category of "account" with an appropriate type […]`,
    that: 'a contact',
    script: `
      there: ann, bo, ann=bo
      ann gets {bo}: ${info}
      ann is given ${infoOf(`<identity category='account' type='registered'/>`)}
      bo !< <iq/>
    `,
  },
  {
    at: '3.1',
    says: `Another example of this is sending a query to a specific connected resource for an IM user.`,
    that: 'it is passed on, and so is the answer',
    script: `
      there: ann, bo, ann=bo
      ann > <iq type='get' id='d1' to='{bo/desk}'>${info}</iq>
      bo < <iq type='get' id='d1' from='{ann/desk}'>${info}</iq>
      bo > <iq type='result' id='d1' to='{ann/desk}'>${infoOf(`<identity category='client' type='pc' name='Gabber'/><feature var='jabber:iq:time'/>`)}</iq>
      ann < <iq type='result' id='d1' from='{bo/desk}'>${infoOf(`<identity category='client' type='pc' name='Gabber'/><feature var='jabber:iq:time'/>`)}</iq>
    `,
  },
  {
    at: '3.2',
    says: `If the request included a 'node' attribute, the response MUST mirror the specified 'node' attribute to ensure coherence between the request and the response.`,
    script: `
      account: ann
      there: bo
      wire W
      W signs in as ann
      W < <features xmlns='http://etherx.jabber.org/streams'><c xmlns='http://jabber.org/protocol/caps' node='{=node}' ver='{=ver}' hash='sha-1'/></features>
      bo gets {domain}: ${node('{node}#{ver}')}
      bo is given <query xmlns='http://jabber.org/protocol/disco#info' node='{node}#{ver}'><identity category='server'/></query>
    `,
  },
  ...(['info', 'items'] as const).map((kind) => ({
    at: '7',
    says: `The JID or JID+NodeID of the specified target entity does not exist and that fact can be divulged in accordance with privacy and security considerations and policies.`,
    that: `${kind} of a node that the server does not have`,
    script: `
      there: ann
      ann gets {domain}: ${node('nonsense', kind)}
      ann is refused cancel item-not-found
    `,
  })),
  {
    at: '7',
    says: `The JID or JID+NodeID of the specified target entity does not exist and that fact can be divulged in accordance with privacy and security considerations and policies.`,
    that: 'a node of an account',
    script: `
      there: ann
      ann gets {ann}: ${node('nonsense')}
      ann is refused cancel item-not-found
    `,
  },
])

conform('XEP-0030 (2.5.0)', 'discovering items', [
  {
    at: '4.1',
    says: `The list of items MUST be provided in an IQ stanza of type "result", with each item specified by means of an <item/> child […] (the <item/> child MUST possess a 'jid' attribute specifying the JID of the item […]).`,
    that: 'of the server',
    script: `
      there: ann
      ann gets {domain}: ${items}
      ann is given <query xmlns='http://jabber.org/protocol/disco#items'><item jid='{rooms}'/></query>
      ann gets {rooms}: ${info}
      ann is given ${infoOf(`<identity category='conference' type='text'/>`)}
    `,
  },
  {
    at: '4.1',
    says: `If there are no items associated with an entity (or if those items are not publicly available), the target entity MUST return an empty query element to the requesting entity.`,
    script: `
      there: ann connected
      ann gets {ann}: ${items}
      ann is given <query xmlns='http://jabber.org/protocol/disco#items'><item>{none}</item></query>
    `,
  },
])

conform('XEP-0030 (2.5.0)', 'security considerations', [
  ...['nobody@{domain}', 'nobody@{domain}/desk'].map((to) => ({
    at: '8',
    says: `In response to a disco#info request, the server MUST return a <service-unavailable/> error if […] the target entity does not exist (no matter if the request specifies a node or not).`,
    that: to,
    script: `
      there: ann
      ann gets ${to}: ${info}
      ann is refused cancel service-unavailable
      ann gets ${to}: ${node('some')}
      ann is refused cancel service-unavailable
    `,
  })),
  {
    at: '8',
    says: `In response to a disco#info request, the server MUST return a <service-unavailable/> error if […] the requesting entity is not authorized to receive presence from the target entity (i.e., via the target having a presence subscription to the requesting entity of type "both" or "from") […].`,
    script: `
      there: ann, bo
      ann gets {bo}: ${info}
      ann is refused cancel service-unavailable
      ann gets {bo/desk}: ${info}
      ann is refused cancel service-unavailable
      bo !< <iq/>
    `,
  },
  ...['info', 'items'].map((kind) => ({
    at: '8',
    says: `[…] via the target having a presence subscription to the requesting entity of type "both" or "from" […]`,
    that: `${kind}: the other way round is not enough`,
    script: `
      there: ann, bo
      bo > <presence type='subscribe' to='{ann}'/>
      ann < <presence type='subscribe'/>
      ann > <presence type='subscribed' to='{bo}'/>
      all is read
      ann gets {bo}: <query xmlns='http://jabber.org/protocol/disco#${kind}'/>
      ${kind === 'info' ? 'ann is refused cancel service-unavailable' : `ann is given <query xmlns='http://jabber.org/protocol/disco#items'><item>{none}</item></query>`}
      bo gets {ann}: <query xmlns='http://jabber.org/protocol/disco#${kind}'/>
      bo is given <query xmlns='http://jabber.org/protocol/disco#${kind}'/>
    `,
  })),
  {
    at: '8',
    says: `In response to a disco#items request, the server MUST return an empty result set if: The target entity does not exist (no matter if the request specifies a node or not).`,
    script: `
      there: ann
      ann gets nobody@{domain}: ${items}
      ann is given <query xmlns='http://jabber.org/protocol/disco#items'><item>{none}</item></query>
      ann gets nobody@{domain}: ${node('some', 'items')}
      ann is given <query xmlns='http://jabber.org/protocol/disco#items' node='some'><item>{none}</item></query>
    `,
  },
  {
    at: '8',
    says: `In response to a disco#items request, the server MUST return an empty result set if: […] The request did not specify a node, the only items are available resources […], and the requesting entity is not authorized to receive presence from the target entity […].`,
    script: `
      there: ann, bo
      ann gets {bo}: ${items}
      ann is given <query xmlns='http://jabber.org/protocol/disco#items'><item>{none}</item></query>
    `,
  },
])

conform('XEP-0115 (1.6.0)', 'entity capabilities', [
  {
    at: '6.3',
    says: `A server MAY include its entity capabilities in a stream feature element so that connecting clients and peer servers do not need to send service discovery requests each time they connect.`,
    script: `
      account: ann
      wire W
      W signs in as ann
      W < <features xmlns='http://etherx.jabber.org/streams'><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='{any}' ver='{any}'/></features>
    `,
  },
  {
    at: '6.1',
    says: `Each time a generating entity sends presence, it annotates that presence with an entity identifier ('node' attribute) and identity and feature identifier ('ver' attribute).`,
    that: 'contacts see it',
    script: `
      there: ann, bo, ann=bo
      ann > <presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='http://code.google.com/p/exodus' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/></presence>
      bo < <presence from='{ann/desk}'><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='http://code.google.com/p/exodus' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/></presence>
    `,
  },
])

/** Small requests to the server, section, sentence, request, answer. */
const asked: readonly (readonly [
  document: string,
  at: string,
  says: string,
  request: string,
  answer: string,
])[] = [
  [
    'XEP-0092 (1.1)',
    '3',
    `<name/> -- The natural-language name of the software. This element is REQUIRED in a result. […] <version/> -- The specific version of the software. This element is REQUIRED in a result.`,
    `<query xmlns='jabber:iq:version'/>`,
    `<query xmlns='jabber:iq:version'><name>{any}</name><version>{any}</version></query>`,
  ],
  [
    'XEP-0202 (2.0)',
    '3',
    `<tzo/> -- The entity's numeric time zone offset from UTC. […] <utc/> -- The UTC time according to the responding entity.`,
    `<time xmlns='urn:xmpp:time'/>`,
    `<time xmlns='urn:xmpp:time'><tzo>Z</tzo><utc>{any}Z</utc></time>`,
  ],
  [
    'XEP-0012 (2.0)',
    '5',
    `When the last activity query is sent to a server or component (i.e., to a JID of the form <domain.tld>), the information contained in the IQ reply reflects the uptime of the JID sending the reply.`,
    `<query xmlns='jabber:iq:last'/>`,
    `<query xmlns='jabber:iq:last' seconds='{any}'/>`,
  ],
]
for (const [document, at, says, request, answer] of asked) {
  conform(document, 'requests to the server', [
    { at, says, script: `there: ann\nann gets {domain}: ${request}\nann is given ${answer}` },
    {
      at,
      says: `[…] disco#info […]`,
      script: `there: ann\nann gets {domain}: ${info}\nann is given ${infoOf(`<feature var='${/xmlns='([^']+)'/.exec(request)?.[1]}'/>`)}`,
    },
  ])
}

const last = `<query xmlns='jabber:iq:last'/>`

conform('XEP-0199 (2.0.1)', 'pings', [
  {
    at: '4.1',
    says: `If the server supports the ping namespace, it MUST return an IQ-result […].`,
    that: 'client to server, and to its own account',
    script: `
      there: ann
      ann gets {domain}: <ping xmlns='urn:xmpp:ping'/>
      ann is given nothing
      ann gets: <ping xmlns='urn:xmpp:ping'/>
      ann is given nothing
      ann gets {ann}: <ping xmlns='urn:xmpp:ping'/>
      ann is given nothing
    `,
  },
  {
    at: '4.4',
    says: `Pings can also be used for client-to-client (i.e., end-to-end) pings.`,
    script: `
      there: ann, bo, ann=bo
      ann > <iq type='get' id='e1' to='{bo/desk}'><ping xmlns='urn:xmpp:ping'/></iq>
      bo < <iq type='get' id='e1' from='{ann/desk}'><ping xmlns='urn:xmpp:ping'/></iq>
      bo > <iq type='result' id='e1' to='{ann/desk}'/>
      ann < <iq type='result' id='e1' from='{bo/desk}'/>
    `,
  },
  {
    at: '4.4',
    says: `This consistency between the server response and the client response helps to prevent presence leaks.`,
    that: 'a stranger',
    script: `
      there: ann, bo
      ann > <iq type='get' id='e1' to='{bo/desk}'><ping xmlns='urn:xmpp:ping'/></iq>
      ann < <iq type='error' id='e1' from='{bo/desk}'>${error('service-unavailable', 'cancel')}</iq>
    `,
  },
])

conform('XEP-0012 (2.0)', 'last activity of people', [
  {
    at: '3',
    says: `If the requesting entity is not authorized to view the user's presence information (normally via a presence subscription as defined in XMPP-IM), the user's server MUST NOT return last activity information but instead MUST return a <forbidden/> error in response to the last activity request.`,
    script: `
      there: ann, bo
      ann gets {bo}: ${last}
      ann is refused auth forbidden
    `,
  },
  {
    at: '3',
    says: `If the user has at least one connected or available resource when the server receives the request, the response MUST (subject to local security policies) contain an empty <query/> element whose 'seconds' attribute is set to a value of '0'.`,
    script: `
      there: ann, bo, ann=bo
      ann gets {bo}: ${last}
      ann is given <query xmlns='jabber:iq:last' seconds='0'/>
    `,
  },
  {
    at: '4',
    says: `In this case, the user's server shall either deliver the IQ to an available resource or respond on behalf of the user.`,
    that: 'a device of a contact',
    script: `
      there: ann, bo, ann=bo
      ann > <iq type='get' id='l1' to='{bo/desk}'>${last}</iq>
      bo < <iq type='get' id='l1' from='{ann/desk}'>${last}</iq>
      bo > <iq type='result' id='l1' to='{ann/desk}'><query xmlns='jabber:iq:last' seconds='123'/></iq>
      ann < <iq type='result' id='l1' from='{bo/desk}'><query xmlns='jabber:iq:last' seconds='123'/></iq>
    `,
  },
])
