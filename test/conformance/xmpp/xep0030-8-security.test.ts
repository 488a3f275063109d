// XEP-0030, section 8: who is told what of people.
import { conform } from './conform.ts'
import { create, NS_INFO, NS_ITEMS } from './pubsub-words.ts'

const document = 'XEP-0030 (2.5.0)'
const info = `<query xmlns='${NS_INFO}'/>`
const items = `<query xmlns='${NS_ITEMS}'/>`
const nothing = `<query xmlns='${NS_ITEMS}'><item>{none}</item></query>`
const nothingOf = (node: string): string =>
  `<query xmlns='${NS_ITEMS}' node='${node}'><item>{none}</item></query>`

/** Bo sees Ann's presence, and Ann does not see his. */
const oneWay = `
  there: ann, bo
  bo > <presence type='subscribe' to='{ann}'/>
  ann < <presence type='subscribe'/>
  ann > <presence type='subscribed' to='{bo}'/>
  all is read
`

conform(document, 'information about people', [
  ...['nobody@{domain}', 'nobody@{domain}/desk'].map((to) => ({
    at: '8',
    says: `In response to a disco#info request, the server MUST return a <service-unavailable/> error if one of the following is true: […] The target entity does not exist (no matter if the request specifies a node or not).`,
    that: to,
    script: `
      there: ann
      ann gets ${to}: ${info}
      ann is refused cancel service-unavailable
      ann gets ${to}: <query xmlns='${NS_INFO}' node='n'/>
      ann is refused cancel service-unavailable
    `,
  })),
  {
    at: '8',
    says: `The requesting entity is not authorized to receive presence from the target entity (i.e., via the target having a presence subscription to the requesting entity of type "both" or "from") or is not otherwise trusted (e.g., another server in a trusted network).`,
    that: 'a stranger, about the person and the device, who is not asked',
    script: `
      there: ann, bo
      ann gets {bo}: ${info}
      ann is refused cancel service-unavailable
      ann gets {bo/desk}: ${info}
      ann is refused cancel service-unavailable
      bo !< <iq/>
    `,
  },
  {
    at: '8',
    says: `The requesting entity is not authorized to receive presence from the target entity […].`,
    that: 'whether the node is there or not',
    script: `
      there: ann, bo
      bo does: ${create('n', '')}
      ann gets {bo}: <query xmlns='${NS_INFO}' node='n'/>
      ann is refused cancel service-unavailable
      ann gets {bo}: <query xmlns='${NS_INFO}' node='other'/>
      ann is refused cancel service-unavailable
    `,
  },
  {
    at: '8',
    says: `[…] via the target having a presence subscription to the requesting entity of type "both" or "from" […]`,
    that: 'the other way round is not enough',
    script: `
      ${oneWay}
      ann gets {bo}: ${info}
      ann is refused cancel service-unavailable
      bo gets {ann}: ${info}
      bo is given <query xmlns='${NS_INFO}'><identity category='account' type='registered'/></query>
    `,
  },
  {
    at: '8',
    says: `A server MUST carefully control access to any functionality that would enable directory harvesting attacks or that would leak information about connected or available resources […].`,
    that: 'somebody at another domain is told the same of who is there and who is not',
    script: `
      there: ann
      outsider: zed
      zed > <iq type='get' id='i1' to='{ann}'>${info}</iq>
      zed < <iq type='error' id='i1' from='{ann}'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
      zed > <iq type='get' id='i2' to='nobody@{domain}'>${info}</iq>
      zed < <iq type='error' id='i2' from='nobody@{domain}'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
      zed > <iq type='get' id='i3' to='{ann}'>${items}</iq>
      zed < <iq type='result' id='i3' from='{ann}'>${nothing}</iq>
      zed > <iq type='get' id='i4' to='nobody@{domain}'>${items}</iq>
      zed < <iq type='result' id='i4' from='nobody@{domain}'>${nothing}</iq>
    `,
  },
])

conform(document, 'items of people', [
  {
    at: '8',
    says: `In response to a disco#items request, the server MUST return an empty result set if: The target entity does not exist (no matter if the request specifies a node or not).`,
    script: `
      there: ann
      ann gets nobody@{domain}: ${items}
      ann is given ${nothing}
      ann gets nobody@{domain}: <query xmlns='${NS_ITEMS}' node='n'/>
      ann is given ${nothingOf('n')}
    `,
  },
  {
    at: '8',
    says: `The request did not specify a node, the only items are available resources (as defined in RFC 3921), and the requesting entity is not authorized to receive presence from the target entity […].`,
    script: `
      there: ann, bo
      ann gets {bo}: ${items}
      ann is given ${nothing}
    `,
  },
  {
    at: '8',
    says: `However, the server MAY return items other than available resources (if any).`,
    that: 'those that are for everybody, and no others',
    script: `
      there: ann, bo
      bo does: ${create('mine', '')}
      ann gets {bo}: ${items}
      ann is given ${nothing}
      ann gets {bo}: <query xmlns='${NS_ITEMS}' node='mine'/>
      ann is given ${nothingOf('mine')}
      bo does: ${create('open', 'access_model=open')}
      ann gets {bo}: ${items}
      ann is given <query xmlns='${NS_ITEMS}'><item jid='{bo}' node='open'/><item node='mine'>{none}</item><item jid='{bo/desk}'>{none}</item></query>
    `,
  },
  {
    at: '8',
    says: `[…] via the target having a presence subscription to the requesting entity of type "both" or "from" […]`,
    that: 'the other way round is not enough',
    script: `
      ${oneWay}
      ann gets {bo}: ${items}
      ann is given ${nothing}
      bo gets {ann}: ${items}
      bo is given <query xmlns='${NS_ITEMS}'><item jid='{ann/desk}'/></query>
    `,
  },
])
