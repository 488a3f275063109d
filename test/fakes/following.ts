import { type Following } from '../../src/directory/following/following.ts'

const never = async (): Promise<never> =>
  await Promise.reject(new Error('nothing follows groups in this fake'))

export const noFollowing: Following = {
  rooms: new Map(),
  contacts: new Map(),
  setRoom: never,
  setContacts: never,
}
