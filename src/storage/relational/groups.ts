import { type ExpressionBuilder, type Kysely, type Transaction } from 'kysely'
import { FatalError } from '../../base/errors.ts'
import { type Act } from '../../directory/ports.ts'
import {
  type Group,
  type GroupId,
  type Member,
  type Members,
  type Membership,
  type Moment,
  type StoredGroups,
} from '../../directory/types.ts'
import { personId } from '../../record/ids.ts'
import { keyOfGroup, openedGroup, type PeopleKeys, sealedGroup } from './people-sealed.ts'
import { appliedIn } from './projection.ts'
import { type MembershipTable, type Schema } from './schema.ts'

/** Keys of groups by id, kept: each is asked for again and again. */
export type GroupKeys = PeopleKeys & { readonly keyOf: (id: GroupId) => string }

export function groupKeys(keys: PeopleKeys): GroupKeys {
  const known = new Map<GroupId, string>()
  return {
    seal: (label, plain) => keys.seal(label, plain),
    unseal: (label, sealed) => keys.unseal(label, sealed),
    pseudonym: (label, id) => keys.pseudonym(label, id),
    keyOf(id) {
      const key = known.get(id) ?? keyOfGroup(keys, id)
      if (known.size < knownMax) known.set(id, key)
      return key
    },
  }
}

const knownMax = 20_000

export async function loadGroups(db: Kysely<Schema>, keys: GroupKeys): Promise<StoredGroups> {
  const groups = await groupsByKey(db, keys)
  const rows = await db
    .selectFrom('membership')
    .selectAll()
    .where('until_position', 'is', null)
    .execute()
  const there = await db
    .selectFrom('directory_group')
    .select('key')
    .where('until_position', 'is', null)
    .execute()
  return {
    applied: await appliedIn(db, 'groups'),
    groups: there.flatMap(({ key }) => groups.get(key) ?? []),
    memberships: rows.map((row) => membershipOf(row, groups)),
  }
}

/** Those that are gone, too. */
async function groupsByKey(
  db: Kysely<Schema>,
  keys: GroupKeys,
): Promise<ReadonlyMap<string, Group>> {
  const rows = await db.selectFrom('directory_group').select(['key', 'sealed']).execute()
  return new Map(rows.map(({ key, sealed }) => [key, openedGroup(keys, key, sealed)]))
}

export async function membershipsAt(
  db: Kysely<Schema>,
  keys: GroupKeys,
  of: { readonly members: Members } | { readonly groups: readonly GroupId[] },
  moment: Moment,
): Promise<Membership[]> {
  const query = db.selectFrom('membership').selectAll().where(heldAt(moment))
  const rows =
    'groups' in of
      ? await query.where('key', 'in', of.groups.map(keys.keyOf)).execute()
      : await query.where('member', 'in', membersOf(of.members, keys)).execute()
  if (rows.length === 0) return []
  const names = new Set(rows.flatMap(({ key, member }) => [key, nestedKey(member) ?? key]))
  const groups = await db
    .selectFrom('directory_group')
    .select(['key', 'sealed'])
    .where('key', 'in', [...names])
    .execute()
  const byKey = new Map(groups.map(({ key, sealed }) => [key, openedGroup(keys, key, sealed)]))
  return rows.map((row) => membershipOf(row, byKey))
}

type Where = ExpressionBuilder<Schema, 'membership'>

/** The act that began it counts, the one that ended it does no more. */
function heldAt(moment: Moment): (eb: Where) => ReturnType<Where['and']> {
  const [since, until, at] =
    'at' in moment
      ? (['since', 'until', moment.at] as const)
      : (['since_position', 'until_position', moment.position] as const)
  return (eb) => eb.and([eb(since, '<=', at), eb.or([eb(until, 'is', null), eb(until, '>', at)])])
}

function membershipOf(
  { key, member }: Pick<MembershipTable, 'key' | 'member'>,
  groups: ReadonlyMap<string, Group>,
): Membership {
  const group = groupIn(groups, key)
  const nested = nestedKey(member)
  const its: Member =
    nested === null
      ? { kind: 'person', id: personId(member.slice(2)) }
      : { kind: 'group', id: groupIn(groups, nested) }
  return { group, member: its }
}

function nestedKey(member: string): string | null {
  return member.startsWith('g ') ? member.slice(2) : null
}

function groupIn(groups: ReadonlyMap<string, Group>, key: string): GroupId {
  const group = groups.get(key)
  if (group) return group.id
  throw new FatalError('a membership in state.db is of a group that is not there')
}

function membersOf({ persons, groups }: Members, { keyOf }: GroupKeys): string[] {
  return [...persons.map((id) => `p ${id}`), ...groups.map((id) => `g ${keyOf(id)}`)]
}

type At = { readonly position: number; readonly at: number; readonly keys: GroupKeys }

/** What an act makes of groups and of who is in them. */
export async function applyToGroups(tx: Transaction<Schema>, act: Act, at: At): Promise<void> {
  const { keyOf } = at.keys
  switch (act.kind) {
    case 'group.set':
      return await putGroup(tx, act, at)
    case 'group.members': {
      const key = keyOf(act.group)
      await open(
        tx,
        membersOf(act.added, at.keys).map((member) => ({ key, member })),
        at,
      )
      await close(
        tx,
        membersOf(act.removed, at.keys).map((member) => ({ key, member })),
        at,
      )
      return
    }
    case 'group.remove': {
      const key = keyOf(act.group)
      const ended = { until_position: at.position, until: at.at }
      await tx.updateTable('directory_group').set(ended).where('key', '=', key).execute()
      await tx
        .updateTable('membership')
        .set(ended)
        .where((eb) => eb.or([eb('key', '=', key), eb('member', '=', `g ${key}`)]))
        .where('until_position', 'is', null)
        .execute()
      return
    }
    case 'person.groups':
      return await setGroups(tx, act, at)
    case 'person.remove':
      return await setGroups(tx, { person: act.person, groups: [] }, at)
    case 'person.add':
    case 'person.password':
    case 'person.profile':
    case 'person.role':
    case 'person.enable':
    case 'person.disable':
    case 'person.leave':
    case 'invitation.make':
    case 'invitation.take':
    case 'invitation.revoke':
    case 'token.make':
    case 'token.revoke':
    case 'factor.add':
    case 'factor.remove':
    case 'identity.link':
    case 'identity.unlink':
    case 'app-password.make':
    case 'app-password.revoke':
    case 'guest.set':
    case 'guest.end':
    case 'follow.room':
    case 'follow.contacts':
  }
}

/** Made, or again, or with another name. */
async function putGroup(
  tx: Transaction<Schema>,
  { id, name, source }: Group,
  { position, at, keys }: At,
): Promise<void> {
  const key = keys.keyOf(id)
  const sealed = sealedGroup(keys, key, { id, name, source })
  const row = {
    key,
    sealed,
    since_position: position,
    since: at,
    until_position: null,
    until: null,
  }
  await tx
    .insertInto('directory_group')
    .values(row)
    .onConflict((c) => c.column('key').doUpdateSet({ sealed, until_position: null, until: null }))
    .execute()
}

async function setGroups(
  tx: Transaction<Schema>,
  { person, groups }: { readonly person: string; readonly groups: readonly GroupId[] },
  at: At,
): Promise<void> {
  const member = `p ${person}`
  const wanted = groups.map((id) => ({ key: at.keys.keyOf(id), id }))
  const rows = await tx
    .selectFrom('membership')
    .select('key')
    .where('member', '=', member)
    .where('until_position', 'is', null)
    .execute()
  const gone = rows.filter(({ key }) => wanted.every((one) => one.key !== key))
  await close(
    tx,
    gone.map(({ key }) => ({ key, member })),
    at,
  )
  for (const { key, id } of wanted) {
    const there = await tx
      .selectFrom('directory_group')
      .select('until_position')
      .where('key', '=', key)
      .executeTakeFirst()
    if (there === undefined || there.until_position !== null)
      await putGroup(tx, { id, name: id, source: null }, at)
  }
  await open(
    tx,
    wanted.map(({ key }) => ({ key, member })),
    at,
  )
}

type Names = Pick<MembershipTable, 'key' | 'member'>

async function open(tx: Transaction<Schema>, all: readonly Names[], at: At): Promise<void> {
  for (const { key, member } of all) {
    const there = await tx
      .selectFrom('membership')
      .select('key')
      .where('key', '=', key)
      .where('member', '=', member)
      .where('until_position', 'is', null)
      .executeTakeFirst()
    if (there) continue
    const since = { since_position: at.position, since: at.at }
    const row = { key, member, ...since, until_position: null, until: null }
    await tx.insertInto('membership').values(row).execute()
  }
}

async function close(tx: Transaction<Schema>, all: readonly Names[], at: At): Promise<void> {
  for (const { key, member } of all)
    await tx
      .updateTable('membership')
      .set({ until_position: at.position, until: at.at })
      .where('key', '=', key)
      .where('member', '=', member)
      .where('until_position', 'is', null)
      .execute()
}
