import { type Kysely, type Transaction } from 'kysely'
import { FatalError } from '../../base/errors.ts'
import { detailsAfter, noDetails } from '../../directory/details.ts'
import { roles } from '../../directory/roles.ts'
import {
  type Act,
  type PeopleState,
  type PersonAct,
  type PersonId,
  type Role,
  type StoredPerson,
} from '../../directory/ports.ts'
import { signsInHere } from '../../directory/types.ts'
import { personId } from '../../record/ids.ts'
import { applyToAppPasswords, dropAppPasswords, loadAppPasswords } from './app-passwords.ts'
import { applyToGroups, groupKeys, loadGroups, membershipsAt } from './groups.ts'
import { loadCredentials, relationalCredentials } from './credentials.ts'
import { applyToFactors, dropFactors, loadFactors, relationalFactors } from './factors.ts'
import { applyToGuests, dropGuest, loadGuests, putGuest } from './guests.ts'
import { applyToFollowing, loadFollowing } from './following.ts'
import { applyToIdentities, dropIdentity, loadIdentities } from './identities.ts'
import { applyToInvitations, dropInvitation, loadInvitations } from './invitations.ts'
import { applyToTokens, dropTokens, loadTokens } from './tokens.ts'
import {
  openedDetails,
  openedPhoto,
  type PeopleKeys,
  sealedDetails,
  sealedPhoto,
} from './people-sealed.ts'
import { appliedIn, noteApplied } from './projection.ts'
import { type Schema } from './schema.ts'

/** People and groups in the relational store. What is known of them is sealed. */
export function relationalPeople(db: Kysely<Schema>, keys: PeopleKeys): PeopleState {
  const groups = groupKeys(keys)
  return {
    ...relationalCredentials(db),
    factors: relationalFactors(db, keys),

    async load() {
      const [applied, people, credentials] = [
        await appliedIn(db, 'people'),
        await loadPeople(db, keys),
        await loadCredentials(db),
      ]
      const [invitations, tokens] = [await loadInvitations(db, keys), await loadTokens(db)]
      const dated = await loadGroups(db, groups)
      const [factors, identities] = [await loadFactors(db), await loadIdentities(db, keys)]
      const [appPasswords, guests] = [await loadAppPasswords(db, keys), await loadGuests(db, keys)]
      const following = await loadFollowing(db, keys)
      const others = { invitations, tokens, factors, identities, appPasswords, guests, following }
      return { applied, people, credentials, ...others, groups: dated }
    },

    async photo(id) {
      const row = await db
        .selectFrom('person')
        .select('photo')
        .where('id', '=', id)
        .executeTakeFirst()
      return row?.photo ? openedPhoto(keys, id, row.photo) : null
    },

    memberships: async (of, moment) => await membershipsAt(db, groups, of, moment),

    async apply(act, at) {
      await db.transaction().execute(async (tx) => {
        if (at.position > (await appliedIn(tx, 'groups'))) {
          await applyToGroups(tx, act, { ...at, keys: groups })
          await noteApplied(tx, 'groups', at.position)
        }
        if (at.position <= (await appliedIn(tx, 'people'))) return
        await applyIn(tx, act, { ...at, keys })
        await noteApplied(tx, 'people', at.position)
      })
    },

    async tokenUsed(id, used) {
      await db.updateTable('token').set({ used }).where('id', '=', id).execute()
    },

    async appPasswordUsed(id, used) {
      await db.updateTable('app_password').set({ used }).where('id', '=', id).execute()
    },

    async secret(name, make) {
      await db
        .insertInto('secret')
        .values({ name, value: make() })
        .onConflict((c) => c.column('name').doNothing())
        .execute()
      const row = await db
        .selectFrom('secret')
        .select('value')
        .where('name', '=', name)
        .executeTakeFirstOrThrow()
      return Buffer.from(row.value)
    },
  }
}

/** Who may not sign in has no tokens and application passwords any more. */
async function dropProofs(tx: Transaction<Schema>, act: Act): Promise<void> {
  if (
    act.kind !== 'person.disable' &&
    act.kind !== 'person.leave' &&
    act.kind !== 'person.remove' &&
    act.kind !== 'guest.end'
  )
    return
  await dropTokens(tx, act.person)
  await dropAppPasswords(tx, act.person)
}

async function applyIn(tx: Transaction<Schema>, act: Act, at: At): Promise<void> {
  await dropProofs(tx, act)
  switch (act.kind) {
    case 'invitation.make':
    case 'invitation.take':
    case 'invitation.revoke':
      return await applyToInvitations(tx, act, at)
    case 'token.make':
    case 'token.revoke':
      return await applyToTokens(tx, act)
    case 'factor.add':
    case 'factor.remove':
      return await applyToFactors(tx, act)
    case 'identity.link':
    case 'identity.unlink':
      return await applyToIdentities(tx, act, at.keys)
    case 'guest.set':
    case 'guest.end':
      return await applyToGuests(tx, act, at.keys)
    case 'app-password.make':
    case 'app-password.revoke':
      return await applyToAppPasswords(tx, act, at.keys)
    case 'follow.room':
    case 'follow.contacts':
      return await applyToFollowing(tx, act, at.keys)
    // The other projection has them.
    case 'person.groups':
    case 'group.set':
    case 'group.members':
    case 'group.remove':
      return
    case 'person.add':
      return await addTo(tx, act, at)
    case 'person.password':
      return await set(tx, act.person, { credential: act.credential })
    case 'person.role':
      if (act.role !== 'guest') await dropGuest(tx, act.person)
      return await set(tx, act.person, { role: act.role })
    case 'person.profile':
    case 'person.enable':
    case 'person.disable':
    case 'person.leave':
      return await applyToDetails(tx, act, at.keys)
    case 'person.remove':
      return await removeFrom(tx, act.person, at)
  }
}

type At = { readonly position: number; readonly at: number; readonly keys: PeopleKeys }

async function addTo(
  tx: Transaction<Schema>,
  act: PersonAct & { readonly kind: 'person.add' },
  { position, at, keys }: At,
): Promise<void> {
  const { person: id, role, address, credential, invitation } = act
  if (invitation !== null) await dropInvitation(tx, invitation)
  const sealed = sealedDetails(keys, id, detailsAfter(noDetails, act))
  await tx.insertInto('person').values({ id, role, credential, sealed }).execute()
  if (act.guest) await putGuest(tx, id, act.guest, keys)
  await tx
    .insertInto('address')
    .values({ address, person: id, since_position: position, since: at })
    .execute()
}

async function removeFrom(
  tx: Transaction<Schema>,
  person: PersonId,
  { position, at }: At,
): Promise<void> {
  await forgetContact(tx, person)
  await dropFactors(tx, person)
  await dropIdentity(tx, person)
  await dropGuest(tx, person)
  await set(tx, person, { state: 'left', credential: null, sealed: null, photo: null })
  await tx
    .updateTable('address')
    .set({ until_position: position, until: at })
    .where('person', '=', person)
    .where('until_position', 'is', null)
    .execute()
}

async function applyToDetails(
  tx: Transaction<Schema>,
  act: PersonAct,
  keys: PeopleKeys,
): Promise<void> {
  const { person: id } = act
  const row = await tx
    .selectFrom('person')
    .select(['state', 'sealed'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) throw new FatalError('an act is of somebody who is not there')
  const details = detailsAfter(openedDetails(keys, id, row), act)
  const photo = act.kind === 'person.profile' ? act.photo : undefined
  await set(tx, id, {
    state: details.state,
    sealed: sealedDetails(keys, id, details),
    ...(!signsInHere(details.source) && { credential: null }),
    ...(photo !== undefined && { photo: photo && sealedPhoto(keys, id, photo) }),
  })
}

/** His address may be given to another person: what others have granted him is not for that one. */
async function forgetContact(tx: Transaction<Schema>, id: string): Promise<void> {
  const addresses = tx
    .selectFrom('address')
    .select('address')
    .where('person', '=', id)
    .where('until_position', 'is', null)
  const owners = tx.selectFrom('roster_item').select('owner').where('jid', 'in', addresses)
  await tx
    .updateTable('roster')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('owner', 'in', owners)
    .execute()
  await tx
    .updateTable('roster_item')
    .set({ subscription: 'none', ask: 0, pending_in: 0, approved: 0 })
    .where('jid', 'in', addresses)
    .execute()
  await tx.deleteFrom('roster_item').where('jid', 'in', addresses).where('listed', '=', 0).execute()
}

async function set(
  tx: Transaction<Schema>,
  id: string,
  change: {
    state?: string
    credential?: string | null
    role?: string
    sealed?: Uint8Array | null
    photo?: Uint8Array | null
  },
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('person')
    .set(change)
    .where('id', '=', id)
    .executeTakeFirst()
  if (numUpdatedRows !== 1n) throw new FatalError('an act is of somebody who is not there')
}

async function loadPeople(db: Kysely<Schema>, keys: PeopleKeys): Promise<StoredPerson[]> {
  const rows = await db
    .selectFrom('person')
    .innerJoin('address', 'address.person', 'person.id')
    .where('address.until_position', 'is', null)
    .select(['id', 'address', 'role', 'state', 'credential', 'since_position', 'sealed'])
    .orderBy('address')
    .execute()
  return rows.map((row) => {
    const { address, credential, since_position: addedAt } = row
    const id = personId(row.id)
    const details = openedDetails(keys, id, row)
    if (credential === null && details.source === null && row.role !== 'bot')
      throw new FatalError('a person in state.db has no credential')
    return { ...details, id, address, role: roleOf(row.role), credential, addedAt }
  })
}

function roleOf(text: string): Role {
  const role = roles.find((name) => name === text)
  if (role === undefined) throw new FatalError('a person in state.db has an unknown role')
  return role
}
