// The real directory behind the API: a state in a folder of its own, a record in memory, a clock of the test's.
import { memoryAccess } from '../fakes/access-state.ts'
import { type TestContext } from 'node:test'
import { silentLog } from '../../src/base/log.ts'
import { systemRandom } from '../../src/base/random.ts'
import { Secret } from '../../src/base/secret.ts'
import { openDirectory } from '../../src/directory/open.ts'
import { type OpeningRules } from '../../src/directory/openings.ts'
import {
  type Directory,
  type PeopleState,
  type Person,
  type Role,
} from '../../src/directory/ports.ts'
import { type Record } from '../../src/record/ports.ts'
import { parseJid } from '../../src/xmpp/wire/jid.ts'
import { fakeRecord, type FakeRecord } from '../fakes/record.ts'
import { freshState } from '../fakes/state.ts'
import { fakeTime, type FakeTime } from '../fakes/timer.ts'

export type DirectoryScene = {
  readonly directory: Directory
  readonly record: FakeRecord
  readonly state: PeopleState
  readonly time: FakeTime
  /** `name` is also the password. */
  readonly add: (name: string, role?: Role) => Promise<Person>
  /** As the next start finds it. */
  readonly reopen: (scramIterations?: number) => Promise<Directory>
  /** On these in their place, such as those of a server that is killed. */
  readonly openOn: (parts: {
    readonly state: PeopleState
    readonly record: Record
  }) => Promise<Directory>
}

export async function directoryScene(
  t: TestContext,
  domain = 'example.org',
  opening: OpeningRules = { ownPassword: 'unless-factor', secondFactor: 'optional' },
): Promise<DirectoryScene> {
  const time = fakeTime()
  const record = fakeRecord(() => time.now())
  const state = await freshState(t)
  const openOn = async (
    parts: { readonly state: PeopleState; readonly record: Record },
    scramIterations = 32,
  ): Promise<Directory> =>
    await openDirectory({
      access: memoryAccess(),
      ...parts,
      domain,
      parseAddress: parseJid,
      elsewhere: null,
      scramIterations,
      webCost: { memory: 8, passes: 1 },
      opening,
      invitations: { mode: 'administrators', days: 7 },
      clock: time,
      random: systemRandom(),
      log: silentLog,
    })
  const reopen = async (scramIterations?: number): Promise<Directory> =>
    await openOn({ state, record }, scramIterations)
  const directory = await reopen()
  return {
    directory,
    record,
    state,
    time,
    reopen,
    openOn,
    add: async (name, role = 'member') =>
      await directory.add({
        address: `${name}@${domain}`,
        password: new Secret(name),
        role,
        by: { commandLine: true },
      }),
  }
}
