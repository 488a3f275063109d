import { OperatorError } from '../../src/base/errors.ts'
import { type Invitations } from '../../src/directory/ports.ts'

const never = async (): Promise<never> =>
  await Promise.reject(new OperatorError('invitation.off', 'nobody is invited in this fake'))

/** Nobody comes with an invitation. */
export const noInvitations: Invitations = {
  mode: 'off',
  make: never,
  find: () => null,
  areThere: () => false,
  list: () => [],
  revoke: never,
  take: async () => await Promise.resolve(false),
  register: never,
  onJoined() {},
}
