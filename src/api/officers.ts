import { z } from 'zod'
import { OperatorError } from '../base/errors.ts'
import { type Directory, type Person, type Role } from '../directory/ports.ts'
import { outsiderId } from '../intake/outsider.ts'
import { personId } from '../record/ids.ts'
import { type PersonId } from '../record/types.ts'

/** Who acts: the address of somebody whose role lets him. */
export const actor = z.string().min(3).max(3_071)

/** @throws {OperatorError} when nobody has that address, he is disabled, or has another role */
export function officerAt(directory: Directory, address: string, allowed: readonly Role[]): Person {
  const person = directory.find(address) ?? directory.find(address.toLowerCase())
  const who =
    person?.enabled === true
      ? `${address} is ${person.role}`
      : `Nobody who may act has the address ${address}`
  if (person?.enabled === true && allowed.includes(person.role)) return person
  throw new OperatorError(
    'officer.role',
    `${who}: this takes the role ${allowed.join(' or ')}, which onrecord user add --role gives.`,
  )
}

/** Somebody a hold or an erasure names: by his address, here or elsewhere, or by his id, which he keeps when his account is gone. */
export function namedPerson(
  { directory, domain }: { readonly directory: Directory; readonly domain: string },
  name: string,
): PersonId {
  if (/^[0-9a-f]{32}$/.test(name)) return personId(name)
  const address = name.toLowerCase()
  const person = directory.find(address)
  if (person) return person.id
  if (address.includes('@') && !address.endsWith(`@${domain}`)) return outsiderId(address)
  throw new OperatorError(
    'people.unknown',
    `Nobody has the address ${name}: name somebody who was removed by his id.`,
  )
}
