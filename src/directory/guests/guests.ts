// Who is a guest, where, and until when. Each change is an entry of the record first.
import { type Clock } from '../../base/clock.ts'
import { OperatorError } from '../../base/errors.ts'
import { type PersonId } from '../../record/types.ts'
import { type ActsLog } from '../acts-log.ts'
import { type Actor, type Person } from '../ports.ts'
import { type KnownGuests } from './known.ts'
import { type Guest, type GuestTerms } from './ports.ts'

export const guestRoomsMax = 20
const guestDaysMax = 366
const guestsMax = 10_000
const dayMs = 86_400_000

export type Guests = {
  get(person: PersonId): Guest | null
  /** The one that ends first first. */
  list(): readonly Guest[]
  /** Rooms of a guest; none where nothing was said of him, or he is out. Null: he is no guest. On the road of each stanza. */
  roomsOf(person: PersonId): ReadonlySet<PersonId> | null
  /** @throws {OperatorError} where these cannot be anybody's */
  check(terms: GuestTerms): void
  /** In place of what was said before; who was out is in again. @throws {OperatorError} with one sentence */
  set(person: PersonId, terms: GuestTerms, by: Actor): Promise<void>
  /** He is out at once. @throws {OperatorError} where that is no guest who is in */
  end(person: PersonId, by: Actor): Promise<void>
  /** Puts on record that those are out whose date has come. */
  endDue(): Promise<void>
  /** Called when it was said of somebody where he is a guest, or that he is none any more. */
  onChanged(listener: (person: PersonId) => void): void
}

const none: ReadonlySet<PersonId> = new Set()

/** Whether a person may still be here, as far as that goes. */
export function mayStay(known: Pick<KnownGuests, 'get'>, person: PersonId, now: number): boolean {
  const guest = known.get(person)
  return guest === null || (!guest.isOver && now < guest.until)
}

export function createGuests(parts: {
  readonly known: KnownGuests
  readonly acts: ActsLog
  readonly personOf: (id: PersonId) => Person | null
  /** All that lets him in ends. */
  readonly revoked: (id: PersonId) => void
  readonly listeners: ((person: PersonId) => void)[]
  readonly clock: Clock
}): Guests {
  const { known, acts, personOf, revoked, clock } = parts
  const sets = new WeakMap<Guest, ReadonlySet<PersonId>>()

  function roomsIn(guest: Guest): ReadonlySet<PersonId> {
    const rooms = sets.get(guest) ?? new Set(guest.rooms)
    sets.set(guest, rooms)
    return rooms
  }

  function check(terms: GuestTerms): void {
    refuseForm(terms, clock.now())
    const sponsor = personOf(terms.sponsor)
    if (sponsor?.enabled !== true || sponsor.role === 'guest' || sponsor.role === 'bot')
      throw new OperatorError(
        'guests.sponsor',
        'Who answers for a guest is somebody of the company who may sign in.',
      )
  }

  async function end(person: PersonId, by: Actor): Promise<void> {
    await acts.write({ kind: 'guest.end', person }, by)
    revoked(person)
  }

  return {
    get: (person) => known.get(person),
    list: () => known.list().toSorted((a, b) => a.until - b.until),
    roomsOf(person) {
      if (personOf(person)?.role !== 'guest') return null
      const guest = known.get(person)
      return guest !== null && mayStay(known, person, clock.now()) ? roomsIn(guest) : none
    },
    check,
    async set(person, terms, by) {
      await acts.inTurn(async () => {
        check(terms)
        mustBeGuest(personOf(person))
        if (known.get(person) === null && known.list().length >= guestsMax)
          throw new OperatorError('guests.too-many', `There are ${guestsMax} guests at most.`)
        const { sponsor, rooms, until } = terms
        const said = { sponsor, rooms: [...new Set(rooms)].toSorted(), until }
        await acts.write({ kind: 'guest.set', person, ...said }, by)
      })
    },
    async end(person, by) {
      await acts.inTurn(async () => {
        if (known.get(person) === null || known.get(person)?.isOver === true)
          throw new OperatorError('guests.unknown', 'That is no guest who is still in.')
        await end(person, by)
      })
    },
    async endDue() {
      const now = clock.now()
      const isDue = ({ isOver, until }: Guest): boolean => !isOver && now >= until
      for (const { person } of known.list().filter(isDue))
        await acts.inTurn(async () => {
          const guest = known.get(person)
          // Somebody may have said otherwise meanwhile.
          if (guest !== null && isDue(guest)) await end(person, { clock: true })
        })
    },
    onChanged: (listener) => parts.listeners.push(listener),
  }
}

function refuseForm({ rooms, until }: GuestTerms, now: number): void {
  if (rooms.length < 1 || rooms.length > guestRoomsMax)
    throw new OperatorError('guests.rooms', `A guest is in 1 to ${guestRoomsMax} rooms.`)
  if (!(until > now) || until > now + guestDaysMax * dayMs)
    throw new OperatorError(
      'guests.until',
      `A guest is here until a date that is to come, ${guestDaysMax} days from now at most.`,
    )
}

function mustBeGuest(person: Person | null): void {
  if (person?.role === 'guest') return
  throw new OperatorError(
    'guests.no-guest',
    'That is somebody of the company: a guest is invited, or has the role guest.',
  )
}
