import { decodePunycode } from './punycode.ts'

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const plainDomain = new RegExp(`^${label}(?:\\.${label})*$`)
/** ASCII that neither a host name nor the characters which Unicode maps to one may bring along. */
const foreignAscii = /[^A-Za-z0-9.\-\u0080-\u{10ffff}]/u
const ipv6Literal = /^\[[0-9A-Fa-f:.]+\]$/

/**
 * Prepares a domainpart, RFC 7622 section 3.2: lower case, U-labels instead of A-labels, no final dot. IP addresses are
 * fine, IPv6 in brackets.
 *
 * @returns null when it may not be one
 */
export function domainPart(text: string): string | null {
  if (ipv6Literal.test(text)) return hostOf(text)
  const lower = withoutFinalDot(text.toLowerCase())
  if (plainDomain.test(lower) && !lower.includes('xn--')) return lower
  if (foreignAscii.test(lower)) return null
  const ascii = hostOf(lower)
  if (ascii === null) return null
  const host = withoutFinalDot(ascii)
  if (!plainDomain.test(host)) return null
  const labels = host.split('.').map(toUnicode)
  // What stays an A-label is none, and what does not lead back to the same host is another one in disguise.
  const unicode = labels.join('.')
  return labels.some((part) => part.startsWith('xn--')) || hostOf(unicode) !== host ? null : unicode
}

function withoutFinalDot(text: string): string {
  return text.endsWith('.') ? text.slice(0, -1) : text
}

/** The URL standard's host parser is an IDNA processor that browsers have, too. It answers with A-labels. */
function hostOf(domain: string): string | null {
  return URL.parse(`http://${domain}/`)?.hostname ?? null
}

function toUnicode(part: string): string {
  return part.startsWith('xn--') ? (decodePunycode(part.slice(4)) ?? part) : part
}
