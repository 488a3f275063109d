import { conform } from './conform.ts'

const document = 'XEP-0045 (1.35.5)'
const info = `<query xmlns='http://jabber.org/protocol/disco#info'/>`
const items = `<query xmlns='http://jabber.org/protocol/disco#items'/>`

function infoWith(content: string): string {
  return `<query xmlns='http://jabber.org/protocol/disco#info'>${content}</query>`
}

function itemsWith(content: string): string {
  return `<query xmlns='http://jabber.org/protocol/disco#items'>${content}</query>`
}

const traffic = `<query xmlns='http://jabber.org/protocol/disco#info' node='{muc}#traffic'/>`
const reserved = `<query xmlns='http://jabber.org/protocol/disco#info' node='x-roomuser-item'/>`

conform(document, 'what is in a room', [
  {
    at: '6.5',
    says: 'An implementation MAY return a list of existing occupants if that information is publicly available.',
    that: 'to those who are in',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      ann gets {room}: ${items}
      ann is given ${itemsWith(`<item jid='{room}/Ann'/><item jid='{room}/Bo'/>`)}
    `,
  },
  {
    at: '6.5',
    says: 'If the list of occupants is private, the room MUST return an empty <query/> element.',
    that: 'to those who are not in',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo gets {room}: ${items}
      bo is given ${itemsWith('<item>{none}</item>')}
    `,
  },
  ...[info, items].map((query) => ({
    at: '6.6',
    says: 'If a non-occupant attempts to send a disco request to an address of the form <room@service/nick>, a MUC service MUST return a <bad-request/> error.',
    that: query.includes('#info') ? 'info' : 'items',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo gets {room}/Ann: ${query}
      bo is refused modify bad-request
      ann !< <iq/>
    `,
  })),
  {
    at: '6.6',
    says: 'If an occupant sends such a request, the service MAY pass it through the intended recipient.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo gets {room}/Ann: ${info}
      ann < <iq type='get' from='{room}/Bo' id='{=id}'>${info}</iq>
      ann > <iq type='result' to='{room}/Bo' id='{id}'>${infoWith(`<identity category='client' type='pc'/>`)}</iq>
      bo is given ${infoWith(`<identity category='client' type='pc'/>`)}
    `,
  },
  {
    at: '6.7',
    says: 'An entity may also query a contact regarding which rooms the contact is in.',
    that: 'the node passes through the room as well',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo gets {room}/Ann: <query xmlns='http://jabber.org/protocol/disco#items' node='{muc}#rooms'/>
      ann < <iq type='get' from='{room}/Bo' id='{=id}'><query xmlns='http://jabber.org/protocol/disco#items' node='{muc}#rooms'/></iq>
      ann > <iq type='error' to='{room}/Bo' id='{id}'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
      bo is refused cancel service-unavailable
    `,
  },
  {
    at: '7.12',
    says: 'If the user does not have a registered nickname, the room MUST return a service discovery <query/> element that is empty.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo gets {room}: ${reserved}
      bo is given <query xmlns='http://jabber.org/protocol/disco#info' node='x-roomuser-item'><identity>{none}</identity></query>
    `,
  },
  {
    at: '7.12',
    says: 'The service MUST NOT return an error to the user if his or her client sends the foregoing request after having already joined the room.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo gets {room}: ${reserved}
      bo is given <query xmlns='http://jabber.org/protocol/disco#info' node='x-roomuser-item'/>
    `,
  },
  {
    at: '17.1.1',
    says: 'If a service does not discard any namespaces, it MUST return a <service-unavailable/> error.',
    script: `
      there: ann
      ann makes {room} as Ann
      ann gets {room}: ${traffic}
      ann is refused cancel service-unavailable
    `,
  },
  {
    at: '6.4',
    says: 'The room MUST return its identity.',
    that: 'and no node that it does not have',
    script: `
      there: ann
      ann makes {room} as Ann
      ann gets {room}: <query xmlns='http://jabber.org/protocol/disco#info' node='no-such-node'/>
      ann is refused cancel item-not-found
      ann gets {room}: <query xmlns='urn:example:nothing'/>
      ann is refused cancel service-unavailable
    `,
  },
])

conform(document, 'requests from one occupant to another', [
  {
    at: '14.4',
    says: 'The sender can direct the stanza to the recipient’s occupant JID and the service SHOULD forward the stanza to the recipient’s real JID. However, the MUC service MUST NOT reveal the sender’s real JID to the recipient at any time.',
    script: `
      there: ann, bo, cy
      ann makes {room} as Ann
      bo joins {room} as Bo
      cy joins {room} as Cy
      bo gets {room}/Cy: <query xmlns='jabber:iq:version'/>
      cy < <iq type='get' from='{room}/Bo' to='{cy/desk}' id='{=id}'><query xmlns='jabber:iq:version'/></iq>
      cy > <iq type='result' to='{room}/Bo' id='{id}'><query xmlns='jabber:iq:version'><name>x</name></query></iq>
      bo < <iq type='result' from='{room}/Cy' to='{bo/desk}'><query xmlns='jabber:iq:version'><name>x</name></query></iq>
    `,
  },
  {
    at: '14.4',
    says: 'An IQ sent to the JID of the room itself is handled by the room and is not reflected to all of the room occupants.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo gets {room}: <query xmlns='jabber:iq:version'/>
      bo is refused cancel service-unavailable
      ann !< <iq/>
    `,
  },
  {
    at: '14.4',
    says: 'The service SHOULD forward the stanza to the recipient’s real JID.',
    that: 'where there is nobody of that name: item-not-found',
    script: `
      there: ann
      ann makes {room} as Ann
      ann gets {room}/Nobody: <query xmlns='jabber:iq:version'/>
      ann is refused cancel item-not-found
    `,
  },
  {
    at: 'XEP-0199 4.4',
    says: 'The room itself answers a ping.',
    script: `
      there: ann
      ann makes {room} as Ann
      ann gets {room}: <ping xmlns='urn:xmpp:ping'/>
      ann is given nothing
      ann gets {rooms}: <ping xmlns='urn:xmpp:ping'/>
      ann is given nothing
    `,
  },
])
