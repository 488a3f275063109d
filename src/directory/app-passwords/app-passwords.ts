// Application passwords: each is for one XMPP client, random, told once. That there is one is on record first; its keys are SCRAM's, and
// lie where the account's own do. They share salt and count with these, so that a client is challenged once for all. Decision 0028.
import { type Clock } from '../../base/clock.ts'
import { OperatorError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type Random } from '../../base/random.ts'
import { Secret } from '../../base/secret.ts'
import { type ActsLog } from '../acts-log.ts'
import { type Credentials } from '../credentials.ts'
import { toBase32 } from '../factors/base32.ts'
import { type Actor, type PeopleState, type Person, type PersonId } from '../ports.ts'
import { type ScramPlace, scramSlots } from '../scram.ts'
import { type KnownAppPasswords } from './known.ts'
import { type AppPassword } from './ports.ts'

/** Of one person: a proof is held against each of them, and against the account's own. */
const perPersonMax = (): number => scramSlots - 1
const appPasswordsMax = 50_000
/** 120 bits, 24 letters and digits. */
const secretBytes = 15
const nameCharsMax = 100
const dayMs = 86_400_000
export const appPasswordDaysMax = 365
/** How old it may be when it was used last: each write waits for the disk. */
const usedMs = 3_600_000

export type AppPasswords = {
  /** @throws {OperatorError} with one sentence */
  make(
    wanted: { readonly person: PersonId; readonly name: string; readonly days: number },
    by: Exclude<Actor, { readonly invitation: string }>,
  ): Promise<{ readonly password: AppPassword; readonly secret: Secret<string> }>
  /** Those that are good still, the oldest first. */
  of(person: PersonId): readonly AppPassword[]
  /** Somebody has come in with it; any other id means nothing. */
  used(id: string): void
  /** @param id null: all of them, if there are any. @throws {OperatorError} where the person has none of that id */
  revoke(person: PersonId, id: string | null, by: Actor): Promise<void>
}

export function createAppPasswords(parts: {
  readonly known: KnownAppPasswords
  readonly acts: ActsLog
  readonly credentials: Credentials
  readonly state: Pick<PeopleState, 'appPasswordUsed'>
  readonly personOf: (id: PersonId) => Person | null
  /** Salt and count that the keys of that person have. */
  readonly placeOf: (id: PersonId) => ScramPlace
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}): AppPasswords {
  const { known, acts, credentials, state, personOf, clock, random, log } = parts
  const isNow = ({ expiresAt }: AppPassword): boolean => clock.now() < expiresAt
  const write = async (person: PersonId, password: string | null, by: Actor): Promise<void> => {
    const gone = known.of(person).filter(({ id }) => password === null || id === password)
    await acts.write({ kind: 'app-password.revoke', person, password }, by)
    for (const { id } of gone) credentials.forget(id)
  }

  return {
    async make({ person, name, days }, by) {
      refuseForm(name, days)
      refuseWhoMayNot(personOf(person))
      const secret = toBase32(random.bytes(secretBytes))
      return await acts.inTurn(async () => {
        refuseWhoMayNot(personOf(person))
        for (const old of known.of(person)) if (!isNow(old)) await write(person, old.id, by)
        refuseTooMany(known, person)
        // In turn, so that salt and count are still those of the others when it counts.
        const credential = await credentials.make(secret, parts.placeOf(person), 'scram')
        const madeAt = clock.now()
        const made = { person, name, madeAt, expiresAt: madeAt + days * dayMs }
        const { id } = credential
        // If we stop before the act, no act names it, and the next start drops it.
        await credentials.use(credential, async () => {
          await acts.write({ kind: 'app-password.make', password: id, ...made }, by)
        })
        return { password: { id, ...made, usedAt: null }, secret: new Secret(secret) }
      })
    },
    of: (person) => known.of(person).filter(isNow),
    used(id) {
      const [now, before] = [clock.now(), known.get(id)]
      if (before === null || (before.usedAt !== null && now - before.usedAt < usedMs)) return
      known.use(id, now)
      state.appPasswordUsed(id, now).catch((error: unknown) => {
        log.error('directory.app-password-use-not-noted', { password: id, error: String(error) })
      })
    },
    async revoke(person, id, by) {
      await acts.inTurn(async () => {
        const all = known.of(person)
        if (id === null && all.length === 0) return
        if (id !== null && !all.some((one) => one.id === id))
          throw new OperatorError(
            'app-passwords.unknown',
            'There is no such application password: see the list of them.',
          )
        await write(person, id, by)
      })
    },
  }
}

function refuseForm(name: string, days: number): void {
  if (name.trim() === '' || name.length > nameCharsMax)
    throw new OperatorError(
      'app-passwords.name',
      `An application password has a name of 1 to ${nameCharsMax} characters.`,
    )
  if (!Number.isInteger(days) || days < 1 || days > appPasswordDaysMax)
    throw new OperatorError(
      'app-passwords.days',
      `An application password is good for 1 to ${appPasswordDaysMax} days.`,
    )
}

function refuseWhoMayNot(person: Person | null): void {
  if (person?.enabled !== true || person.role === 'bot')
    throw new OperatorError(
      'app-passwords.no-person',
      'An application password is for somebody who may sign in.',
    )
}

function refuseTooMany(known: KnownAppPasswords, person: PersonId): void {
  if (known.of(person).length < perPersonMax() && known.size < appPasswordsMax) return
  throw new OperatorError(
    'app-passwords.too-many',
    `A person has ${perPersonMax()} application passwords at most: take one back.`,
  )
}
