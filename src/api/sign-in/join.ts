// How somebody who was sent a link comes in through the web. XEP-0445 is the same for XMPP clients.
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { Secret } from '../../base/secret.ts'
import { gone } from '../../directory/invitations.ts'
import { type Invitation } from '../../directory/ports.ts'
import { networkOf } from '../../directory/throttle.ts'
import { type By } from '../door/caller.ts'
import { joinAnswer, sessionAnswer } from '../contract/access.ts'
import { type ApiHost, nothing, route } from '../door/route.ts'
import { letIn, refuseMachine, throttled } from './session.ts'
import { password, refuseWeakAt } from '../people/set-password.ts'

const ofToken = z.strictObject({ token: z.string().min(1).max(100) })

export const showInvitation = route({
  method: 'GET',
  path: '/v1/invitations/:token/account',
  permission: 'invitations.use',
  summary: 'What an invitation is for, for who has the link.',
  answer: joinAnswer,
  params: ofToken,
  query: nothing,
  body: nothing,
  async handle({ params: { token }, by }, host) {
    const { address, inviter, guest, expiresAt } = await invitationOf(token, by, host)
    const body = {
      domain: host.domain,
      address,
      inviter: inviter === null ? null : (host.directory.get(inviter)?.address ?? null),
      guestUntil: guest && new Date(guest.until).toISOString(),
      expires: new Date(expiresAt).toISOString(),
    }
    return { status: 200, body }
  },
})

export const useInvitation = route({
  method: 'POST',
  path: '/v1/invitations/:token/account',
  permission: 'invitations.use',
  summary: 'Makes the account that the invitation is for, once, and signs in with it.',
  answer: sessionAnswer,
  params: ofToken,
  query: nothing,
  body: z.strictObject({
    /** Local part of the address; absent: the one that the invitation is for. */
    name: z.string().min(1).max(1_023).optional(),
    password,
  }),
  async handle({ params: { token }, body, by }, host) {
    refuseMachine(by)
    const invitation = await invitationOf(token, by, host)
    const name = body.name ?? localOf(invitation)
    const { invitations } = host.directory
    refuseWeakAt(by, { password: body.password, address: `${name}@${host.domain}` }, host)
    const account = { invitation, name, password: new Secret(body.password) }
    return await letIn(await invitations.register(account), by, host)
  },
})

/** Tokens are guessed as slowly as passwords, under a name that no account has. @throws {OperatorError} where it is good for no account */
async function invitationOf(
  token: string,
  { from }: By,
  { directory, throttle }: ApiHost,
): Promise<Invitation> {
  const name = `invitations ${networkOf(from.address)}`
  const waitMs = throttle.attempt(name, from.address)
  if (waitMs === null) throw throttled()
  await sleep(waitMs)
  const invitation = directory.invitations.find(token)
  if (!invitation?.registers) throw gone()
  throttle.succeeded(name, from.address)
  return invitation
}

/** @throws {OperatorError} where the invitation leaves the choice */
function localOf({ address }: Invitation): string {
  const [local = ''] = address?.split('@') ?? []
  if (local !== '') return local
  throw new OperatorError('invitation.no-name', 'Choose a name: the part before the @.')
}
