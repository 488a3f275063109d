import { type Factors } from '../../src/directory/factors/factors.ts'

const never = async (): Promise<never> =>
  await Promise.reject(new Error('nobody has factors in this fake'))

/** Passwords alone. */
export const noFactors: Factors = {
  of: () => [],
  guards: () => false,
  held: async () => await Promise.resolve([]),
  add: never,
  remove: never,
  reset: never,
  change: never,
}
