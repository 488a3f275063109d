import { OperatorError } from '../base/errors.ts'
import { type Random } from '../base/random.ts'
import { personId } from '../record/ids.ts'
import { type ActsLog } from './acts-log.ts'
import { type Credentials } from './credentials.ts'
import { preparePassword } from './password.ts'
import { type People } from './people.ts'
import { type Act, type Directory, type PersonId, type StoredPerson } from './ports.ts'

/** The parts of an address, however it was written; null when it is none. */
export type ParseAddress = (text: string) => {
  readonly local: string | null
  readonly domain: string
  readonly resource: string | null
  readonly bare: string
} | null

/** What administrators do to people. Each is checked, put on record, and then counts. */
export function createChanges(parts: {
  readonly people: People
  readonly credentials: Credentials
  readonly acts: ActsLog
  readonly domain: string
  readonly parseAddress: ParseAddress
  readonly random: Random
  readonly revoked: (id: PersonId) => void
}): Pick<Directory, 'add' | 'setPassword' | 'setEnabled' | 'setRole' | 'remove'> {
  const { people, credentials, acts, random, revoked } = parts

  return {
    async add({ address: written, password, role, by }) {
      const address = addressOf(written, parts)
      mustBeFree(people, address)
      const id = personId(Buffer.from(random.bytes(16)).toString('hex'))
      const credential = await credentials.make(prepared(password.reveal()))
      return await acts.inTurn(async () => {
        mustBeFree(people, address)
        const names = { person: id, address, credential: credential.id }
        const act: Act = { kind: 'person.add', role, ...names }
        await credentials.use(credential, async () => await acts.write(act, by))
        return { id, address, role, enabled: true }
      })
    },

    async setPassword(id, password, by) {
      mustBeThere(people, id)
      const credential = await credentials.make(prepared(password.reveal()))
      await acts.inTurn(async () => {
        const before = mustBeThere(people, id)
        const act: Act = { kind: 'person.password', person: id, credential: credential.id }
        await credentials.use(credential, async () => await acts.write(act, by))
        credentials.forget(before.credential)
        revoked(id)
      })
    },

    async setEnabled(id, { enabled, by }) {
      await acts.inTurn(async () => {
        if (mustBeThere(people, id).enabled === enabled) return
        const kind = enabled ? 'person.enable' : 'person.disable'
        await acts.write({ kind, person: id }, by)
        if (!enabled) revoked(id)
      })
    },

    async setRole(id, role, by) {
      await acts.inTurn(async () => {
        if (mustBeThere(people, id).role === role) return
        await acts.write({ kind: 'person.role', person: id, role }, by)
      })
    },

    async remove(id, by) {
      await acts.inTurn(async () => {
        const before = mustBeThere(people, id)
        await acts.write({ kind: 'person.remove', person: id }, by)
        credentials.forget(before.credential)
        revoked(id)
      })
    },
  }
}

function mustBeThere(people: People, id: PersonId): StoredPerson {
  const person = people.get(id)
  if (person) return person
  throw new OperatorError('directory.unknown', 'nobody has that id: look at the list of people')
}

function mustBeFree(people: People, address: string): void {
  if (people.find(address) === null) return
  throw new OperatorError(
    'directory.taken',
    `${address} is there already: choose another address, or set a new password for this one`,
  )
}

function prepared(raw: string): string {
  const password = preparePassword(raw)
  if (password !== null) return password
  throw new OperatorError(
    'directory.bad-password',
    'this cannot be a password: it is empty, longer than 1,024 bytes, or has control or unassigned characters',
  )
}

function addressOf(
  written: string,
  { domain, parseAddress }: { readonly domain: string; readonly parseAddress: ParseAddress },
): string {
  const parsed = parseAddress(written)
  if (!parsed || parsed.local === null || parsed.resource !== null) {
    throw new OperatorError(
      'directory.bad-address',
      `${JSON.stringify(written)} is no address of a person: write it like name@${domain}`,
    )
  }
  if (parsed.domain !== domain) {
    throw new OperatorError(
      'directory.foreign-domain',
      `${parsed.bare} is at another domain: people here have addresses at ${domain}`,
    )
  }
  return parsed.bare
}
