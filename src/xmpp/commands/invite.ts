// XEP-0401: Ad-hoc Account Invitation Generation, version 0.6.0
// Source: https://xmpp.org/extensions/xep-0401.html
import { type Invitations } from '../../directory/ports.ts'
import { type Host } from '../host.ts'
import { buildForm, type Form } from '../wire/data-form.ts'
import { formatDateTime } from '../wire/date-time.ts'
import { asRefusals, personOf } from './admin-form.ts'
import { type Asker, type Command, completed, type Completed, isAdministrator } from './command.ts'
import { badPayload } from './errors.ts'

const NS = 'urn:xmpp:invite'

/** UTF-16 units of a name, which has 1,023 bytes at most (RFC 7622 section 3.1). */
const nameMax = 1_023

/** Section 4.1: to becoming a contact of who asks, and, where the settings have it, to an account as well. */
export function invite({ directory: { invitations } }: Host): Command {
  return {
    node: `${NS}#invite`,
    name: 'Invite user',
    may: ({ person }) => {
      if (person?.enabled !== true || person.role === 'guest') return false
      return invitations.mode === 'contacts' || invitations.mode === 'accounts'
    },
    start: async (asker) =>
      await make(invitations, { to: 'contact', name: null, subscribes: true }, asker),
  }
}

/** Section 4.4: to an account, by administrators. */
export function inviteToAccount({ directory: { invitations } }: Host): Command {
  const fields = [
    { name: 'username', type: 'text-single', label: 'Username' },
    {
      name: 'roster-subscription',
      type: 'boolean',
      label: 'Roster subscription',
      values: ['false'],
    },
  ] as const
  const form = buildForm('form', null, fields, {
    title: 'Inviting Somebody to an Account',
    instructions:
      'This makes an address with which somebody makes an account, once. Leave the username empty to let him choose it.',
  })
  return {
    node: `${NS}#create-account`,
    name: 'Create account',
    may: (asker) => invitations.mode !== 'off' && isAdministrator(asker),
    start: () => ({
      kind: 'stage',
      form,
      proceeds: 'complete',
      take: async (filled, asker) =>
        await make(invitations, { to: 'account', ...wishesIn(filled) }, asker),
    }),
  }
}

function wishesIn({ values }: Form): {
  readonly name: string | null
  readonly subscribes: boolean
} {
  const name = (values.get('username')?.[0] ?? '').trim()
  if (name.length > nameMax) throw badPayload('This name is too long.')
  const subscribes = values.get('roster-subscription')?.[0] ?? 'false'
  if (!['0', '1', 'false', 'true'].includes(subscribes))
    throw badPayload('roster-subscription is true or false.')
  return {
    name: name === '' ? null : name,
    subscribes: subscribes === '1' || subscribes === 'true',
  }
}

async function make(
  invitations: Invitations,
  wanted: Parameters<Invitations['make']>[0],
  asker: Asker,
): Promise<Completed> {
  const by = { person: personOf(asker).id }
  const { invitation, uri } = await asRefusals(async () => await invitations.make(wanted, by))
  return completed(
    'Whoever has this address can use it, once.',
    buildForm('result', `${NS}#invitation`, [
      { name: 'uri', type: 'text-single', label: 'Address to send', values: [uri.reveal()] },
      {
        name: 'expire',
        type: 'text-single',
        label: 'Good until',
        values: [formatDateTime(invitation.expiresAt)],
      },
    ]),
  )
}
