import { type Access } from '../../src/directory/access/open.ts'

const never = async (): Promise<never> =>
  await Promise.reject(new Error('nobody is granted anything in this fake'))

export const noAccess: Access = {
  alsoOpens: [],
  grants: { inForce: () => [], get: () => null, list: () => [], make: never, revoke: never },
  requests: {
    get: () => null,
    list: () => [],
    stateOf: () => 'waits',
    ask: never,
    decide: never,
    begin: never,
    end: never,
  },
}
