import { type PersonId } from '../../src/directory/ports.ts'
import { type SignInStore } from '../../src/xmpp/ports.ts'

/** In memory. It passes test/conformance/sign-ins.ts. */
export function fakeSignIns(): SignInStore {
  const newest = new Map<PersonId, number>()
  return {
    async save(signIns) {
      for (const { person, at } of signIns) newest.set(person, at)
      await Promise.resolve()
    },
    last: async (person) => await Promise.resolve(newest.get(person) ?? null),
  }
}
