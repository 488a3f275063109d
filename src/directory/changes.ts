import { OperatorError } from '../base/errors.ts'
import { type Random } from '../base/random.ts'
import { type Adding, createAdding, type ParseAddress, prepared } from './adding.ts'
import { type ActsLog } from './acts-log.ts'
import { type Credentials } from './credentials.ts'
import { type KnownInvitations } from './known-invitations.ts'
import { type People } from './people.ts'
import { type Act, type Directory, type PersonId, type StoredPerson } from './ports.ts'

type Changes = Adding &
  Pick<Directory, 'setPassword' | 'setEnabled' | 'setRole' | 'setGroups' | 'remove'>

/** What administrators do to people. Each is checked, put on record, and then counts. */
export function createChanges(parts: {
  readonly people: People
  readonly invitations: KnownInvitations
  readonly credentials: Credentials
  readonly acts: ActsLog
  readonly domain: string
  readonly parseAddress: ParseAddress
  readonly random: Random
  readonly revoked: (id: PersonId) => void
}): Changes {
  const { people, credentials, acts, revoked } = parts

  return {
    ...createAdding(parts),

    async setPassword(id, password, by) {
      mustBeThere(people, id)
      const credential = await credentials.make(prepared(password.reveal()))
      await acts.inTurn(async () => {
        const before = mustBeThere(people, id)
        const act: Act = { kind: 'person.password', person: id, credential: credential.id }
        await credentials.use(credential, async () => await acts.write(act, by))
        credentials.forget(before.credential)
        revoked(id)
      })
    },

    async setEnabled(id, { enabled, by }) {
      await acts.inTurn(async () => {
        if (mustBeThere(people, id).enabled === enabled) return
        const kind = enabled ? 'person.enable' : 'person.disable'
        await acts.write({ kind, person: id }, by)
        if (!enabled) revoked(id)
      })
    },

    async setRole(id, role, by) {
      await acts.inTurn(async () => {
        if (mustBeThere(people, id).role === role) return
        await acts.write({ kind: 'person.role', person: id, role }, by)
      })
    },

    async setGroups(id, groups, by) {
      const sorted = [...new Set(groups)].toSorted()
      refuseGroups(sorted)
      await acts.inTurn(async () => {
        if (mustBeThere(people, id).groups.join() === sorted.join()) return
        await acts.write({ kind: 'person.groups', person: id, groups: sorted }, by)
      })
    },

    async remove(id, by) {
      await acts.inTurn(async () => {
        const before = mustBeThere(people, id)
        await acts.write({ kind: 'person.remove', person: id }, by)
        credentials.forget(before.credential)
        revoked(id)
      })
    },
  }
}

const groupsMax = 64
const groupForm = /^[a-z0-9-]{1,40}$/

function refuseGroups(groups: readonly string[]): void {
  const wrong = groups.find((group) => !groupForm.test(group))
  if (wrong !== undefined)
    throw new OperatorError(
      'directory.bad-group',
      `${JSON.stringify(wrong.slice(0, 60))} is no name of a group: it has 1 to 40 of a-z, 0-9 and -`,
    )
  if (groups.length > groupsMax)
    throw new OperatorError('directory.bad-group', `a person is in ${groupsMax} groups at most`)
}

function mustBeThere(people: People, id: PersonId): StoredPerson {
  const person = people.get(id)
  if (person) return person
  throw new OperatorError('directory.unknown', 'nobody has that id: look at the list of people')
}
