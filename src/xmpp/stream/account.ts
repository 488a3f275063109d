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
