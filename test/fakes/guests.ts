import { type Guests } from '../../src/directory/guests/guests.ts'

const never = async (): Promise<never> =>
  await Promise.reject(new Error('there are no guests in this fake'))

export const noGuests: Guests = {
  get: () => null,
  list: () => [],
  roomsOf: () => null,
  check: () => {},
  set: never,
  end: never,
  endDue: async () => await Promise.resolve(),
  onChanged: () => {},
}
