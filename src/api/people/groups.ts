// Groups of people: what rules name, nested and dated.
import { pageOf, pageQuery } from '../door/paged.ts'
import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { done } from '../contract/shared.ts'
import { type DirectoryGroups } from '../../directory/group-changes.ts'
import { type PersonId } from '../../directory/ports.ts'
import { type Group, type Members } from '../../directory/types.ts'
import {
  type GroupAnswer,
  type GroupDetails,
  groupAnswer,
  groupDetails,
  groupsAnswer,
} from '../contract/people.ts'
import { momentIn } from '../door/moment.ts'
import { namedPerson } from '../door/named.ts'
import { type ApiHost, nothing, route } from '../door/route.ts'

const id = z.string().min(1).max(40)
const ofGroup = z.strictObject({ group: id })
/** Addresses, or ids of who is gone. */
const persons = z.array(z.string().min(3).max(3_071)).max(500).default([])
const groups = z.array(id).max(500).default([])
const members = z.strictObject({ persons, groups }).default({ persons: [], groups: [] })

export const listGroups = route({
  method: 'GET',
  path: '/v1/groups',
  permission: 'people.see',
  summary: 'All groups, by id.',
  answer: groupsAnswer,
  params: nothing,
  query: pageQuery,
  body: nothing,
  async handle({ query }, { directory }) {
    const { items, next } = pageOf(directory.groups.list(), query, (group) => group.id)
    const all = items.map((group) => shown(group, directory.groups))
    return await Promise.resolve({ status: 200, body: { groups: all, next } })
  },
})

/** Makes a group, or gives it another name. */
export const putGroup = route({
  method: 'PUT',
  path: '/v1/groups/:group',
  permission: 'people.manage',
  summary: 'Makes a group, or gives it another name.',
  answer: groupAnswer,
  params: ofGroup,
  query: nothing,
  body: z.strictObject({ name: z.string().max(400) }),
  async handle({ params: { group }, body: { name }, by }, { directory }) {
    await directory.groups.put({ id: group, name }, by.actor)
    return { status: 200, body: shown(groupAt(directory.groups, group), directory.groups) }
  },
})

/** Who is in it: those who were put there, and all who are by other groups. */
export const showGroup = route({
  method: 'GET',
  path: '/v1/groups/:group',
  permission: 'people.see',
  summary: 'Who is in a group, by other groups too.',
  answer: groupDetails,
  params: ofGroup,
  query: nothing,
  body: nothing,
  async handle({ params: { group } }, host) {
    groupAt(host.directory.groups, group)
    return { status: 200, body: await detailsOf(group, String(host.record.size - 1), host) }
  },
})

/** The same as it was then. */
export const showGroupAt = route({
  method: 'GET',
  path: '/v1/groups/:group/at/:moment',
  permission: 'people.see',
  summary: 'Who was in a group then, by other groups too.',
  answer: groupDetails,
  params: ofGroup.extend({ moment: z.string() }),
  query: nothing,
  body: nothing,
  async handle({ params: { group, moment } }, host) {
    return { status: 200, body: await detailsOf(group, moment, host) }
  },
})

export const changeMembers = route({
  method: 'PUT',
  path: '/v1/groups/:group/members',
  permission: 'people.manage',
  summary: 'Adds people and groups to a group, and takes others out.',
  answer: groupAnswer,
  params: ofGroup,
  query: nothing,
  body: z.strictObject({ add: members, remove: members }),
  async handle({ params: { group }, body: { add, remove }, by }, host) {
    const change = { added: membersIn(add, host), removed: membersIn(remove, host) }
    await host.directory.groups.change(group, change, by.actor)
    return {
      status: 200,
      body: shown(groupAt(host.directory.groups, group), host.directory.groups),
    }
  },
})

/** Who was in it, and when, stays known. */
export const removeGroup = route({
  method: 'DELETE',
  path: '/v1/groups/:group',
  permission: 'people.manage',
  summary: 'Removes a group; who was in it, and when, stays known.',
  answer: done,
  params: ofGroup,
  query: nothing,
  body: nothing,
  async handle({ params: { group }, by }, { directory }) {
    await directory.groups.remove(group, by.actor)
    return { status: 200, body: {} }
  },
})

function groupAt(all: DirectoryGroups, wanted: string): Group {
  const group = all.get(wanted)
  if (group) return group
  throw new OperatorError('group.unknown', `There is no group ${wanted}: see onrecord group list.`)
}

export function shown({ id: key, name, source }: Group, all: DirectoryGroups): GroupAnswer {
  const { persons: people, groups: nested } = all.membersOf(key)
  const counts = { persons: people.length, groups: nested.length }
  return { id: key, name, source: source?.kind ?? null, members: counts }
}

/** A group that was removed still answers for the time before. */
async function detailsOf(group: string, moment: string, host: ApiHost): Promise<GroupDetails> {
  const now = host.directory.groups.get(group)
  const at = momentIn(moment, host)
  const { direct, all } = await host.directory.groups.membersAt(group, at)
  if (now === null && direct.persons.length + direct.groups.length === 0)
    groupAt(host.directory.groups, group)
  const named = (ids: readonly PersonId[]): string[] =>
    ids.map((one) => host.directory.get(one)?.address ?? one).toSorted()
  return {
    id: group,
    name: now?.name ?? null,
    source: now?.source?.kind ?? null,
    persons: named(direct.persons),
    groups: [...direct.groups],
    everybody: named(all),
  }
}

function membersIn(
  given: { readonly persons: readonly string[]; readonly groups: readonly string[] },
  host: ApiHost,
): Members {
  return { persons: given.persons.map((name) => namedPerson(host, name)), groups: given.groups }
}
