// The holds that there are, as the acts on record made them. LEDGER.md §5.

import { type LogPosition, type PersonId } from '../types.ts'
import { type Scope } from './scope.ts'

/** A change of holds that is on record. */
export type HoldAct =
  | {
      readonly kind: 'hold.place'
      readonly by: PersonId
      /** For people. */
      readonly name: string
      /** Left out: it belongs to none, or was placed before it could. */
      readonly matter?: string
      readonly reason: string
      readonly scope: Scope
    }
  | {
      readonly kind: 'hold.release'
      readonly by: PersonId
      /** Position of the act that placed it. */
      readonly hold: LogPosition
      readonly reason: string
      /** So many distinct persons have to say it. */
      readonly needs: number
    }

/** A hold. It is in force from the position of its own act on. */
export type Hold = {
  /** Position of the act that placed it: its name, for ever. */
  readonly id: LogPosition
  readonly name: string
  readonly matter: string | null
  readonly reason: string
  readonly scope: Scope
  readonly placedBy: PersonId
  /** Server time in ms since 1970. */
  readonly placedAt: number
  /** Who wants it released, in the order in which they said so. */
  readonly releases: readonly Release[]
  /** The position from which on it is not in force any more; null while it is. */
  readonly released: LogPosition | null
}

export type Release = {
  readonly by: PersonId
  readonly reason: string
  readonly position: LogPosition
  readonly at: number
}

/** Holds by their acts, in log order. */
export type HoldRegister = {
  /** @returns false when it changes nothing: there is no such hold, it is released, or the same person has said so before */
  apply(act: HoldAct, place: { readonly position: LogPosition; readonly at: number }): boolean
  get(id: LogPosition): Hold | null
  /** All, the oldest first, released ones too. */
  list(): readonly Hold[]
  /**
   * Those that hold what is decided at `position`: placed before it, and not released before it. A record stays as long as one of
   * them has it, whatever becomes of the others.
   */
  inForce(position: LogPosition): readonly Hold[]
}

export function holdRegister(): HoldRegister {
  const holds = new Map<LogPosition, Hold>()
  return {
    apply(act, { position, at }) {
      if (act.kind === 'hold.place') {
        const { name, matter = null, reason, scope, by: placedBy } = act
        const standing = { releases: [], released: null }
        holds.set(position, {
          id: position,
          name,
          matter,
          reason,
          scope,
          placedBy,
          placedAt: at,
          ...standing,
        })
        return true
      }
      const hold = holds.get(act.hold)
      if (!hold || hold.released !== null || hold.releases.some(({ by }) => by === act.by))
        return false
      const releases = [...hold.releases, { by: act.by, reason: act.reason, position, at }]
      const released = releases.length >= act.needs ? position : null
      holds.set(hold.id, { ...hold, releases, released })
      return true
    },
    get: (id) => holds.get(id) ?? null,
    list: () => [...holds.values()],
    inForce: (position) =>
      [...holds.values()].filter(
        ({ id, released }) => id < position && (released === null || released >= position),
      ),
  }
}
