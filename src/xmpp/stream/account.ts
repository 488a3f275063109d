import { parseJid } from '../wire/jid.ts'

/**
 * The address that a name at sign-in means. What is no valid local part stays as it is, is found nowhere, and so takes
 * the road of every unknown name.
 */
export function addressOf(name: string, domain: string): string {
  const address = `${name}@${domain}`
  const jid = parseJid(address)
  return jid !== null && jid.domain === domain && jid.resource === null ? jid.bare : address
}

/** A name in a GS2 header or in SCRAM, RFC 5801 §4 and RFC 5802 §5.1: "=2C" and "=3D" stand for "," and "="; any other "=" is malformed, and null. */
export function unescaped(name: string): string | null {
  if (/=(?!2C|3D)/.test(name)) return null
  return name.replaceAll('=2C', ',').replaceAll('=3D', '=')
}
