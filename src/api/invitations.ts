import { z } from 'zod'
import { type Directory, type Invitation } from '../directory/ports.ts'
import { type InvitationAnswer } from './contract.ts'
import { nothing, route } from './route.ts'

/** Invites somebody to an account. The answer alone has what he needs. */
export const makeInvitation = route({
  method: 'POST',
  path: '/v1/invitations',
  permission: 'invitations.manage',
  params: nothing,
  body: z.strictObject({
    /** Local part of the address; absent: who comes chooses it. */
    name: z.string().min(1).max(1_023).optional(),
    days: z.number().int().min(1).max(365).optional(),
  }),
  async handle({ body: { name = null, days }, by }, { directory }) {
    const wanted = { to: 'account', name, subscribes: false, days } as const
    const { invitation, uri } = await directory.invitations.make(wanted, by.actor)
    return { status: 201, body: { ...shown(invitation, directory), uri: uri.reveal() } }
  },
})

/** Those that can be used, the one that ends first first. */
export const listInvitations = route({
  method: 'GET',
  path: '/v1/invitations',
  permission: 'invitations.manage',
  params: nothing,
  body: nothing,
  async handle(_input, { directory }) {
    const all = directory.invitations.list().map((one) => shown(one, directory))
    return { status: 200, body: { invitations: all } }
  },
})

/** Takes one back. */
export const revokeInvitation = route({
  method: 'DELETE',
  path: '/v1/invitations/:id',
  permission: 'invitations.manage',
  params: z.strictObject({ id: z.string().min(1).max(64) }),
  body: nothing,
  async handle({ params: { id }, by }, { directory }) {
    await directory.invitations.revoke(id, by.actor)
    return { status: 200, body: {} }
  },
})

function shown(
  { id, to, inviter, address, expiresAt }: Invitation,
  directory: Pick<Directory, 'get'>,
): InvitationAnswer {
  return {
    id,
    to,
    inviter: inviter === null ? null : (directory.get(inviter)?.address ?? inviter),
    address,
    expires: new Date(expiresAt).toISOString(),
  }
}
