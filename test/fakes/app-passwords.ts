import { type AppPasswords } from '../../src/directory/app-passwords/app-passwords.ts'

const never = async (): Promise<never> =>
  await Promise.reject(new Error('nobody has application passwords in this fake'))

export const noAppPasswords: AppPasswords = {
  make: never,
  of: () => [],
  used: () => {},
  revoke: never,
}
