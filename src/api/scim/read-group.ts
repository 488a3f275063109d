// What a provisioning service says of a group, out of a whole resource or a change of it. RFC 7643 section 4.2.
import { isPersonId } from '../../record/ids.ts'
import { type Members } from '../../directory/types.ts'
import { type SaidOfGroup } from '../../directory/scim/groups.ts'
import { type PersonId } from '../../directory/ports.ts'
import { type Filter, matches, parseTarget, type Target } from './filter.ts'
import { soleValue } from './list.ts'
import { type Operation } from './operations.ts'
import { wrong } from './read-person.ts'

/** Who could be a member, beside those who are. */
export type Candidates = {
  readonly isPerson: (id: PersonId) => boolean
  readonly isGroup: (id: string) => boolean
}

type Draft = {
  name?: string
  externalId?: string | null
  members: Set<string> | null
  searches: number
}

/** In one request. */
const membersMax = 50_000
/** Filters of one request that all members are held against: what names a member by its id, as services do, is none of these. */
const searchesMax = 4

/** Members who are not here are left out: they have been removed here, and the service does not know. */
export function groupIn(
  resource: { readonly [name: string]: unknown },
  now: Members,
  candidates: Candidates,
): SaidOfGroup {
  const draft: Draft = { members: null, searches: 0 }
  putAll(draft, resource)
  return finished(draft, now, candidates)
}

/** Each in order. @throws {OperatorError} */
export function groupAfter(
  operations: readonly Operation[],
  now: Members,
  candidates: Candidates,
): SaidOfGroup {
  const draft: Draft = { members: null, searches: 0 }
  const before = new Set<string>([...now.persons, ...now.groups])
  for (const { op, path, value } of operations) {
    if (path === null) {
      if (!isObject(value)) throw wrong('An operation without a path has an object as its value.')
      const { members, ...others } = value
      putAll(draft, others)
      if (members !== undefined) putMembers(draft, { op, value: members, within: null }, before)
      continue
    }
    const { path: names, within } = parseTarget(path)
    if (names[0] === 'members') putMembers(draft, { op, value, within }, before)
    else putAll(draft, { [names.join('.')]: op === 'remove' ? null : value })
  }
  for (const id of draft.members ?? [])
    if (!before.has(id) && !isAnybody(id, candidates))
      throw wrong(`There is no person or group with the id ${JSON.stringify(id.slice(0, 60))}.`)
  return finished(draft, now, candidates)
}

/** Who is in stays in, also whom the service does not see any more: rules ask for the groups of who has gone, too. */
function finished(
  { members, searches: _searches, ...said }: Draft,
  now: Members,
  candidates: Candidates,
): SaidOfGroup {
  if (members === null) return said
  const { isPerson, isGroup } = candidates
  const [persons, groups] = [new Set(now.persons), new Set(now.groups)]
  const known: Members = {
    persons: [...members].flatMap((id) =>
      isPersonId(id) && (persons.has(id) || isPerson(id)) ? [id] : [],
    ),
    groups: [...members].filter(
      (id) => groups.has(id) || (isGroup(id) && !(isPersonId(id) && isPerson(id))),
    ),
  }
  return { ...said, members: known }
}

function isAnybody(id: string, { isPerson, isGroup }: Candidates): boolean {
  return (isPersonId(id) && isPerson(id)) || isGroup(id)
}

/** What else there is of a group is not kept here. */
function putAll(draft: Draft, values: { readonly [name: string]: unknown }): void {
  for (const [name, value] of Object.entries(values)) {
    const plain = name.toLowerCase()
    if (plain === 'displayname') {
      if (typeof value !== 'string' || value.trim() === '') throw wrong('displayName is text.')
      draft.name = value.trim()
    } else if (plain === 'externalid') draft.externalId = typeof value === 'string' ? value : null
    else if (plain === 'members') draft.members = new Set(idsIn(value))
  }
}

function putMembers(
  draft: Draft,
  { op, value, within }: Pick<Operation, 'op' | 'value'> & Pick<Target, 'within'>,
  before: ReadonlySet<string>,
): void {
  draft.members ??= new Set(before)
  const { members } = draft
  if (op === 'remove') {
    if (within !== null) removeWithin(draft, members, within)
    // With neither, all of them: section 3.5.2.2. Entra ID names them in the value.
    else if (value === undefined || value === null) members.clear()
    else for (const id of idsIn(value)) members.delete(id)
    return
  }
  if (within !== null) throw wrong('Members are added and replaced without a filter.')
  if (op === 'replace') members.clear()
  for (const id of idsIn(value)) members.add(id)
}

/** Ids are in lower case, and the letters of a filter count in either. */
function removeWithin(draft: Draft, members: Set<string>, within: Filter): void {
  const id = soleValue(within, 'value')
  if (id !== null) {
    members.delete(id.toLowerCase())
    return
  }
  if (++draft.searches > searchesMax)
    throw wrong(`At most ${searchesMax} filters look through the members at a time: name ids.`)
  for (const one of members) if (matches(within, { value: one })) members.delete(one)
}

function idsIn(value: unknown): string[] {
  if (value === null || value === undefined) return []
  const all: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (all.length > membersMax) throw wrong(`At most ${membersMax} members are named at a time.`)
  return all.map((one) => {
    const id: unknown = isObject(one) ? one['value'] : one
    if (typeof id !== 'string') throw wrong('A member is an object with the id as its value.')
    return id
  })
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
