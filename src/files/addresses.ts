// Where a file is uploaded to and fetched from. Both are capabilities: whoever has one needs no other right.

/** Below the base URL; the HTTP port has its routes there. */
export const filesPath = '/files'
export const slotsPath = '/upload'

/** 16 bytes in base64url. */
const token = '[A-Za-z0-9_-]{22}'
const tokenForm = new RegExp(`^${token}$`)

export function addressOf(
  baseUrl: string,
  of: { readonly address: string; readonly name: string },
): string {
  return `${baseUrl}${filesPath}/${of.address}/${encoded(of.name)}`
}

export function slotUrl(
  baseUrl: string,
  of: { readonly token: string; readonly name: string },
): string {
  return `${baseUrl}${slotsPath}/${of.token}/${encoded(of.name)}`
}

export function isToken(text: string): boolean {
  return tokenForm.test(text)
}

/**
 * Finds addresses in a stanza, or rather what stands for the file in them. It looks for them as they were given out: one that is written
 * otherwise names nothing, and cannot be fetched before one that does.
 */
export function addressFinder(baseUrl: string): (wire: string) => readonly string[] {
  const start = `${baseUrl}${filesPath}/`
  const pattern = new RegExp(
    `${start.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(${token})(?![A-Za-z0-9_-])`,
    'g',
  )
  return (wire) => {
    // Nearly all stanzas end here.
    if (!wire.includes(start)) return []
    return [...new Set([...wire.matchAll(pattern)].map(([, found = '']) => found))]
  }
}

/** RFC 3986 section 2.3, and nothing that XML or a person's eyes would end an address at. */
function encoded(name: string): string {
  return encodeURIComponent(name).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
