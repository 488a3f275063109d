import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { mustOpenNothing } from '../door/powers.ts'
import { personAnswer } from '../contract/shared.ts'
import { type LdapSync } from '../../directory/ldap/sync.ts'
import { type LdapAnswer, ldapAnswer } from '../contract/people.ts'
import { type ApiHost, nothing, ofPerson, personAt, route } from '../door/route.ts'

export const syncLdap = route({
  method: 'POST',
  path: '/v1/ldap/sync',
  permission: 'people.manage',
  summary: 'Compares people and groups with the directory server, and does what differs.',
  answer: ldapAnswer,
  params: nothing,
  query: nothing,
  body: z.strictObject({
    dryRun: z.boolean().default(false),
    /** That so many may vanish. */
    confirm: z.boolean().default(false),
  }),
  async handle({ body: { dryRun: isDry, confirm }, by }, host) {
    const who = 'person' in by.actor ? by.actor.person : 'command line'
    const report = await ldapOf(host).run({ isDry, confirmed: confirm ? who : null })
    const body: LdapAnswer = {
      ...report,
      added: [...report.added],
      suspended: [...report.suspended],
      enabled: [...report.enabled],
      changed: [...report.changed],
    }
    return { status: 200, body }
  },
})

export const linkLdap = route({
  method: 'POST',
  path: '/v1/people/:address/ldap',
  permission: 'people.manage',
  summary: 'Who has a password here signs in at the directory server from now on.',
  answer: personAnswer,
  params: ofPerson,
  query: nothing,
  body: nothing,
  async handle({ params: { address }, by }, host) {
    const person = personAt(host.directory, address)
    mustOpenNothing(person, by, host.directory)
    await ldapOf(host).link(person.address, by.actor)
    return { status: 200, body: host.directory.get(person.id) }
  },
})

function ldapOf({ ldap }: ApiHost): LdapSync {
  if (ldap !== null) return ldap
  throw new OperatorError('ldap.none', 'There is no directory server: ONRECORD_LDAP_URL names one.')
}
