import { type Tokens } from '../../src/directory/tokens.ts'

const never = async (): Promise<never> =>
  await Promise.reject(new Error('nobody makes tokens in this fake'))

export const noTokens: Tokens = { make: never, find: () => null, list: () => [], revoke: never }
