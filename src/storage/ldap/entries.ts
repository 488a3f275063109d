// What entries say, as far as it is what we ask for.
import { type Entry } from 'ldapts'
import { type LdapGroup, type LdapPerson } from '../../directory/ldap/ports.ts'
import { type LdapAttributes } from './settings.ts'

/** UTF-16 units of a text that is looked at. */
const textMax = 1_000
/** Members of one group. */
export const membersMax = 100_000

/** Attributes whose values are bytes. */
export function binaryIn({ id, photo }: LdapAttributes): string[] {
  return id.toLowerCase() === 'objectguid' ? [id, photo] : [photo]
}

/** Null where it does not say who it is, or what it is called. */
export function personIn(entry: Entry, names: LdapAttributes): LdapPerson | null {
  const text = (name: keyof LdapAttributes): string | null => textsIn(entry, names[name])[0] ?? null
  const [id, login] = [idIn(entry, names.id), text('login')]
  if (id === null || login === null) return null
  return {
    id,
    dn: entry.dn,
    login,
    isDisabled: isDisabled(names.disabled, text('disabled')),
    texts: {
      name: text('name'),
      given: text('given'),
      family: text('family'),
      mail: text('mail'),
      job: text('job'),
      unit: text('unit'),
    },
    managerDn: text('manager'),
    passwordAt: text('password'),
    changedAt: text('changed'),
  }
}

/** @param members all of them, where the entry has only some */
export function groupIn(
  entry: Entry,
  names: LdapAttributes,
  members: readonly string[],
): LdapGroup | null {
  const [id, [name]] = [idIn(entry, names.id), textsIn(entry, names.group)]
  if (id === null || name === undefined) return null
  return { id, dn: entry.dn, name, members }
}

/** An `entryUUID` is text, an `objectGUID` 16 bytes. */
function idIn(entry: Entry, name: string): string | null {
  const [value] = valuesIn(entry, name)
  if (value === undefined) return null
  const id = Buffer.isBuffer(value) ? value.toString('hex') : value.toLowerCase()
  return /^[0-9a-f-]{8,64}$/.test(id) ? id : null
}

/** The value that `idIn` has made an id of. */
export function idValue(id: string, name: string): string | Buffer {
  return name.toLowerCase() === 'objectguid' ? Buffer.from(id, 'hex') : id
}

export function bytesIn(entry: Entry, name: string): Uint8Array | null {
  const [value] = valuesIn(entry, name)
  return Buffer.isBuffer(value) ? new Uint8Array(value) : null
}

export function textsIn(entry: Entry, name: string): string[] {
  return valuesIn(entry, name).flatMap((value) => {
    const text = Buffer.isBuffer(value) ? value.toString('utf8') : value
    return text === '' || text.length > textMax ? [] : [text]
  })
}

/** Names of attributes are in any case (RFC 4512 §2.5). */
function valuesIn(entry: Entry, name: string): (string | Buffer)[] {
  const wanted = name.toLowerCase()
  const found = Object.entries(entry).find(([key]) => key.toLowerCase() === wanted)?.[1]
  if (found === undefined) return []
  return Array.isArray(found) ? found : [found]
}

/**
 * `userAccountControl`: bit 2 is ACCOUNTDISABLE ([MS-ADTS] §2.2.16). `pwdAccountLockedTime`: this value is for good, others pass. Of any other attribute: that it is
 * there and not false.
 */
function isDisabled(attribute: string, value: string | null): boolean {
  if (value === null) return false
  const name = attribute.toLowerCase()
  if (name === 'useraccountcontrol') return (Number(value) & 2) !== 0
  if (name === 'pwdaccountlockedtime') return value === '000001010000Z'
  return !/^(?:false|no|0)$/i.test(value)
}

/** [MS-ADTS] §3.1.1.3.1.3.3: of a long list the server gives a part, under a name such as `member;range=0-1499`. */
export function rangeIn(
  entry: Entry,
  name: string,
): { readonly values: readonly string[]; readonly next: number | null } | null {
  const pattern = /^(.+);range=(\d+)-(\d+|\*)$/i
  for (const key of Object.keys(entry)) {
    const [, attribute, , end] = pattern.exec(key) ?? []
    if (attribute?.toLowerCase() !== name.toLowerCase()) continue
    return { values: textsIn(entry, key), next: end === '*' ? null : Number(end) + 1 }
  }
  return null
}
