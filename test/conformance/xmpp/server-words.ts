// What tables of streams between servers say again and again. `far` is the other server; it calls on the wire `w` and is called on `b`.

export const NS_SERVER = 'jabber:server'
export const NS_STREAMS = 'http://etherx.jabber.org/streams'
const NS_DIALBACK = 'jabber:server:dialback'
export const NS_TLS = 'urn:ietf:params:xml:ns:xmpp-tls'
export const dialbackFeature = `<dialback xmlns='urn:xmpp:features:dialback'><errors/></dialback>`

/** A connection inside TLS, with the features left to be read; `{id}` is the id of its stream. @param how `as far`: with its certificate */
export function secured(how = '', wire = 'w', far = 'far'): string {
  return `
      wire ${wire} at the servers
      ${wire} opens as ${far}
      ${wire} < <features xmlns='${NS_STREAMS}'/>
      ${wire} > <starttls xmlns='${NS_TLS}'/>
      ${wire} < <proceed xmlns='${NS_TLS}'/>
      ${wire} < ${header('{any}', far)}
      ${wire} goes over to TLS${how === '' ? '' : ` ${how}`}
      ${wire} opens as ${far}
      ${wire} < ${header('{=id}', far)}`
}

/** What our server answers with, as a pattern. */
export function header(id: string, far = 'far'): string {
  return `<stream xmlns='${NS_STREAMS}' from='{domain}' to='{${far}}' id='${id}'/>`
}

export function features(inside: string, wire = 'w'): string {
  return `${wire} < <features xmlns='${NS_STREAMS}'>${inside}</features>`
}

/** Our server has called, and is greeted. @param offers inside the features */
export function called(offers = '', far = 'far', wire = 'b'): string {
  return `
      ${far} is called: ${wire}
      ${wire} < <stream xmlns='${NS_STREAMS}' from='{domain}' to='{${far}}' id='{none}'/>
      ${wire} > <stream:stream xmlns='${NS_SERVER}' xmlns:db='${NS_DIALBACK}' xmlns:stream='${NS_STREAMS}'
      | from='{${far}}' to='{domain}' id='back' version='1.0'>
      ${wire} > <stream:features>${offers}</stream:features>`
}

/** @param key base64 or hex */
export function says(key: string, from = '{far}', to = '{domain}'): string {
  return `<db:result from='${from}' to='${to}'>${key}</db:result>`
}

/** An answer to that, as a pattern. */
export function result(type: string, inside = '', from = '{domain}', to = '{far}'): string {
  return `<result xmlns='${NS_DIALBACK}' from='${from}' to='${to}' type='${type}'>${inside}</result>`
}

/** The question about it, as a pattern. */
export function question(key: string, far = 'far', id = '{id}'): string {
  return `<verify xmlns='${NS_DIALBACK}' from='{domain}' to='{${far}}' id='${id}' type='{none}'>${key}</verify>`
}

export function verdict(type: string, inside = '', from = '{far}', id = '{id}'): string {
  return `<db:verify from='${from}' to='{domain}' id='${id}' type='${type}'>${inside}</db:verify>`
}

/** In dialback elements. */
export function dialbackError(condition: string): string {
  return `<error xmlns='${NS_SERVER}' type='cancel'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`
}

/** The pair of `far` and our domain is proved on `w`, by a key. */
export function proved(how = '', before = ''): string {
  return `${secured(how)}
      ${before}
      w > ${says('key')}
      ${called()}
      b < ${question('key')}
      b > ${verdict('valid')}
      w < ${result('valid')}`
}

export function message(from: string, to: string, body: string, more = ''): string {
  return `<message from='${from}' to='${to}' type='chat'${more}><body>${body}</body></message>`
}

/** Ann's message waits for this key to be believed. */
export const asks = `
      there: ann
      server: far
      ann > ${message('{ann/desk}', 'zoe@{far}', 'hello', ` id='m1'`)}
      ${called(dialbackFeature)}
      b < <result xmlns='jabber:server:dialback' from='{domain}' to='{far}' type='{none}'>{=key}</result>`

/** The answer to a question about a key, with `{id}` of the stream that it was made for. */
export function about(key: string, id: string, type: string): string {
  return `w > <db:verify from='{far}' to='{domain}' id='${id}'>${key}</db:verify>
      w < <verify xmlns='jabber:server:dialback' from='{domain}' to='{far}' id='${id}' type='${type}'/>`
}
