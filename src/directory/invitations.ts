// XEP-0401: Ad-hoc Account Invitation Generation, version 0.6.0: what stands behind an invitation
// Source: https://xmpp.org/extensions/xep-0401.html
import { toHex, utf8 } from '../base/bytes.ts'
import { type Clock } from '../base/clock.ts'
import { sha256 } from '../base/crypto.ts'
import { OperatorError } from '../base/errors.ts'
import { type Random } from '../base/random.ts'
import { Secret } from '../base/secret.ts'
import { type ActsLog } from './acts-log.ts'
import { type GuestTerms } from './guests/ports.ts'
import { type KnownInvitations } from './known-invitations.ts'
import {
  type Actor,
  type Invitation,
  type InvitationMode,
  type Invitations,
  type Person,
  type PersonId,
} from './ports.ts'

/** Those that can be used, in all and of one who invites. */
const invitationsMax = 10_000
const perInviterMax = 100
/** Of the command line. */
const perMachineMax = 5_000
/** 144 bits. XEP-0379 section 6.1 asks for 80. */
const tokenBytes = 18
const dayMs = 86_400_000

type Joining = (
  invitation: Invitation,
  account: { readonly name: string; readonly password: Secret<string> },
) => Promise<Person>

type Parts = {
  readonly known: KnownInvitations
  readonly mode: InvitationMode
  readonly days: number
  readonly domain: string
  readonly acts: ActsLog
  readonly clock: Clock
  readonly random: Random
  readonly personOf: (id: PersonId) => Pick<Person, 'address' | 'enabled'> | null
  /** The address of an account with that local part, which nobody has. @throws {OperatorError} */
  readonly freeAddress: (name: string) => string
  /** @throws {OperatorError} where nobody can be a guest so */
  readonly checkGuest: (terms: GuestTerms) => void
  /** Adds the person, and uses the invitation up with the same act. @throws {OperatorError} */
  readonly join: Joining
}

export function createInvitations(parts: Parts): Invitations {
  const { known, mode, acts, clock, personOf } = parts
  const listeners: ((person: Person, invitation: Invitation) => Promise<void>)[] = []

  /** His time has not gone by, and who answers for him is still here. */
  const isAnsweredFor = ({ until, sponsor }: GuestTerms): boolean =>
    clock.now() < until && personOf(sponsor)?.enabled === true

  /** Whether who invited is still one who may, and what came of it may still be. */
  function asOfNow(invitation: Invitation): Invitation | null {
    if (mode === 'off') return null
    const { inviter, to } = invitation
    if (inviter !== null && personOf(inviter)?.enabled !== true) return null
    if (invitation.guest !== null && !isAnsweredFor(invitation.guest)) return null
    if (to === 'account') return invitation
    return { ...invitation, registers: invitation.registers && mode === 'accounts' }
  }

  return {
    mode,
    make: createMake(parts),
    find(token) {
      // By its hash, so that how long it takes says nothing of tokens that are nearly right.
      const invitation = known.byHash(hashOf(token))
      if (!invitation || clock.now() >= invitation.expiresAt) return null
      return asOfNow(invitation)
    },
    areThere: () => known.areThere(),
    list: () => known.list(),
    async revoke(id, by) {
      await acts.inTurn(async () => {
        if (known.get(id) === null)
          throw new OperatorError(
            'invitation.unknown',
            'there is no such invitation: it was used or taken back, or is too old',
          )
        await acts.write({ kind: 'invitation.revoke', invitation: id }, by)
      })
    },
    async take(id, address) {
      return await acts.inTurn(async () => {
        const invitation = known.get(id)
        if (!invitation) return false
        const by: Actor = { invitation: id, inviter: invitation.inviter }
        await acts.write({ kind: 'invitation.take', invitation: id, address }, by)
        return true
      })
    },
    async register({ invitation: { id }, ...account }) {
      // XEP-0445 section 4: whether it is too old was asked when the token was shown, and is not asked again.
      const held = known.get(id)
      const invitation = held && asOfNow(held)
      if (!invitation?.registers) throw gone()
      const person = await parts.join(invitation, account)
      for (const listener of listeners) await listener(person, invitation)
      return person
    },
    onJoined: (listener) => listeners.push(listener),
  }
}

function createMake(parts: Parts): Invitations['make'] {
  const { known, mode, acts, clock, random, personOf } = parts
  return async ({ to, name, subscribes, days = parts.days, guest = null }, by) => {
    const inviter = 'person' in by ? by.person : null
    const token = random.bytes(tokenBytes).toString('hex')
    const wanted = {
      id: random.bytes(16).toString('hex'),
      to,
      inviter,
      registers: to === 'account' || mode === 'accounts',
      subscribes: subscribes && inviter !== null && guest === null,
      guest,
      expiresAt: clock.now() + days * dayMs,
    }
    return await acts.inTurn(async () => {
      if (mode === 'off') throw off()
      if (guest !== null) parts.checkGuest(guest)
      refuseTooMany(known.count(inviter), inviter === null ? perMachineMax : perInviterMax)
      const address = name === null ? null : parts.freeAddress(name)
      const invitation = { ...wanted, address }
      const act = { kind: 'invitation.make', ...invitation, tokenHash: hashOf(token) } as const
      await acts.write(act, by)
      const of = inviter === null ? null : (personOf(inviter)?.address ?? null)
      const uri = uriOf(invitation, { domain: parts.domain, inviter: of, token })
      return { invitation, token: new Secret(token), uri: new Secret(uri) }
    })
  }
}

/** It was used or taken back since. */
/** The same whether it was never made, taken back a day ago, or used by somebody else in this moment. */
export function gone(): OperatorError {
  return new OperatorError(
    'invitation.unknown',
    'This invitation was used or taken back, or is too old: ask for another one.',
  )
}

function off(): OperatorError {
  return new OperatorError(
    'invitation.off',
    'nobody comes with an invitation here: see ONRECORD_INVITATIONS',
  )
}

function refuseTooMany(
  count: { readonly all: number; readonly own: number },
  ownMax: number,
): void {
  if (count.all < invitationsMax && count.own < ownMax) return
  throw new OperatorError(
    'invitation.too-many',
    'too many invitations wait to be used: take some back, or wait until they are too old',
  )
}

function hashOf(token: string): string {
  return toHex(sha256(utf8(token)))
}

/** Sections 4.1 and 4.4, and RFC 5122 section 2.2 for what has to be escaped. */
function uriOf(
  { to, address, registers }: Pick<Invitation, 'to' | 'address' | 'registers'>,
  {
    domain,
    inviter,
    token,
  }: { readonly domain: string; readonly inviter: string | null; readonly token: string },
): string {
  if (to === 'contact' && inviter !== null)
    return `xmpp:${escaped(inviter)}?roster;preauth=${token}${registers ? ';ibr=y' : ''}`
  return `xmpp:${address === null ? domain : escaped(address)}?register;preauth=${token}`
}

function escaped(address: string): string {
  return encodeURIComponent(address).replaceAll('%40', '@')
}
