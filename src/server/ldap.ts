import { type Log } from '../base/log.ts'
import { type Random } from '../base/random.ts'
import { systemTimer } from '../base/timer.ts'
import { type LdapServer } from '../directory/ldap/ports.ts'
import { createLdapSync, type LdapSync } from '../directory/ldap/sync.ts'
import { type Directory } from '../directory/ports.ts'
import { type SignInElsewhere } from '../directory/sign-in.ts'
import { ldapServer } from '../storage/ldap/ldap-server.ts'
import { parseJid } from '../xmpp/wire/jid.ts'
import { type Config } from './config.ts'

/** The directory server that is set; null where there is none. */
export type Ldap = {
  readonly elsewhere: SignInElsewhere
  sync(directory: Directory): LdapSync
}

export function openLdap(
  { ldap, domain }: Pick<Config, 'ldap' | 'domain'>,
  { random, log }: { readonly random: Random; readonly log: Log },
): Ldap | null {
  if (ldap === null) return null
  const server: LdapServer = ldapServer(ldap.place, random)
  return {
    elsewhere: {
      isPlainOnly: ldap.isPlainOnly,
      check: async (source, password) =>
        await server.signIn(source?.kind === 'ldap' ? source.id : null, password),
    },
    sync: (directory) =>
      createLdapSync({
        server,
        directory,
        addressOf: (login) => addressOf(login, domain),
        settings: ldap.settings,
        timer: systemTimer,
        log,
      }),
  }
}

/** A name, or a whole address at our domain. */
function addressOf(login: string, domain: string): string | null {
  const parsed = parseJid(login.includes('@') ? login : `${login}@${domain}`)
  if (!parsed || parsed.local === null || parsed.resource !== null) return null
  return parsed.domain === domain ? parsed.bare : null
}
