import { type Kysely } from 'kysely'
import { FatalError } from '../../base/errors.ts'
import {
  type Guest,
  type GuestAct,
  type GuestTerms,
  termsJson,
} from '../../directory/guests/ports.ts'
import { personId } from '../../record/ids.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { type Schema } from './schema.ts'

type GuestKeys = Pick<Keys, 'seal' | 'unseal'>

export const labelOfGuest = (person: string): string => `guest ${person}`

export async function loadGuests(db: Kysely<Schema>, keys: GuestKeys): Promise<Guest[]> {
  const rows = await db.selectFrom('guest').selectAll().orderBy('person').execute()
  return rows.map(({ person, sealed, over }) => {
    const terms = openedTerms(keys, labelOfGuest(person), sealed)
    return { ...terms, person: personId(person), isOver: over === 1 }
  })
}

/** In the transaction that notes the act's position. */
export async function applyToGuests(
  tx: Kysely<Schema>,
  act: GuestAct,
  keys: GuestKeys,
): Promise<void> {
  const { person } = act
  if (act.kind === 'guest.set') return await putGuest(tx, person, act, keys)
  await tx.updateTable('guest').set({ over: 1 }).where('person', '=', person).execute()
}

/** In place of what was said of him. */
export async function putGuest(
  tx: Kysely<Schema>,
  person: string,
  terms: GuestTerms,
  keys: GuestKeys,
): Promise<void> {
  await dropGuest(tx, person)
  const sealed = sealedTerms(keys, labelOfGuest(person), terms)
  await tx.insertInto('guest').values({ person, sealed, over: 0 }).execute()
}

/** Somebody is there no more, or is of the house. */
export async function dropGuest(tx: Kysely<Schema>, person: string): Promise<void> {
  await tx.deleteFrom('guest').where('person', '=', person).execute()
}

export function sealedTerms(keys: GuestKeys, label: string, terms: GuestTerms): Uint8Array {
  return keys.seal(label, Buffer.from(termsJson(terms)))
}

/** @throws {FatalError} when we have not sealed it */
export function openedTerms(keys: GuestKeys, label: string, sealed: Uint8Array): GuestTerms {
  const json = keys.unseal(label, sealed)
  if (json === null) throw new FatalError('what state.db says of a guest does not open')
  // Written above.
  const { sponsor, rooms, until }: GuestTerms = JSON.parse(Buffer.from(json).toString())
  return { sponsor, rooms, until }
}
