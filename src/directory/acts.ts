import { FatalError } from '../base/errors.ts'
import { type Opened } from '../record/bodies/opened.ts'
import { conversationId, personId } from '../record/ids.ts'
import { serverRecord } from '../record/server-record.ts'
import {
  type Envelope,
  type LogPosition,
  type NewRecord,
  type RecordKind,
} from '../record/types.ts'
import { type Act, type Actor, type InvitationAct, type TokenAct } from './ports.ts'
import { type Role, roles } from './roles.ts'

/** The directory itself, as the owner of an archive that acts enter: there they are found again. Ids are random, this is none. */
export const directoryArchive = personId('0'.repeat(31) + 'd')

/** All acts are one conversation, so that none can be left out unseen. */
const directoryConversation = conversationId('0'.repeat(31) + 'd')

/** An act as it goes on record: who did what to whom, and no secret. */
export function recordOf({ kind, ...what }: Act, by: Actor): NewRecord {
  const views = [{ owner: directoryArchive, peer: null, peerDevice: '', incoming: false }]
  return { ...doneRecord(kind, what, by), views }
}

/** What an administrator did, in no archive. */
export function doneRecord(kind: RecordKind, what: object, by: Actor): NewRecord {
  const record = serverRecord({
    kind,
    conversation: directoryConversation,
    members: [directoryArchive],
    content: JSON.stringify({ v: 1, ...saidOf(by), ...what }),
  })
  return { ...record, sender: 'person' in by ? by.person : null }
}

/** Who did it, as acts have it. */
function saidOf(by: Actor): { readonly by: string; readonly inviter?: string | null } {
  if ('person' in by) return { by: by.person }
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
  const person = personId(fields.text('person'))
  if (kind === 'person.add') {
    const [address, credential] = [fields.text('address'), fields.text('credential')]
    // Those from before there were invitations say nothing of one.
    const invitation = fields.has('invitation') ? fields.text('invitation') : null
    return { kind, person, address, role: fields.role(), credential, invitation }
  }
  if (kind === 'person.role') return { kind, person, role: fields.role() }
  if (kind === 'person.groups') return { kind, person, groups: fields.texts('groups') }
  if (kind === 'person.password') return { kind, person, credential: fields.text('credential') }
  if (kind === 'person.enable' || kind === 'person.disable' || kind === 'person.remove')
    return { kind, person }
  throw fields.broken()
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

/** What an act says. */
type Fields = {
  get(name: string): unknown
  /** It is there, and not null. */
  has(name: string): boolean
  /** @throws {FatalError} where it is no text */
  text(name: string): string
  /** @throws {FatalError} where it is no list of texts */
  texts(name: string): readonly string[]
  role(): Role
  broken(): FatalError
}

function fieldsOf(json: string, position: LogPosition): Fields {
  const value: unknown = JSON.parse(json)
  const said = new Map(typeof value === 'object' && value !== null ? Object.entries(value) : [])
  const broken = (): FatalError => new FatalError(`record ${position} is no act of the directory`)
  if (said.get('v') !== 1) throw broken()
  const text = (name: string): string => {
    const found: unknown = said.get(name)
    if (typeof found !== 'string') throw broken()
    return found
  }
  return {
    get: (name) => said.get(name),
    has: (name) => (said.get(name) ?? null) !== null,
    text,
    texts(name) {
      const found: unknown = said.get(name)
      if (!Array.isArray(found)) throw broken()
      return found.map((one: unknown) => {
        if (typeof one !== 'string') throw broken()
        return one
      })
    },
    role() {
      const role = roles.find((name) => name === text('role'))
      if (role === undefined) throw broken()
      return role
    },
    broken,
  }
}
