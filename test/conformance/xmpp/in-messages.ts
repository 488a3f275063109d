// What tables of XEPs that stand in messages are written with.
import { fin, query, result } from './archives.ts'
import { NS_INFO } from './pubsub-words.ts'

export const info = `<query xmlns='${NS_INFO}'/>`
export const hasFeature = (name: string): string =>
  `<query xmlns='${NS_INFO}'><feature var='${name}'/></query>`

/** Ann sends Bo something, which reaches him as it is. @param type of the message */
export function passes(inside: string, type = 'chat'): string {
  return `
    there: ann, bo
    ann > <message to='{bo}' type='${type}' id='m1'>${inside}</message>
    bo < <message from='{ann/desk}' type='${type}' id='m1'>${inside}</message>
  `
}

/** The same, and it is in the archive. */
export function isKept(inside: string, type = 'chat'): string {
  return `
    ${passes(inside, type)}
    ann sets: ${query()}
    ann < ${result(`<message id='m1'>${inside}</message>`)}
  `
}

/** The same, and nothing is in the archive of either. */
export function isNotKept(inside: string, type = 'chat'): string {
  return `
    ${passes(inside, type)}
    ${['ann', 'bo']
      .map(
        (who) => `
          ${who} > <iq type='set' id='q1'>${query()}</iq>
          ${who} < <iq type='result' id='q1'>${fin('', ` complete='true'`)}</iq>
          ${who} !< <message><result xmlns='urn:xmpp:mam:2'/></message>
        `,
      )
      .join('')}
  `
}

/** Bo is not there when Ann sends it, and comes then. */
export function sentToNobody(inside: string, type = 'chat'): string {
  return `
    there: ann
    account: bo
    ann > <message to='{bo}' type='${type}' id='m1'>${inside}</message>
    ann !< <message type='error'/>
    bo arrives
  `
}

/** Bo has said something in Ann's room, and Cy is in it; its stanza id is `{sid}`. */
export const oneLine = `
  there: ann, bo, cy
  ann makes {room} as Ann
  bo joins {room} as Bo
  cy joins {room} as Cy
  bo > <message to='{room}' type='groupchat' id='said'><body>first</body></message>
  ann < <message from='{room}/Bo'><body>first</body><stanza-id xmlns='urn:xmpp:sid:0' by='{room}' id='{=sid}'/></message>
  all is read
`

/** Of the archive of the room. */
export function roomResult(message: string): string {
  const said = message.replace('<message', `<message xmlns='jabber:client'`)
  return `<message from='{room}' to='{any}'><result xmlns='urn:xmpp:mam:2' id='{any}'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='{any}'/>${said}</forwarded></result></message>`
}

export const archive = query()
