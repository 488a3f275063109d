// What the tables of archives have in common: queries, and patterns of what comes.

export const mam = `xmlns='urn:xmpp:mam:2'`
export const rsm = (inside: string): string =>
  `<set xmlns='http://jabber.org/protocol/rsm'>${inside}</set>`
export const field = (name: string, ...values: readonly string[]): string =>
  `<field var='${name}'>${values.map((value) => `<value>${value}</value>`).join('')}</field>`
export const form = (...fields: readonly string[]): string =>
  `<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field>${fields.join('')}</x>`
export const query = (inside = '', attrs = ''): string => `<query ${mam}${attrs}>${inside}</query>`
/** A result, and what is in its message. */
export const result = (message: string, id = '{any}', attrs = ''): string =>
  `<message from='{ann}' to='{ann/desk}'><result ${mam} id='${id}'${attrs}><forwarded xmlns='urn:xmpp:forward:0'>` +
  `<delay xmlns='urn:xmpp:delay' stamp='{any}'/>${message.replace('<message', `<message xmlns='jabber:client'`)}</forwarded></result></message>`
export const fin = (inside = '', attrs = ''): string => `<fin ${mam}${attrs}>${inside}</fin>`
export const message = (id: string): string => `<message id='${id}'/>`

/** Five messages between ann and bo; their archive ids are {u1} to {u5}. */
export const five = `
  there: ann, bo
  ${[1, 2, 3, 4, 5]
    .map(
      (n) => `bo > <message to='{ann}' id='m${n}' type='chat'><body>${n}</body></message>
      ann < <message id='m${n}'><stanza-id xmlns='urn:xmpp:sid:0' by='{ann}' id='{=u${n}}'/></message>`,
    )
    .join('\n')}
  all is read
`
export const gets = (...numbers: readonly number[]): string =>
  numbers.map((n) => `ann next < ${result(message(`m${n}`), `{u${n}}`)}`).join('\n')
