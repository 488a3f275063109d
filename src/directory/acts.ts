import { type Opened } from '../record/bodies/opened.ts'
import { conversationId, personId } from '../record/ids.ts'
import { serverRecord } from '../record/server-record.ts'
import { type Envelope, type NewRecord, type PersonId, type RecordKind } from '../record/types.ts'
import { type Fields, fieldsOf } from './act-fields.ts'
import { appPasswordActOf } from './app-passwords/app-password-acts.ts'
import { guestActOf, guestIn } from './guests/guest-acts.ts'
import { followActOf } from './following/follow-acts.ts'
import { identityActOf } from './identities/identity-acts.ts'
import { factorActOf } from './factors/factor-acts.ts'
import { type Act, type Actor, type InvitationAct, type PersonAct, type TokenAct } from './ports.ts'
import {
  groupActOf,
  photoIn,
  photoSays,
  profileIn,
  profileOf,
  sourceIn,
  syncIn,
} from './profile-acts.ts'

/** The directory itself, as the owner of an archive that acts enter: there they are found again. Ids are random, this is none. */
export const directoryArchive = personId('0'.repeat(31) + 'd')

/** All acts are one conversation, so that none can be left out unseen. */
const directoryConversation = conversationId('0'.repeat(31) + 'd')

/** An act as it goes on record: who did what to whom, and no secret. */
export function recordOf(act: Act, by: Actor): NewRecord {
  return doneRecord(act.kind, saidIn(act), { by, archive: directoryArchive })
}

/** What is said: not that nothing is known. */
function saidIn(act: Act): object {
  const { kind, ...what } = act
  if (kind === 'person.profile') return { ...what, ...photoSays(act) }
  if (kind === 'invitation.make') return { ...what, guest: act.guest ?? undefined }
  if (kind === 'person.disable' && act.sync === null) return { person: act.person }
  if (kind !== 'person.add') return what
  const { kind: _kind, profile, source, ...others } = act
  const isKnown = Object.values(profile).some((value) => value !== null)
  return { ...others, ...(isKnown && { profile }), ...(source && { source }) }
}

/** What an administrator did. @param how `archive`: where it is found again beside that of all acts */
export function doneRecord(
  kind: RecordKind,
  what: object,
  { by, ...how }: { readonly by: Actor; readonly archive?: PersonId; readonly isOwn?: boolean },
): NewRecord {
  return serverRecord({
    ...how,
    kind,
    conversation: directoryConversation,
    members: [directoryArchive],
    content: JSON.stringify({ v: 1, ...saidOf(by), ...what }),
    sender: 'person' in by ? by.person : null,
  })
}

/** Who did it, as acts have it. */
function saidOf(by: Actor): {
  readonly by: string
  readonly inviter?: string | null
  readonly confirmed?: string
} {
  if ('person' in by) return { by: by.person }
  if ('provider' in by) return { by: 'provider' }
  if ('clock' in by) return { by: 'clock' }
  if ('sync' in by)
    return { by: by.sync, ...(by.confirmed !== undefined && { confirmed: by.confirmed }) }
  return 'invitation' in by ? { by: 'invitation', inviter: by.inviter } : { by: 'command line' }
}

/**
 * The act out of its record.
 * @throws {FatalError} when it is none: the record is not what we wrote, or a newer program wrote it
 */
export function actOf({
  position,
  envelope,
  content,
}: Pick<Opened, 'position' | 'envelope' | 'content'>): Act {
  const fields = fieldsOf(content, position)
  const { kind } = envelope
  if (kind.startsWith('invitation.')) return invitationActOf(kind, fields)
  if (kind.startsWith('token.')) return tokenActOf(kind, fields)
  if (kind.startsWith('identity.')) return identityActOf(kind, fields)
  if (kind.startsWith('guest.')) return guestActOf(kind, fields)
  if (kind.startsWith('app-password.')) return appPasswordActOf(kind, fields)
  if (kind.startsWith('follow.')) return followActOf(kind, fields)
  if (kind.startsWith('factor.')) return factorActOf(kind, fields)
  if (kind.startsWith('group.')) return groupActOf(kind, fields)
  return personActOf(kind, fields)
}

function personActOf(kind: Envelope['kind'], fields: Fields): PersonAct {
  const person = personId(fields.text('person'))
  if (kind === 'person.add') return { kind, person, ...addedIn(fields) }
  if (kind === 'person.profile')
    return { kind, person, set: profileIn(fields), ...photoIn(fields), ...sourceOf(fields) }
  if (kind === 'person.role') return { kind, person, role: fields.role() }
  if (kind === 'person.groups') return { kind, person, groups: fields.texts('groups') }
  if (kind === 'person.password') return { kind, person, credential: fields.text('credential') }
  if (kind === 'person.disable') return { kind, person, sync: syncIn(fields) }
  if (kind === 'person.enable' || kind === 'person.leave' || kind === 'person.remove')
    return { kind, person }
  throw fields.broken()
}

/** Those of old say nothing of an invitation, of what is known, or of a source. */
function addedIn(
  fields: Fields,
): Omit<PersonAct & { readonly kind: 'person.add' }, 'kind' | 'person'> {
  const source = sourceIn(fields)
  const role = fields.role()
  const guest = guestIn(fields)
  return {
    address: fields.text('address'),
    role,
    credential: source === null && role !== 'bot' ? fields.text('credential') : null,
    invitation: fields.textOrNull('invitation'),
    profile: profileOf(fields),
    source,
    ...(guest && { guest }),
  }
}

function sourceOf(fields: Fields): { readonly source?: NonNullable<ReturnType<typeof sourceIn>> } {
  const source = sourceIn(fields)
  return source === null ? {} : { source }
}

function invitationActOf(kind: Envelope['kind'], fields: Fields): InvitationAct {
  if (kind === 'invitation.revoke') return { kind, invitation: fields.text('invitation') }
  if (kind === 'invitation.take')
    return { kind, invitation: fields.text('invitation'), address: fields.text('address') }
  if (kind !== 'invitation.make') throw fields.broken()
  return {
    kind,
    id: fields.text('id'),
    to: fields.text('to') === 'contact' ? 'contact' : 'account',
    inviter: fields.has('inviter') ? personId(fields.text('inviter')) : null,
    address: fields.has('address') ? fields.text('address') : null,
    registers: fields.get('registers') === true,
    subscribes: fields.get('subscribes') === true,
    guest: guestIn(fields),
    expiresAt: Number(fields.get('expiresAt')),
    tokenHash: fields.text('tokenHash'),
  }
}

function tokenActOf(kind: Envelope['kind'], fields: Fields): TokenAct {
  if (kind === 'token.revoke') return { kind, token: fields.text('token') }
  if (kind !== 'token.make') throw fields.broken()
  return {
    kind,
    id: fields.text('id'),
    person: personId(fields.text('person')),
    name: fields.text('name'),
    scopes: fields.texts('scopes'),
    madeAt: Number(fields.get('madeAt')),
    expiresAt: Number(fields.get('expiresAt')),
    tokenHash: fields.text('tokenHash'),
  }
}
