// A directory over a fake record, whose people come from a directory server.
import { memoryAccess } from '../fakes/access-state.ts'
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { OperatorError } from '../../src/base/errors.ts'
import { silentLog } from '../../src/base/log.ts'
import { systemRandom } from '../../src/base/random.ts'
import { type LdapSync } from '../../src/directory/ldap/sync.ts'
import { openDirectory } from '../../src/directory/open.ts'
import { type Directory } from '../../src/directory/ports.ts'
import { readConfig } from '../../src/server/config.ts'
import { openLdap } from '../../src/server/ldap.ts'
import { parseJid } from '../../src/xmpp/wire/jid.ts'
import { fakeRecord, type FakeRecord } from '../fakes/record.ts'
import { freshState } from '../fakes/state.ts'
import { type Slapd } from './slapd.ts'

export function code(wanted: string): (error: unknown) => boolean {
  return (error) => error instanceof OperatorError && error.code === wanted
}

export async function ldapCompany(
  t: TestContext,
  slapd: Pick<Slapd, 'dir' | 'env'>,
): Promise<{
  readonly directory: Directory
  readonly record: FakeRecord
  readonly sync: LdapSync
  readonly withFilter: (filter: string) => LdapSync
  readonly ldapWith: (env: Readonly<Record<string, string>>) => LdapSync
}> {
  const record = fakeRecord()
  const outside = { clock: systemClock, random: systemRandom(), log: silentLog }
  const ldapIn = (
    env: Readonly<Record<string, string>>,
  ): NonNullable<ReturnType<typeof openLdap>> => {
    const places = { ONRECORD_DATA: join(slapd.dir, 'data'), ONRECORD_DOMAIN: 'chat.example' }
    return openLdap(readConfig({ env: { ...places, ...env } }), outside) ?? assert.fail()
  }
  const directory = await openDirectory({
    access: memoryAccess(),
    ...outside,
    state: await freshState(t),
    record,
    domain: 'chat.example',
    parseAddress: parseJid,
    invitations: { mode: 'administrators', days: 7 },
    scramIterations: 10, // so that the tests are quick
    webCost: { memory: 8, passes: 1 },
    opening: { ownPassword: 'unless-factor', secondFactor: 'optional' },
    elsewhere: ldapIn(slapd.env).elsewhere,
  })
  const ldapWith = (env: Readonly<Record<string, string>>): LdapSync => ldapIn(env).sync(directory)
  return {
    directory,
    record,
    sync: ldapWith(slapd.env),
    withFilter: (filter) => ldapWith({ ...slapd.env, ONRECORD_LDAP_USER_FILTER: filter }),
    ldapWith,
  }
}
