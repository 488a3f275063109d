import { noAccess } from '../fakes/no-access.ts'
import { noTokens } from '../fakes/tokens.ts'
import { noFactors } from '../fakes/factors.ts'
import { noAppPasswords } from '../fakes/app-passwords.ts'
import { noGuests } from '../fakes/guests.ts'
import { noFollowing } from '../fakes/following.ts'
import { noIdentities } from '../fakes/identities.ts'
import { hash } from 'node:crypto'
import { OperatorError } from '../../src/base/errors.ts'
import { preparePassword } from '../../src/directory/password.ts'
import { type Directory, type Person, type PersonId } from '../../src/directory/ports.ts'
import { personId } from '../../src/record/ids.ts'
import { parseJid } from '../../src/xmpp/wire/jid.ts'
import { detailsOf, noGroups } from '../fakes/directory.ts'
import { noInvitations } from '../fakes/invitations.ts'

/** The people of a scene, who do not sign in with anything. */
export type People = {
  readonly directory: Directory
  disable(address: string): void
  remove(address: string): void
}

async function never(): Promise<never> {
  return await Promise.reject(new Error('not in this scene'))
}

export function fakePeople(names: readonly string[]): People {
  const people = new Map<string, Person>()
  for (const name of names) {
    const address = addressOf(name).bare
    const id = personId(hash('md5', address))
    people.set(address, { id, address, role: 'member', enabled: true })
  }
  const listeners: ((id: PersonId) => void)[] = []
  const get = (id: PersonId): Person | null =>
    [...people.values()].find((person) => person.id === id) ?? null
  return {
    remove(address) {
      const { id } = found(people.get(address), address)
      people.delete(address)
      for (const listener of listeners) listener(id)
    },
    disable(address) {
      const person = found(people.get(address), address)
      people.set(address, { ...person, enabled: false })
      for (const listener of listeners) listener(person.id)
    },
    directory: {
      find: (address) => people.get(address) ?? null,
      get,
      list: () => [...people.values()],
      onRevoked: (listener) => listeners.push(listener),
      passwordName: () => null,
      invitations: noInvitations,
      tokens: noTokens,
      access: noAccess,
      factors: noFactors,
      identities: noIdentities,
      appPasswords: noAppPasswords,
      guests: noGuests,
      opens: (id) => get(id)?.enabled === true,
      onOpeningsChanged: () => {},
      following: noFollowing,
      onAct: () => {},
      checkWebPassword: never,
      addedAt: () => null,
      setRole: never,
      mayAdd: (address) => address,
      isPlainOnly: false,
      addElsewhere: never,
      setGroups: never,
      setProfile: never,
      leave: never,
      detailsOf: (id) => detailsOf(get(id)),
      photoOf: async () => null,
      groups: noGroups,
      addBot: never,
      groupsOf: () => [],
      groupsVersion: 0,
      scramKeys() {
        throw new Error('nobody signs in here')
      },
      checkPassword: never,
      add: never,
      async setPassword(id, password) {
        if (preparePassword(password.reveal()) === null) {
          throw new OperatorError('directory.bad-password', 'this cannot be a password')
        }
        for (const listener of listeners) listener(id)
      },
      setEnabled: never,
      remove: never,
    },
  }
}

/** Those of a directory, which are changed there. */
export function peopleOf(directory: Directory): People {
  return { directory, disable: refuse, remove: refuse }
}

function refuse(): never {
  throw new Error('this is done in the directory itself')
}

/** `ann/phone` is `ann@localhost/phone`. */
export function addressOf(name: string): NonNullable<ReturnType<typeof parseJid>> {
  const [local = '', resource] = name.split('/')
  const text = resource === undefined ? `${local}@localhost` : `${local}@localhost/${resource}`
  return found(parseJid(text), name)
}

export function found<T>(value: T | null | undefined, name: string): T {
  if (value === null || value === undefined) throw new Error(`there is no ${name} in this scene`)
  return value
}
