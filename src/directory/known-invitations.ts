import { type Clock } from '../base/clock.ts'
import { type Act, type Invitation, type PersonId, type StoredInvitation } from './ports.ts'

/** One that is too old stays for so long: who was let in with it in time has a minute to finish. */
const graceMs = 3_600_000

/** Invitations in memory: those that were neither used nor taken back. */
export type KnownInvitations = {
  get(id: string): Invitation | null
  byHash(tokenHash: string): Invitation | null
  /** Which one keeps that address for who comes with it. */
  keeping(address: string): Invitation | null
  areThere(): boolean
  /** Not too old, the one that ends first first. */
  list(): Invitation[]
  /** How many are not too old, in all and of one who invites. */
  count(inviter: PersonId | null): { readonly all: number; readonly own: number }
  apply(act: Act): void
}

export function createKnownInvitations(
  stored: readonly StoredInvitation[],
  clock: Clock,
): KnownInvitations {
  const byId = new Map<string, StoredInvitation>()
  const byHash = new Map<string, StoredInvitation>()
  const byAddress = new Map<string, StoredInvitation>()

  function put(invitation: StoredInvitation): void {
    byId.set(invitation.id, invitation)
    byHash.set(invitation.tokenHash, invitation)
    if (invitation.address !== null) byAddress.set(invitation.address, invitation)
  }

  function drop(id: string): void {
    const invitation = byId.get(id)
    if (!invitation) return
    byId.delete(id)
    byHash.delete(invitation.tokenHash)
    const { address } = invitation
    if (address !== null && byAddress.get(address) === invitation) byAddress.delete(address)
  }

  function dropOld(): void {
    const before = clock.now() - graceMs
    for (const { id, expiresAt } of byId.values()) if (expiresAt < before) drop(id)
  }

  const isGood = ({ expiresAt }: Invitation): boolean => clock.now() < expiresAt
  const good = (): Invitation[] => [...byId.values()].filter(isGood).map(shown)
  for (const invitation of stored) put(invitation)

  return {
    get: (id) => shownOrNull(byId.get(id)),
    byHash: (hash) => shownOrNull(byHash.get(hash)),
    keeping(address) {
      const invitation = byAddress.get(address)
      return invitation && isGood(invitation) ? shown(invitation) : null
    },
    areThere() {
      dropOld()
      return byId.size > 0
    },
    list: () => good().toSorted((a, b) => a.expiresAt - b.expiresAt),
    count(inviter) {
      const all = good()
      return { all: all.length, own: all.filter((one) => one.inviter === inviter).length }
    },
    apply(act) {
      if (act.kind === 'invitation.make') {
        dropOld()
        const { kind: _kind, ...invitation } = act
        put(invitation)
      } else if (act.kind === 'invitation.take' || act.kind === 'invitation.revoke') {
        drop(act.invitation)
      } else if (act.kind === 'person.add' && act.invitation !== null) drop(act.invitation)
    },
  }
}

function shownOrNull(stored: StoredInvitation | undefined): Invitation | null {
  return stored ? shown(stored) : null
}

/** Without what its token is told by. */
function shown({ tokenHash: _hash, ...invitation }: StoredInvitation): Invitation {
  return invitation
}
