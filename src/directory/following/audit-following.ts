import { type Act } from '../ports.ts'
import { followJson, followKey, type FollowRow, isEnd } from './ports.ts'

/** Follows the acts, and says in the end whether what follows what in the state is what they make. */
export type FollowingAudit = {
  apply(act: Act): void
  /** Null when they are the same; else a clause. */
  difference(stored: readonly FollowRow[]): string | null
}

export function auditFollowing(): FollowingAudit {
  const made = new Map<string, string>()
  return {
    apply(act) {
      if (act.kind !== 'follow.room' && act.kind !== 'follow.contacts') return
      made.delete(followKey(act))
      if (!isEnd(act)) made.set(followKey(act), followJson(act))
    },
    difference(stored) {
      const is = stored.map(({ said }) => said ?? '').toSorted()
      const isSame = is.join('\n') === [...made.values()].toSorted().join('\n')
      return isSame ? null : 'which rooms and contact lists follow groups is not what the acts say'
    },
  }
}
