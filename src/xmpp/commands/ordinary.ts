import { opensNothing } from '../../directory/access/rights.ts'
import { type Directory, type Person } from '../../directory/ports.ts'
import { StanzaError } from '../wire/stanza-error.ts'

/** Who opens anything gets passwords and roles at the machine. @throws {StanzaError} */
export function mustBeOrdinary(person: Person, directory: Pick<Directory, 'access'>): void {
  if (opensNothing(person, directory)) return
  const { address, role } = person
  throw new StanzaError('not-allowed', {
    text: `${address} has the role ${role}, or more: this is done at the machine, with onrecord user.`,
  })
}
