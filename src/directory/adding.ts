import { OperatorError } from '../base/errors.ts'
import { type Random } from '../base/random.ts'
import { type Secret } from '../base/secret.ts'
import { personId } from '../record/ids.ts'
import { type ActsLog } from './acts-log.ts'
import { type Credentials } from './credentials.ts'
import { type GuestTerms } from './guests/ports.ts'
import { gone } from './invitations.ts'
import { type KnownInvitations } from './known-invitations.ts'
import { type Places } from './places.ts'
import { preparePassword } from './password.ts'
import { type People } from './people.ts'
import {
  type Act,
  type Actor,
  type Directory,
  type Invitation,
  type Person,
  type Role,
} from './ports.ts'
import { noProfile } from './types.ts'

/** The parts of an address, however it was written; null when it is none. */
export type ParseAddress = (text: string) => {
  readonly local: string | null
  readonly domain: string
  readonly resource: string | null
  readonly bare: string
} | null

type AddedAct = Extract<Act, { readonly kind: 'person.add' }>

/** How people come in. */
export type Adding = Pick<Directory, 'add' | 'addBot' | 'mayAdd' | 'addElsewhere'> & {
  /** @throws {OperatorError} */
  freeAddress(name: string): string
  join(
    invitation: Invitation,
    account: { readonly name: string; readonly password: Secret<string> },
  ): Promise<Person>
}

export function createAdding(parts: {
  readonly people: People
  readonly invitations: KnownInvitations
  readonly credentials: Credentials
  readonly places: Pick<Places, 'ofNew'>
  readonly acts: ActsLog
  readonly domain: string
  readonly parseAddress: ParseAddress
  readonly random: Random
}): Adding {
  const addPerson = withPassword(parts)
  const addWithout = withoutPassword(parts)

  function mayAdd(written: string): string {
    const address = addressOf(written, parts)
    mustBeFree(parts, address)
    return address
  }

  return {
    mayAdd,
    freeAddress: (name) => mayAdd(`${name}@${parts.domain}`),

    async join(invitation, { name, password }) {
      const address = addressOf(`${name}@${parts.domain}`, parts)
      if (invitation.address !== null && invitation.address !== address)
        throw new OperatorError(
          'invitation.other-name',
          `this invitation is for ${invitation.address}`,
        )
      const by = { invitation: invitation.id, inviter: invitation.inviter }
      const { guest } = invitation
      const role = guest === null ? 'member' : 'guest'
      return await addPerson({ address, role, by, guest }, password, () => {
        if (parts.invitations.get(invitation.id) === null) throw gone()
        mustBeFree(parts, address, invitation)
      })
    },

    async addElsewhere({ address, profile, source }, by) {
      return await addWithout({ address, role: 'member', profile, source }, by)
    },
    addBot: async ({ address, by }) =>
      await addWithout({ address, role: 'bot', profile: noProfile, source: null }, by),

    async add({ address: written, password, role, by }) {
      if (role === 'bot')
        throw new OperatorError(
          'directory.bot',
          'an account of a program has no password: use onrecord bot add',
        )
      const address = addressOf(written, parts)
      return await addPerson({ address, role, by }, password, () => mustBeFree(parts, address))
    },
  }
}

type Parts = Parameters<typeof createAdding>[0]

/** Adds somebody with a password. */
function withPassword({ credentials, places, acts, random }: Parts) {
  return async (
    {
      address,
      role,
      by,
      guest = null,
    }: {
      readonly address: string
      readonly role: Role
      readonly by: Actor
      readonly guest?: GuestTerms | null
    },
    password: Secret<string>,
    mayStill: () => void,
  ): Promise<Person> => {
    mayStill()
    const id = personId(Buffer.from(random.bytes(16)).toString('hex'))
    const place = places.ofNew(address)
    const credential = await credentials.make(prepared(password.reveal()), place, 'all')
    return await acts.inTurn(async () => {
      mayStill()
      const invitation = 'invitation' in by ? by.invitation : null
      const names = { person: id, address, credential: credential.id, invitation }
      const comes = { role, ...names, profile: noProfile, source: null, ...(guest && { guest }) }
      const act: Act = { kind: 'person.add', ...comes }
      await credentials.use(credential, async () => await acts.write(act, by))
      return { id, address, role, enabled: true }
    })
  }
}

/** Adds somebody who has no password here. */
function withoutPassword(
  parts: Parts,
): (
  added: Pick<AddedAct, 'address' | 'role' | 'profile' | 'source'>,
  by: Actor,
) => Promise<Person> {
  const { acts, random } = parts
  return async ({ address: written, ...what }, by) => {
    const address = addressOf(written, parts)
    const id = personId(Buffer.from(random.bytes(16)).toString('hex'))
    return await acts.inTurn(async () => {
      mustBeFree(parts, address)
      const who = { person: id, address, credential: null, invitation: null }
      await acts.write({ kind: 'person.add', ...who, ...what }, by)
      return { id, address, role: what.role, enabled: true }
    })
  }
}

/** XEP-0401 section 6.2: a name that an invitation is for is kept for who comes with it. */
function mustBeFree(
  { people, invitations }: { readonly people: People; readonly invitations: KnownInvitations },
  address: string,
  using: Invitation | null = null,
): void {
  if (people.find(address) !== null)
    throw new OperatorError(
      'directory.taken',
      `${address} is there already: choose another address, or set a new password for this one`,
    )
  const keeping = invitations.keeping(address)
  if (keeping === null || keeping.id === using?.id) return
  throw new OperatorError(
    'directory.taken',
    `${address} is kept for somebody who was invited: choose another address, or take the invitation back`,
  )
}

/** @throws {OperatorError} for what cannot be a password */
export function prepared(raw: string): string {
  const password = preparePassword(raw)
  if (password !== null) return password
  throw new OperatorError(
    'directory.bad-password',
    'this cannot be a password: it is empty, longer than 1,024 bytes, or has control or unassigned characters',
  )
}

/** @throws {OperatorError} with one sentence, where it is none of a person here */
export function addressOf(
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
