// DESIGN.md §7: nobody has a role by being powerful elsewhere. docs/decisions/0014-administrators-at-a-client.md
import { OperatorError } from '../../base/errors.ts'
import { isOrdinary, opensNothing } from '../../directory/access/rights.ts'
import { type Directory, type Person } from '../../directory/ports.ts'
import { type GrantedRole, opens } from '../../directory/roles.ts'
import { isWanted, type Second } from '../approvals/second.ts'
import { type By } from './caller.ts'
import { type Within } from './limits.ts'
import { type ApiHost } from './route.ts'

/** Whoever opens anything gets passwords, roles and the like at the machine: who could give him a password could open what he opens. @throws {OperatorError} */
export function mustOpenNothing(
  person: Person,
  { caller }: Pick<By, 'caller'>,
  directory: Pick<Directory, 'access'>,
): void {
  if (caller.door === 'machine' || opensNothing(person, directory)) return
  throw new OperatorError(
    'powers.at-machine',
    `${person.address} opens what others said, or the record: this is done at the machine, with onrecord user.`,
  )
}

/** Of who administers, too, whoever administers a group alone changes nothing: he would administer more than that. @throws {OperatorError} */
export function mustNotRiseBy(
  person: Person,
  { within }: { readonly within: Within },
  directory: Pick<Directory, 'access'>,
): void {
  if (within === null || isOrdinary(person, directory)) return
  throw new OperatorError(
    'caller.not-allowed',
    `${person.address} administers, or opens what others said: this takes an administrator of everybody.`,
  )
}

/** What opens anything takes a second person, where the company has it so; where not, it is given at the machine alone. */
export function secondToOpen(
  what: {
    readonly person: Person
    readonly role: GrantedRole
    readonly words: string
    readonly reason?: string
  },
  host: Pick<ApiHost, 'approvals'>,
): Second | null {
  const { person, role, words, reason } = what
  if (!opens(role) || !isWanted(host, 'grant')) return null
  const { id, role: before, enabled } = person
  const seen = { id, before, enabled }
  return {
    act: 'grant',
    needs: 2,
    about: [id],
    words,
    seen,
    ...(reason !== undefined && { reason }),
  }
}

/** @throws {OperatorError} when one person gives, by himself and from afar, what opens anything */
export function mustNotOpen(
  role: GrantedRole,
  { caller, persons }: Pick<By, 'caller' | 'persons'>,
): void {
  if (caller.door === 'machine' || !opens(role)) return
  if (caller.door === 'approved' && new Set(persons).size > 1) return
  throw new OperatorError(
    'powers.at-machine',
    `The role ${role} opens what others said, or the record: this is done at the machine, with onrecord user.`,
  )
}

/** @throws {OperatorError} when it is about who does it */
export function mustBeAnother({ id }: Pick<Person, 'id'>, { persons }: Pick<By, 'persons'>): void {
  if (!persons.includes(id)) return
  throw new OperatorError(
    'powers.own',
    'Nobody gives himself a role, or takes his own: another has to.',
  )
}

/** Who has that address, for a grant that is limited to groups: who is not there is nobody. */
export function personsAt(
  address: string,
  { directory }: { readonly directory: Pick<Directory, 'find'> },
): readonly Person['id'][] {
  const person = directory.find(address) ?? directory.find(address.toLowerCase())
  return person === null ? [] : [person.id]
}
