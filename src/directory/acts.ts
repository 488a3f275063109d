import { FatalError } from '../base/errors.ts'
import { type Opened } from '../record/bodies/opened.ts'
import { conversationId, personId } from '../record/ids.ts'
import { type NewRecord } from '../record/types.ts'
import { type Act, type Actor } from './ports.ts'
import { type Role, roles } from './roles.ts'

/** The directory itself, as the owner of an archive that acts enter: there they are found again. Ids are random, this is none. */
export const directoryArchive = personId('0'.repeat(31) + 'd')

/** All acts are one conversation, so that none can be left out unseen. */
export const directoryConversation = conversationId('0'.repeat(31) + 'd')

/** An act as it goes on record: who did what to whom, and no secret. */
export function recordOf(act: Act, by: Actor): NewRecord {
  const actor = 'person' in by ? by.person : null
  const { kind, ...what } = act
  return {
    kind,
    conversation: directoryConversation,
    members: [directoryArchive],
    sender: actor,
    device: '',
    to: '',
    views: [{ owner: directoryArchive, peer: null, peerDevice: '', incoming: false }],
    messageId: null,
    originId: null,
    refs: null,
    origin: 'native',
    claimedAt: null,
    content: JSON.stringify({ v: 1, by: actor ?? 'command line', ...what }),
    wire: '',
    files: '',
    verdicts: '',
  }
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
  const broken = (): FatalError => new FatalError(`record ${position} is no act of the directory`)
  const fields = fieldsOf(content)
  if (fields === null || fields.get('v') !== 1) throw broken()
  const text = (name: string): string => {
    const value = fields.get(name)
    if (typeof value !== 'string') throw broken()
    return value
  }
  const person = personId(text('person'))
  const { kind } = envelope
  const role = (): Role => {
    const known = roles.find((name) => name === text('role'))
    if (known === undefined) throw broken()
    return known
  }
  if (kind === 'person.add') {
    const [address, credential] = [text('address'), text('credential')]
    return { kind, person, address, role: role(), credential }
  }
  if (kind === 'person.role') return { kind, person, role: role() }
  if (kind === 'person.password') return { kind, person, credential: text('credential') }
  if (kind === 'person.enable' || kind === 'person.disable' || kind === 'person.remove')
    return { kind, person }
  throw broken()
}

function fieldsOf(json: string): Map<string, unknown> | null {
  const value: unknown = JSON.parse(json)
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : null
}
