import { type Identities } from '../../src/directory/identities/identities.ts'

const never = async (): Promise<never> =>
  await Promise.reject(new Error('there is no provider in this fake'))

export const noIdentities: Identities = {
  find: () => null,
  of: () => null,
  link: never,
  unlink: never,
}
