import { type Person, type Role } from '../../directory/ports.ts'
import { StanzaError } from '../wire/stanza-error.ts'

/** Those that see no more than what is said to them. */
const ordinaryRoles: readonly Role[] = ['member', 'guest', 'administrator']

/**
 * DESIGN.md §7: nobody has a role by being powerful elsewhere. Who could set an officer's password, or give and take such a
 * role, could open what officers open; that takes somebody at the machine.
 *
 * @throws {StanzaError}
 */
export function mustBeOrdinary({ address, role }: Person): void {
  if (ordinaryRoles.includes(role)) return
  throw new StanzaError('not-allowed', {
    text: `${address} has the role ${role}: this is done at the machine, with onrecord user.`,
  })
}
