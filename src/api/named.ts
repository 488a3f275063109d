import { OperatorError } from '../base/errors.ts'
import { type Directory } from '../directory/ports.ts'
import { outsiderId } from '../intake/outsider.ts'
import { personId } from '../record/ids.ts'
import { type PersonId } from '../record/types.ts'

/** Somebody a hold, an erasure or an export names: by his address, here or elsewhere, or by his id, which he keeps when his account is gone. */
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
