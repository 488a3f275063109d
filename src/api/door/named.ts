import { OperatorError } from '../../base/errors.ts'
import { type Directory } from '../../directory/ports.ts'
import { outsiderId } from '../../intake/outsider.ts'
import { isConversationId, personId } from '../../record/ids.ts'
import { type PersonId } from '../../record/types.ts'
import { type ApiHost } from './route.ts'

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
    `Nobody has the address ${name}: see onrecord user list, or name by his id who was removed.`,
  )
}

/** Addresses of the people and rooms that are there, by id. Who has none any more is not in it. */
export async function addressesOf(
  {
    directory,
    rooms,
  }: { readonly directory: Pick<Directory, 'get'>; readonly rooms: ApiHost['rooms'] },
  ids: Iterable<string | null>,
): Promise<Readonly<Record<string, string>>> {
  const known = new Map<string, string>((await rooms()).map(({ id, address }) => [id, address]))
  const found: Record<string, string> = {}
  for (const id of new Set(ids)) {
    if (id === null || !isConversationId(id)) continue
    const address = directory.get(personId(id))?.address ?? known.get(id)
    if (address !== undefined) found[id] = address
  }
  return found
}
