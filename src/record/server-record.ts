import { isAct } from './kinds.ts'
import { through } from '../base/through.ts'
import { auditArchive } from './ids.ts'
import { type NewRecord, type PersonId, type View } from './types.ts'

/**
 * A record of what no stanza carried: what the server itself did, or what somebody did through another door. An act enters the archive of
 * all acts, and says through what whoever did it came: this is the one place that knows it, so that none is left out.
 */
export function serverRecord(
  what: Pick<NewRecord, 'kind' | 'conversation' | 'members' | 'content'> & {
    /** Who did it; nobody where it is left out: the server, or the machine's command line. */
    readonly sender?: PersonId | null
    /** Where it is found again beside. */
    readonly archive?: PersonId
    /** The server does it of itself, whatever it was busy with. */
    readonly isOwn?: boolean
  },
): NewRecord {
  const { kind, conversation, members, content, sender = null, archive, isOwn = false } = what
  const views = archive === undefined ? [] : [viewIn(archive, null)]
  const isAudited = isAct(kind)
  return {
    kind,
    conversation,
    members,
    content,
    sender,
    device: isAudited && !isOwn ? through() : '',
    to: '',
    views: isAudited ? [...views, viewIn(auditArchive, sender)] : views,
    messageId: null,
    originId: null,
    origin: 'native',
    refs: null,
    claimedAt: null,
    wire: '',
    files: '',
    verdicts: '',
  }
}

/** @param peer who did it, so that his acts are found by rows alone */
function viewIn(owner: PersonId, peer: PersonId | null): View {
  return { owner, peer, peerDevice: '', incoming: false }
}
