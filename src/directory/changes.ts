import { OperatorError } from '../base/errors.ts'
import { type Random } from '../base/random.ts'
import { type Adding, createAdding, type ParseAddress, prepared } from './adding.ts'
import { type ActsLog } from './acts-log.ts'
import { type Credentials } from './credentials.ts'
import { keptElsewhere, mustBeGroupId, mustFit } from './group-changes.ts'
import { type Groups } from './groups.ts'
import { type KnownInvitations } from './known-invitations.ts'
import { type People } from './people.ts'
import {
  type Actor,
  type Directory,
  type PersonAct,
  type PersonId,
  type StoredPerson,
} from './ports.ts'
import { type Places } from './places.ts'
import { profileAct, refuseProfile } from './profiles.ts'
import { type GroupId, keeperOf, type ProfileChange, signsInHere } from './types.ts'

type Changes = Adding &
  Pick<
    Directory,
    'setPassword' | 'setEnabled' | 'setRole' | 'setGroups' | 'setProfile' | 'leave' | 'remove'
  >

/** What administrators do to people. Each is checked, put on record, and then counts. */
export function createChanges(parts: {
  readonly people: People
  readonly groups: Groups
  readonly invitations: KnownInvitations
  readonly credentials: Credentials
  readonly places: Places
  readonly acts: ActsLog
  readonly domain: string
  readonly parseAddress: ParseAddress
  readonly random: Random
  readonly revoked: (id: PersonId) => void
}): Changes {
  const { people, groups, credentials, acts, revoked } = parts

  /** Sessions end where he is not let in any more, or with another password. */
  async function write(act: PersonAct, by: Actor): Promise<void> {
    const before = mustBeThere(people, act.person)
    await acts.write(act, by)
    const after = people.get(act.person)
    if (before.credential !== null && after?.credential !== before.credential)
      credentials.forget(before.credential)
    const isOut = before.state === 'active' && after?.state !== 'active'
    const signsInOtherwise =
      after?.credential !== before.credential ||
      (after?.source?.passwordAt ?? null) !== (before.source?.passwordAt ?? null)
    if (isOut || signsInOtherwise) revoked(act.person)
  }

  return {
    ...createAdding(parts),

    async setPassword(id, password, by) {
      refuseBot(mustBeThere(people, id))
      const text = prepared(password.reveal())
      await acts.inTurn(async () => {
        refuseElsewhere(mustBeThere(people, id))
        // In turn, so that salt and count are those of his application passwords.
        const credential = await credentials.make(text, parts.places.ofNext(id), 'all')
        const act: PersonAct = { kind: 'person.password', person: id, credential: credential.id }
        await credentials.use(credential, async () => await write(act, by))
      })
    },

    async setEnabled(id, { enabled, by }) {
      await acts.inTurn(async () => {
        const { state } = mustBeThere(people, id)
        if ((state === 'active') === enabled) return
        const sync = 'sync' in by ? by.sync : null
        const act = { kind: 'person.disable', person: id, sync } as const
        await write(enabled ? { kind: 'person.enable', person: id } : act, by)
      })
    },

    async setRole(id, role, by) {
      await acts.inTurn(async () => {
        const before = mustBeThere(people, id)
        if (before.role === role) return
        refuseBot(before)
        refuseBot({ role })
        await acts.write({ kind: 'person.role', person: id, role }, by)
      })
    },

    ...createSayings({ people, groups, acts, write }),

    async leave(id, by) {
      await acts.inTurn(async () => {
        if (mustBeThere(people, id).state === 'left') return
        await write({ kind: 'person.leave', person: id }, by)
      })
    },

    async remove(id, by) {
      await acts.inTurn(async () => await write({ kind: 'person.remove', person: id }, by))
    },
  }
}

/** What is said of people, and their own groups. */
function createSayings({
  people,
  groups,
  acts,
  write,
}: {
  readonly people: People
  readonly groups: Groups
  readonly acts: ActsLog
  readonly write: (act: PersonAct, by: Actor) => Promise<void>
}): Pick<Directory, 'setGroups' | 'setProfile'> {
  return {
    async setGroups(id, named, by) {
      const sorted = [...new Set(named)].toSorted()
      refuseGroups(sorted)
      await acts.inTurn(async () => {
        mustBeThere(people, id)
        const wanted = withThoseElsewhere(groups, id, sorted)
        if (groups.directOf(id).join() === wanted.join()) return
        await acts.write({ kind: 'person.groups', person: id, groups: wanted }, by)
      })
    },

    async setProfile(id, change, by) {
      refuseProfile(change)
      await acts.inTurn(async () => {
        const before = mustBeThere(people, id)
        refuseSaying(before, change, by)
        const act = profileAct(before, change, people)
        if (act !== null) await write(act, by)
      })
    },
  }
}

/** What a program can do is what its tokens are for, and no person becomes one. */
function refuseBot({ role }: Pick<StoredPerson, 'role'>): void {
  if (role !== 'bot') return
  throw new OperatorError(
    'directory.bot',
    'an account of a program has no password and no other role: make a token for it',
  )
}

const groupsMax = 64

function refuseGroups(groups: readonly string[]): void {
  for (const group of groups) mustBeGroupId(group)
  if (groups.length > groupsMax)
    throw new OperatorError('directory.bad-group', `a person is in ${groupsMax} groups at most`)
}

/** @throws {OperatorError} where a group is named that somebody else keeps */
function withThoseElsewhere(
  groups: Groups,
  person: PersonId,
  wanted: readonly GroupId[],
): readonly GroupId[] {
  const isElsewhere = (id: GroupId): boolean => (groups.get(id)?.source ?? null) !== null
  const there = groups.directOf(person).filter(isElsewhere)
  const foreign = wanted.find((id) => isElsewhere(id) && !there.includes(id))
  if (foreign !== undefined) throw keptElsewhere(foreign)
  mustFit(groups, wanted.filter((id) => groups.get(id) === null).length)
  return [...new Set([...wanted, ...there])].toSorted()
}

function refuseElsewhere({ address, source }: StoredPerson): void {
  if (signsInHere(source)) return
  throw new OperatorError(
    'directory.elsewhere',
    `${address} signs in with the password of the directory server: it is changed there`,
  )
}

/** What is said of somebody is said where he is kept; a photo, which may not come from there, here too. */
function refuseSaying({ address, source }: StoredPerson, { set }: ProfileChange, by: Actor): void {
  const keeper = keeperOf(source)
  if (keeper === null || ('sync' in by && by.sync === keeper)) return
  if (Object.keys(set).length === 0) return
  throw new OperatorError(
    'directory.elsewhere',
    `what is known of ${address} is changed where it is kept (${keeper}), and nowhere else`,
  )
}

function mustBeThere(people: People, id: PersonId): StoredPerson {
  const person = people.get(id)
  if (person) return person
  throw new OperatorError('directory.unknown', 'nobody has that id: look at the list of people')
}
