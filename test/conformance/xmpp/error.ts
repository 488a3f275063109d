/** An error as it stands in a pattern. @param type RFC 6120 section 8.3.2; any where it is left out */
export function error(condition: string, type?: string): string {
  const how = type === undefined ? '' : ` type='${type}'`
  return `<error${how}><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`
}
