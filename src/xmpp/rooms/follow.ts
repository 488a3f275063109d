// XEP-0045: Multi-User Chat, version 1.35.5, sections 9.3 to 9.6, for rooms whose members come from groups of the directory
// Source: https://xmpp.org/extensions/xep-0045.html
import { setImmediate as nextTurn } from 'node:timers/promises'
import { FatalError } from '../../base/errors.ts'
import { type Act, type PersonId } from '../../directory/ports.ts'
import { type GroupId, type Members } from '../../directory/types.ts'
import { type Host } from '../host.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type GivenAffiliation } from './acts.ts'
import { afterChange, peopleMax } from './admin.ts'
import { createFollowedBookmarks, type FollowedBookmarks } from './follow-bookmarks.ts'
import { givenTo } from './given.ts'
import { endIfEmpty } from './leave.ts'
import { type Parts } from './parts.ts'
import { type RoomId } from './ports.ts'
import { affiliationOf, type Occupant, rank, type Room } from './room.ts'

/** People whose affiliations one act changes: a large group is taken in steps, between which others have their turn. */
const peopleEach = 250
/** After the record has taken nothing. */
const retryMs = 5_000

/** Who may have got, or lost, something in a room; `all`: anybody. */
type Due = Set<PersonId> | 'all'

export type Follower = {
  /** What was on record of groups and not done in rooms, as after a crash. Before anybody is served. */
  start(): Promise<void>
}

/**
 * Has rooms follow groups. Each change is an act of the server's on record that names the group, and then everybody sees it. What is to be
 * done follows from the directory and the room alone: whenever it is looked at again, no more is done than is missing.
 */
export function createFollower(parts: Parts): Follower {
  const { host, rooms } = parts
  const { following, groups } = host.directory
  const due = new Map<RoomId, Due>()
  const bookmarks = createFollowedBookmarks(host)
  let isRunning = false

  function note(room: RoomId, people: Due): void {
    const before = due.get(room)
    if (before === 'all') return
    if (before === undefined || people === 'all')
      due.set(room, people === 'all' ? people : new Set(people))
    else for (const person of people) before.add(person)
  }

  function noteAct(act: Act): void {
    if (act.kind === 'follow.room') return note(act.room, 'all')
    const touched = touchedBy(act, groups)
    if (touched === null) return
    for (const [room, followed] of following.rooms)
      if (
        touched.group === null ||
        followed.some(({ group }) => groups.isIn(touched.group ?? '', group))
      )
        note(room, touched.people)
  }

  /** All that is due. */
  async function run(): Promise<void> {
    for (let next = due.keys().next(); !next.done; next = due.keys().next()) {
      const id = next.value
      const people = due.get(id) ?? 'all'
      due.delete(id)
      try {
        await follow(rooms.get(id), people, { parts, bookmarks })
      } catch (error) {
        note(id, people)
        throw error
      }
    }
  }

  /** What cannot be put on record now is due again later. */
  async function begin(): Promise<void> {
    if (isRunning) return
    isRunning = true
    try {
      // What becomes due while this ends is seen to as well.
      while (due.size > 0) await run()
    } catch (error) {
      if (error instanceof FatalError) throw error
      if (!(error instanceof StanzaError))
        host.log.error('rooms.not-followed', { error: String(error) })
      host.timer.after(retryMs, () => void begin())
    } finally {
      isRunning = false
    }
  }

  host.directory.onAct((act) => {
    noteAct(act)
    if (due.size > 0) void begin()
  })
  return {
    async start() {
      for (const room of following.rooms.keys()) note(room, 'all')
      await begin()
    },
  }
}

/** Whose groups, or right to have any, an act has changed, and of which group; null of a group: of any. Null: nobody's. */
function touchedBy(
  act: Act,
  groups: Host['directory']['groups'],
): { readonly people: Due; readonly group: GroupId | null } | null {
  if (act.kind === 'group.members') {
    const people = new Set([...inside(act.added, groups), ...inside(act.removed, groups)])
    return { people, group: act.group }
  }
  // Who was in it is not known any more.
  if (act.kind === 'group.remove') return { people: 'all', group: null }
  const isOfOne =
    act.kind === 'person.groups' ||
    act.kind === 'person.enable' ||
    act.kind === 'person.disable' ||
    act.kind === 'person.leave' ||
    act.kind === 'person.remove' ||
    act.kind === 'person.role'
  return isOfOne ? { people: new Set([act.person]), group: null } : null
}

function inside(
  { persons, groups: nested }: Members,
  groups: Host['directory']['groups'],
): PersonId[] {
  return [...persons, ...nested.flatMap((id) => [...groups.everybodyIn(id)])]
}

type Following = { readonly parts: Parts; readonly bookmarks: FollowedBookmarks }

/** Step by step. Who loses something comes first. */
async function follow(room: Room | null, due: Due, { parts, bookmarks }: Following): Promise<void> {
  if (room === null) return
  const { rooms } = parts
  const people = due === 'all' ? everybodyDue(room, parts) : [...due]
  const losing = (person: PersonId): boolean => room.state.people.get(person)?.through !== undefined
  const inOrder = [...people.filter(losing), ...people.filter((person) => !losing(person))]
  for (let at = 0; at < inOrder.length; at += peopleEach) {
    const some = inOrder.slice(at, at + peopleEach)
    const isOver = await rooms.inTurn(room.state.address, async () => {
      if (rooms.find(room.state.address) !== room) return true
      await take(some, room, { parts, bookmarks })
      return false
    })
    if (isOver) return
    await nextTurn()
  }
}

/** Those whom groups give something, or have given something before. */
function everybodyDue(room: Room, { host: { directory } }: Parts): readonly PersonId[] {
  const people = new Set<PersonId>()
  for (const [person, { through }] of room.state.people) if (through) people.add(person)
  for (const { group } of directory.following.rooms.get(room.state.id) ?? [])
    for (const person of directory.groups.everybodyIn(group)) people.add(person)
  return [...people]
}

/** On record, and so, and then everybody sees it. @throws {StanzaError} and nothing was changed */
async function take(
  people: readonly PersonId[],
  room: Room,
  { parts, bookmarks }: Following,
): Promise<void> {
  const changes = people.flatMap((person) => changeOf(person, room, parts) ?? [])
  const given = thatFit(changes, room, parts)
  if (given.length === 0) return
  const before = new Map(given.map(({ person }) => [person, affiliationOf(room, person)]))
  const act = { kind: 'room.affiliation', id: room.state.id, people: given } as const
  await parts.rooms.act(act, { id: null, device: '' })
  const occupants = byPerson(room)
  for (const { person, affiliation } of given) {
    const was = before.get(person) ?? 'none'
    if (was === affiliation) continue
    room.voices.delete(person)
    for (const occupant of occupants.get(person) ?? [])
      afterChange(room, occupant, { was, affiliation, shown: {} })
    if (was === 'none') bookmarks.add(person, room)
    if (affiliation === 'none') bookmarks.remove(person, room)
  }
  await endIfEmpty(room, parts.rooms)
}

/** What is missing; null: nothing. What people have given stays, where it is as much. */
function changeOf(person: PersonId, room: Room, { host }: Parts): GivenAffiliation | null {
  const had = room.state.people.get(person)
  const { affiliation = 'none', through } = had ?? {}
  const address = host.directory.get(person)?.address ?? had?.address
  if (address === undefined) return null
  const given = affiliation === 'outcast' ? null : givenTo(room, person, host)
  const own = through?.own ?? affiliation
  const same = { person, address, reason: had?.reason ?? '' }
  if (
    given !== null &&
    (own === 'none' || own === 'member') &&
    rank(given.affiliation) > rank(own)
  ) {
    const isSo = through?.group === given.group && affiliation === given.affiliation
    return isSo
      ? null
      : { ...same, affiliation: given.affiliation, through: { group: given.group, own } }
  }
  return through ? { ...same, affiliation: through.own, left: through.group } : null
}

/** A room keeps the affiliations of so many. */
function thatFit(
  changes: readonly GivenAffiliation[],
  room: Room,
  { host: { log } }: Parts,
): readonly GivenAffiliation[] {
  const { people, id } = room.state
  let space = peopleMax - people.size
  const fitting = changes.filter(({ person }) => people.has(person) || (space -= 1) >= 0)
  if (fitting.length < changes.length) log.warn('rooms.follow-full', { room: id })
  return fitting
}

function byPerson(room: Room): ReadonlyMap<PersonId, readonly Occupant[]> {
  const found = new Map<PersonId, Occupant[]>()
  for (const occupant of room.occupants.values())
    found.set(occupant.person, [...(found.get(occupant.person) ?? []), occupant])
  return found
}
