import { orderOf, pageOf, pageQuery } from '../door/paged.ts'
import { z } from 'zod'
import { type Directory, type Invitation, type Invitations } from '../../directory/ports.ts'
import {
  type InvitationAnswer,
  done,
  invitationsAnswer,
  madeInvitation,
} from '../contract/shared.ts'
import { type ApiHost, nothing, route } from '../door/route.ts'

export const makeInvitation = route({
  method: 'POST',
  path: '/v1/invitations',
  permission: 'invitations.manage',
  summary: 'Invites somebody to an account. The answer alone has what he needs.',
  answer: madeInvitation,
  params: nothing,
  query: nothing,
  body: z.strictObject({
    /** Local part of the address; absent: who comes chooses it. */
    name: z.string().min(1).max(1_023).optional(),
    days: z.number().int().min(1).max(365).optional(),
  }),
  async handle({ body: { name = null, days }, by }, { directory, webOrigin }) {
    const wanted = { to: 'account', name, subscribes: false, days } as const
    const made = await directory.invitations.make(wanted, by.actor)
    return { status: 201, body: shownInvitation(made, { directory, webOrigin }) }
  },
})

/** Told once, with what he needs who comes with it. */
export function shownInvitation(
  { invitation, uri, token }: Awaited<ReturnType<Invitations['make']>>,
  { directory, webOrigin }: Pick<ApiHost, 'directory' | 'webOrigin'>,
): z.infer<typeof madeInvitation> {
  // Behind the #, so that no proxy and no log on the way has it.
  const link = `${webOrigin}/join#${token.reveal()}`
  return { ...shown(invitation, directory), uri: uri.reveal(), link }
}

export const listInvitations = route({
  method: 'GET',
  path: '/v1/invitations',
  permission: 'invitations.manage',
  summary: 'Those that can be used, the one that ends first first.',
  answer: invitationsAnswer,
  params: nothing,
  query: pageQuery,
  body: nothing,
  async handle({ query }, { directory }) {
    const { items, next } = pageOf(
      directory.invitations.list(),
      query,
      ({ expiresAt, id }) => `${orderOf(expiresAt)} ${id}`,
    )
    const invitations = items.map((one) => shown(one, directory))
    return { status: 200, body: { invitations, next } }
  },
})

export const revokeInvitation = route({
  method: 'DELETE',
  path: '/v1/invitations/:id',
  permission: 'invitations.manage',
  summary: 'Takes one back.',
  answer: done,
  params: z.strictObject({ id: z.string().min(1).max(64) }),
  query: nothing,
  body: nothing,
  async handle({ params: { id }, by }, { directory }) {
    await directory.invitations.revoke(id, by.actor)
    return { status: 200, body: {} }
  },
})

function shown(
  { id, to, inviter, address, guest, expiresAt }: Invitation,
  directory: Pick<Directory, 'get'>,
): InvitationAnswer {
  return {
    id,
    to,
    inviter: inviter === null ? null : (directory.get(inviter)?.address ?? inviter),
    address,
    guestUntil: guest && new Date(guest.until).toISOString(),
    expires: new Date(expiresAt).toISOString(),
  }
}
