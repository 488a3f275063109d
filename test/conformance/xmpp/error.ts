/** An error as it stands in a pattern. @param type RFC 6120 section 8.3.2; any where it is left out */
export function error(condition: string, type?: string): string {
  const how = type === undefined ? '' : ` type='${type}'`
  return `<error${how}><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`
}

/** A stream error as it stands in a pattern. */
export function streamError(condition: string): string {
  const named = `<${condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>`
  return `<error xmlns='http://etherx.jabber.org/streams'>${named}</error>`
}

/** Of `stream:stream` and what belongs to it. */
export const streamNs = `xmlns='http://etherx.jabber.org/streams'`
