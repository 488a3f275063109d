// Which domains a certificate speaks for: RFC 6120 §13.7.1.2, RFC 6125 §6.4, RFC 4985.

/** The names that a certificate has for its subject. The common name is none of them: RFC 6125 §6.4.4. */
export type CertificateNames = {
  readonly dns: readonly string[]
  /** XmppAddr, RFC 6120 §13.7.1.4. */
  readonly xmpp: readonly string[]
  /** SRVName, RFC 4985: `_xmpp-server.example.org`. */
  readonly srv: readonly string[]
}

const noNames: CertificateNames = { dns: [], xmpp: [], srv: [] }

/** Names that are looked at in one certificate. */
const namesMax = 1_000

const tag = { sequence: 0x30, objectId: 0x06, octets: 0x04, extensions: 0xa3 } as const
const general = { otherName: 0xa0, dns: 0x82, value: 0xa0 } as const
const oid = {
  subjectAltName: '551d11',
  xmppAddr: '2b06010505070805',
  srvName: '2b06010505070807',
} as const

/**
 * The subject alternative names. Read from the bytes: what OpenSSL prints of them can be made to say something else by a
 * name with a comma in it.
 *
 * @param raw the certificate, DER. It has been parsed before, by OpenSSL; what is odd has no names
 */
export function namesOf(raw: Uint8Array): CertificateNames {
  const [certificate] = values(raw)
  const [signed] = certificate ? values(certificate.body) : []
  if (signed?.tag !== tag.sequence) return noNames
  const wrapped = values(signed.body).find((part) => part.tag === tag.extensions)
  const [list] = wrapped ? values(wrapped.body) : []
  for (const extension of list ? values(list.body) : []) {
    const [id, ...rest] = values(extension.body)
    const content = rest.at(-1)
    if (id === undefined || hex(id.body) !== oid.subjectAltName) continue
    if (content?.tag !== tag.octets) return noNames
    const [names] = values(content.body)
    return names ? sorted(values(names.body).slice(0, namesMax)) : noNames
  }
  return noNames
}

function sorted(names: readonly Value[]): CertificateNames {
  const found = { dns: [] as string[], xmpp: [] as string[], srv: [] as string[] }
  for (const name of names) {
    if (name.tag === general.dns) found.dns.push(text(name.body))
    if (name.tag !== general.otherName) continue
    const [id, explicit] = values(name.body)
    const [value] = explicit?.tag === general.value ? values(explicit.body) : []
    if (!id || !value) continue
    if (hex(id.body) === oid.xmppAddr) found.xmpp.push(text(value.body))
    if (hex(id.body) === oid.srvName) found.srv.push(text(value.body))
  }
  return found
}

/**
 * Whether the certificate is for that domain.
 *
 * @param domain.unicode as in addresses
 * @param domain.ascii as in DNS
 */
export function speaksFor(
  { dns, xmpp, srv }: CertificateNames,
  domain: { readonly unicode: string; readonly ascii: string },
): boolean {
  const ascii = domain.ascii.toLowerCase()
  if (xmpp.some((name) => name === domain.unicode || name.toLowerCase() === ascii)) return true
  if (srv.some((name) => name.toLowerCase() === `_xmpp-server.${ascii}`)) return true
  return dns.some((name) => matchesDns(name.toLowerCase(), ascii))
}

/** RFC 6125 §6.4.3: a star is the whole left-most label, and stands for just one. */
function matchesDns(name: string, host: string): boolean {
  if (name === host) return true
  const dot = host.indexOf('.')
  return name.startsWith('*.') && dot > 0 && name.length > 2 && name.slice(1) === host.slice(dot)
}

type Value = { readonly tag: number; readonly body: Uint8Array }

/** The DER values one after the other; none from the first on that is not whole. */
function values(bytes: Uint8Array): Value[] {
  const found: Value[] = []
  for (let at = 0; at + 2 <= bytes.length && found.length <= namesMax;) {
    const [kind = 0, first = 0] = bytes.subarray(at, at + 2)
    at += 2
    let length = first
    if (first >= 0x80) {
      const digits = first & 0x7f
      if (digits === 0 || digits > 4) return found
      length = 0
      for (const byte of bytes.subarray(at, at + digits)) length = length * 256 + byte
      at += digits
    }
    if (at + length > bytes.length) return found
    found.push({ tag: kind, body: bytes.subarray(at, at + length) })
    at += length
  }
  return found
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8')
}
