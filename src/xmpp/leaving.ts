import { OperatorError } from '../base/errors.ts'
import { type PersonId } from '../directory/ports.ts'
import { type Accounts } from './accounts.ts'
import { type Listeners } from './listeners.ts'
import { type RoomKeeping } from './rooms/hand-over.ts'
import { StanzaError } from './wire/stanza-error.ts'

/** What there is to see to of somebody who leaves. */
export type Leaving = RoomKeeping & {
  readonly isRunning: true
  /** Devices that are signed in, or may come back to their session. */
  sessions(person: PersonId): number
}

export function leavingOf(
  { accounts }: { readonly accounts: Accounts },
  { roomKeeping }: Pick<Listeners, 'roomKeeping'>,
): Leaving {
  return {
    isRunning: true,
    sessions: (person) => accounts.sessionsOf(person).length,
    ownedAlone: (person) => roomKeeping.flatMap((keeping) => keeping.ownedAlone(person)),
    async handOver(change) {
      const done: string[] = []
      try {
        for (const keeping of roomKeeping) done.push(...(await keeping.handOver(change)))
        return done
      } catch (error) {
        if (!(error instanceof StanzaError)) throw error
        const why = error.text ?? error.condition
        throw new OperatorError('rooms.refused', `a room could not be handed over: ${why}`, {
          cause: error,
        })
      }
    },
  }
}
