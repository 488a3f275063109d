import { type Log } from '../base/log.ts'
import { doneRecord } from '../directory/acts.ts'
import { type OpenWays } from '../directory/ways-out.ts'
import { RecordRefused } from '../record/errors.ts'
import { type Record } from '../record/ports.ts'
import { type SiemPlace } from './audit-settings.ts'
import { type Config } from './config.ts'

/** Those that are open by these settings, and to whom: no secret is in it. Those that are not named here are open for whoever may. */
export function openWays(config: Config): OpenWays {
  const { s2s, components, proofs, ldap, oidc, alarms, audit, keyHolders, httpPort } = config
  const services = keyHolders.holders.filter(({ kind }) => kind !== 'file').map(({ kind }) => kind)
  const outsiders = [
    ...(proofs.witnessPolicyFile === null ? [] : ['witnesses of the policy']),
    ...(proofs.timestamps === null ? [] : [hostOf(proofs.timestamps.url)]),
  ]
  return {
    ...(s2s && { federation: s2s.policy.allow }),
    ...(components.length > 0 && { component: components.map(({ domain }) => domain) }),
    ...(httpPort !== null && { api: [`port ${httpPort}`], 'file link': [`port ${httpPort}`] }),
    ...(alarms.mail && { mail: [hostOf(alarms.mail.url)] }),
    ...(services.length > 0 && { 'key holders': services }),
    ...(outsiders.length > 0 && { witnesses: outsiders }),
    ...(proofs.logReaders !== 'off' && { 'read-only log': [proofs.logReaders] }),
    ...(audit.siem && { siem: [siemHost(audit.siem.place)] }),
    ...(ldap && { directory: [hostOf(ldap.place.url)] }),
    ...(oidc && { 'identity provider': [hostOf(oidc.issuer)] }),
  }
}

/** Always open, to whoever may: no news. */
const inside: readonly string[] = ['api', 'file link']

/** Puts on record what leads outside from now on, at each start, before anybody is served. */
export async function noteWays(
  config: Config,
  { record, log }: { readonly record: Pick<Record, 'append'>; readonly log: Log },
): Promise<void> {
  const ways = Object.entries(openWays(config)).filter(([name]) => !inside.includes(name))
  if (ways.length === 0) return
  try {
    await record.append(
      doneRecord('ways.open', { ways: Object.fromEntries(ways) }, { by: { commandLine: true } }),
    )
  } catch (error) {
    if (!(error instanceof RecordRefused)) throw error
    // Nothing can be recorded, so nothing goes out either.
    log.error('ways.not-noted', { reason: error.why.reason })
  }
}

function siemHost(place: SiemPlace): string {
  return place.kind === 'https' ? hostOf(place.url) : `${place.host}:${place.port}`
}

function hostOf(url: string): string {
  return new URL(url).host
}
