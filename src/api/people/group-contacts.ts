// Groups of the directory whose people are contacts.
import { z } from 'zod'
import { type Actor } from '../../directory/ports.ts'
import { type GroupContactsAnswer, groupContactsAnswer } from '../contract/following.ts'
import { done } from '../contract/shared.ts'
import { type ApiHost, nothing, route } from '../door/route.ts'

const id = z.string().min(1).max(40)
const ofGroup = z.strictObject({ group: id })

export const showGroupContacts = route({
  method: 'GET',
  path: '/v1/groups/:group/contacts',
  permission: 'follow.see',
  summary: 'The groups whose people have those of this group as contacts, and the other way round.',
  answer: groupContactsAnswer,
  params: ofGroup,
  query: nothing,
  body: nothing,
  async handle({ params: { group } }, host) {
    return await Promise.resolve({ status: 200, body: shown(group, host) })
  },
})

export const setGroupContacts = route({
  method: 'PUT',
  path: '/v1/groups/:group/contacts',
  permission: 'follow.manage',
  summary:
    'Makes those of a group contacts of those of these groups, and no others; the group itself may be among them.',
  answer: groupContactsAnswer,
  params: ofGroup,
  query: nothing,
  body: z.strictObject({ to: z.array(id).min(1).max(20) }),
  async handle({ params: { group }, body: { to }, by }, host) {
    await setContacts(group, { to, by: by.actor }, host)
    return { status: 200, body: shown(group, host) }
  },
})

export const endGroupContacts = route({
  method: 'DELETE',
  path: '/v1/groups/:group/contacts',
  permission: 'follow.manage',
  summary:
    'Makes those of a group nobody’s contacts any more by it. What people keep themselves stays.',
  answer: done,
  params: ofGroup,
  query: nothing,
  body: nothing,
  async handle({ params: { group }, by }, host) {
    await setContacts(group, { to: [], by: by.actor }, host)
    return { status: 200, body: {} }
  },
})

async function setContacts(
  group: string,
  { to, by }: { readonly to: readonly string[]; readonly by: Actor },
  { directory }: Pick<ApiHost, 'directory'>,
): Promise<void> {
  await directory.following.setContacts(group, to, by)
}

function shown(group: string, { directory }: Pick<ApiHost, 'directory'>): GroupContactsAnswer {
  const { groups: all, following } = directory
  const to = (following.contacts.get(group) ?? []).map((one) => ({
    group: one,
    name: all.get(one)?.name ?? null,
    people: all.everybodyIn(one).size,
  }))
  return { group, to }
}
