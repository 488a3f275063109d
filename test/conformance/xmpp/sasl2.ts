// What tables of signing in with XEP-0388 are written with. All of it is said on the wire `w`.

export const NS_SASL2 = 'urn:xmpp:sasl:2'
export const NS_SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'
export const NS_STREAMS = 'http://etherx.jabber.org/streams'
export const NS_BIND = 'urn:xmpp:bind:0'
export const NS_FAST = 'urn:xmpp:fast:0'

export const installation = 'd4565fa7-4d72-4749-b3d3-740edbf87770'
export const agent = `<user-agent id='${installation}'><software>Awesome</software><device>Phone</device></user-agent>`
export const bind = `<bind xmlns='${NS_BIND}'><tag>Awesome</tag></bind>`

/** A connection that has read the stream header. */
export function opened(wire = 'w'): string {
  return `
      wire ${wire}
      ${wire} opens
      ${wire} < <stream xmlns='${NS_STREAMS}'/>`
}

export function features(inside: string): string {
  return `w < <features xmlns='${NS_STREAMS}'>${inside}</features>`
}

/** @param data base64 */
export function authenticate(data: string, inside = '', mechanism = 'PLAIN', wire = 'w'): string {
  return `${wire} > <authenticate xmlns='${NS_SASL2}' mechanism='${mechanism}'><initial-response>${data}</initial-response>${inside}</authenticate>`
}

export function succeeds(inside = '', wire = 'w'): string {
  return `${wire} < <success xmlns='${NS_SASL2}'>${inside}</success>`
}

export function failure(condition: string, wire = 'w'): string {
  return `${wire} < <failure xmlns='${NS_SASL2}'><${condition} xmlns='${NS_SASL}'/></failure>`
}
