// What of people and groups lies sealed in state.db, and under which labels.

import { fromUtf8, toHex, utf8, concatBytes } from '../../base/bytes.ts'
import { FatalError } from '../../base/errors.ts'
import { detailsJson, noDetails } from '../../directory/details.ts'
import { type PersonId } from '../../directory/ports.ts'
import {
  type Details,
  type Group,
  type GroupId,
  type PersonState,
  type Photo,
  type PhotoType,
} from '../../directory/types.ts'
import { type Keys } from '../../record/keys/ports.ts'

export type PeopleKeys = Pick<Keys, 'seal' | 'unseal' | 'pseudonym'>

export const labelOfPerson = (id: string): string => `person ${id}`
export const labelOfPhoto = (id: string): string => `photo ${id}`
export const labelOfGroup = (key: string): string => `group ${key}`

/** What stands for a group where its id is not to be read. */
export function keyOfGroup(keys: Pick<Keys, 'pseudonym'>, id: GroupId): string {
  return toHex(keys.pseudonym('group', id))
}

export function sealedDetails(keys: PeopleKeys, id: PersonId, details: Details): Uint8Array {
  return keys.seal(labelOfPerson(id), utf8(detailsJson(details)))
}

/** Where nothing is sealed, nothing was known when the column came. @throws {FatalError} when we have not sealed it */
export function openedDetails(
  keys: PeopleKeys,
  id: PersonId,
  { state, sealed }: { readonly state: string; readonly sealed: Uint8Array | null },
): Details {
  const words: Omit<Details, 'state'> =
    sealed === null ? noDetails : opened(keys, labelOfPerson(id), sealed)
  return { ...words, state: stateOf(state) }
}

function stateOf(text: string): PersonState {
  if (text === 'active' || text === 'suspended' || text === 'left') return text
  throw new FatalError('a person in state.db is in an unknown state')
}

/** The type's length is the first byte, then the type. */
export function sealedPhoto(keys: PeopleKeys, id: PersonId, { type, bytes }: Photo): Uint8Array {
  return keys.seal(labelOfPhoto(id), concatBytes(Buffer.from([type.length]), utf8(type), bytes))
}

/** @throws {FatalError} when we have not sealed it */
export function openedPhoto(keys: PeopleKeys, id: PersonId, sealed: Uint8Array): Photo {
  const plain = keys.unseal(labelOfPhoto(id), sealed)
  if (plain === null) throw notOurs()
  const start = 1 + (plain[0] ?? 0)
  const type = photoTypes.find((one) => one === fromUtf8(plain.subarray(1, start)))
  if (type === undefined) throw notOurs()
  return { type, bytes: plain.subarray(start) }
}

const photoTypes: readonly PhotoType[] = ['image/png', 'image/jpeg', 'image/webp']

export function sealedGroup(
  keys: PeopleKeys,
  key: string,
  { id, name, source }: Group,
): Uint8Array {
  return keys.seal(labelOfGroup(key), utf8(JSON.stringify({ id, name, source })))
}

/** @throws {FatalError} when we have not sealed it */
export function openedGroup(keys: PeopleKeys, key: string, sealed: Uint8Array): Group {
  return opened(keys, labelOfGroup(key), sealed)
}

/** What was sealed was written here, under our keys and its own label, so it has the form that it was given. */
// oxlint-disable-next-line typescript/no-explicit-any
function opened(keys: PeopleKeys, label: string, sealed: Uint8Array): any {
  const bytes = keys.unseal(label, sealed)
  const text = bytes && fromUtf8(bytes)
  if (text === null) throw notOurs()
  return JSON.parse(text)
}

function notOurs(): FatalError {
  return new FatalError('a row of people or groups in state.db was not written by this server')
}
